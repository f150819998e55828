"""Mending a workspace's files: what has only one answer is written, checked again, and taken back where it brings trouble.

In: a workspace and what checks one. Out: the new texts of its files, what was changed, and what is still wrong. All is
tried out in a copy; the workspace itself is written by whoever asked, all files or none.
"""

from __future__ import annotations

import difflib
import shutil
import stat
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from jointsup_rules.authoring.edits import Edit, Editor, apply_edits
from jointsup_rules.authoring.usage import DECLARED, Usage
from jointsup_rules.load.together import change_files
from jointsup_rules.load.yaml import Document, read_yaml
from jointsup_rules.problems import Fix, Place, Problem, ProblemsError, Text

Check = Callable[[Path], tuple[Problem, ...]]

_ROUNDS = 8
# Each is a check of the whole workspace; a file with more to sort out than this is for people.
_TRIES = 60
_MARK = "\ufeff"


@dataclass(frozen=True)
class Mended:
    """What mending made of a workspace.

    Attributes:
        edits: Every edit that stands, in the order in which it was made.
        texts: Path to text of each file that changes: before and after, byte order mark and line ends included.
        problems: What is still wrong.
    """

    edits: tuple[Edit, ...]
    texts: Mapping[str, tuple[str, str]]
    problems: tuple[Problem, ...]

    def render_diff(self) -> str:
        """Return all changes as one unified diff."""
        parts = []
        for path, (before, after) in sorted(self.texts.items()):
            old, new = (text.removeprefix(_MARK).splitlines(keepends=True) for text in (before, after))
            for line in difflib.unified_diff(old, new, f"a/{path}", f"b/{path}"):
                parts.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
        return "".join(parts)


@dataclass(frozen=True)
class _Slip:
    """A problem and the edit that mends it."""

    problem: Problem
    edit: Edit

    @property
    def name(self) -> tuple[str, str, str, str]:
        """What it is called when it has been tried in vain."""
        return (self.problem.place.path, self.problem.code, self.problem.what.en, self.edit.instead)


def find_edits(root: Path, problems: Iterable[Problem], usage: Usage | None = None) -> dict[Problem, Edit]:
    """Return the edit of each problem that a program can mend by itself.

    Args:
        root: The workspace.
        problems: What is wrong with it.
        usage: Who uses which word; looked up if not given.
    """
    found: dict[Problem, Edit] = {}
    editors: dict[str, Editor | None] = {}
    usage = usage or Usage(root)
    for problem in problems:
        if not isinstance(problem.fix, Fix) or not usage.is_slip(problem):
            continue
        path = problem.place.path
        if path not in editors:
            document = _read(root, path)
            editors[path] = Editor(document) if document is not None else None
        editor = editors[path]
        edit = editor.find_edit(problem) if editor is not None else None
        if edit is not None:
            found[problem] = edit
    return found


def mend_files(root: Path, check: Check, is_wanted: Callable[[str], bool] = lambda _: True) -> Mended:
    """Return what a workspace becomes when all is mended that has only one answer; nothing of it is written.

    Args:
        root: The workspace.
        check: Returns every problem of a workspace.
        is_wanted: Whether a file, by its path within the workspace, may be changed.

    Raises:
        OSError: a file cannot be read.
    """
    with _copied(root) as desk:
        mending = _Mending(desk, check, is_wanted)
        mending.run()
        texts = {
            path: (mending.former[path], _text(desk, path))
            for path in sorted({edit.place.path for edit in mending.edits})
        }
        return Mended(tuple(mending.edits), texts, mending.problems)


def write_mended(root: Path, mended: Mended) -> None:
    """Write the files of a workspace that were mended, all or none.

    Raises:
        ProblemsError: a file may not be written or was changed meanwhile; nothing was written.
        OSError: the files cannot be written.
    """
    closed = [path for path in mended.texts if _is_closed(root / path)]
    if closed:
        raise ProblemsError([_may_not_be_written(path) for path in closed])
    if mended.texts:
        before = {path: sha256(text.encode("utf-8")).hexdigest() for path, (text, _) in mended.texts.items()}
        change_files(root, {path: after for path, (_, after) in mended.texts.items()}, before)


class _Mending:
    """Rounds of edits in a copy of a workspace."""

    def __init__(self, desk: Path, check: Check, is_wanted: Callable[[str], bool]) -> None:
        self.desk, self.check, self.is_wanted = desk, check, is_wanted
        self.problems: tuple[Problem, ...] = check(desk)
        self.edits: list[Edit] = []
        self.n_tries = 0
        # Once one use of a word is changed, counting its uses says nothing any more.
        self.usage = Usage(desk)
        self.former: dict[str, str] = {}
        self.in_vain: set[tuple[str, str, str, str]] = set()

    def run(self) -> None:
        """Mend until there is nothing more, or for so many rounds: one slip can hide another behind it."""
        for _ in range(_ROUNDS):
            slips = self._slips()
            if not slips or self.n_tries >= _TRIES:
                return
            self._try(slips)

    def _slips(self) -> list[_Slip]:
        """What can be mended now, no two edits at one place."""
        wanted = [one for one in self.problems if self.is_wanted(one.place.path)]
        slips: list[_Slip] = []
        for problem, edit in find_edits(self.desk, wanted, self.usage).items():
            slip = _Slip(problem, edit)
            if slip.name not in self.in_vain and not any(_overlap(edit, one.edit) for one in slips):
                slips.append(slip)
        return slips

    def _try(self, slips: Sequence[_Slip]) -> None:
        """Mend several at once; where that brings trouble each half for itself, down to the one to be left alone."""
        self.n_tries += 1
        if self.n_tries > _TRIES:
            return
        before = {path: _text(self.desk, path) for path in {slip.edit.place.path for slip in slips}}
        for path, text in before.items():
            self.former.setdefault(path, text)
            own = [slip.edit for slip in slips if slip.edit.place.path == path]
            mark = _MARK if text.startswith(_MARK) else ""
            _write(self.desk, path, mark + apply_edits(text.removeprefix(_MARK), own))
        after = self.check(self.desk)
        if not _brings_trouble(self.problems, after, slips, find_edits(self.desk, after, self.usage)):
            self.problems = after
            self.edits += [slip.edit for slip in slips]
            return
        for path, text in before.items():
            _write(self.desk, path, text)
        if len(slips) == 1:
            self.in_vain.add(slips[0].name)
            return
        half = len(slips) // 2
        self._try(slips[:half])
        # The other half was found in the text as it was before this one.
        known = {slip.name for slip in slips[half:]}
        again = [slip for slip in self._slips() if slip.name in known]
        if again:
            self._try(again)


def _brings_trouble(
    before: Sequence[Problem],
    after: Sequence[Problem],
    slips: Sequence[_Slip],
    mendable: Collection[Problem],
) -> bool:
    """Whether something is wrong that was not, or a problem is still there.

    A file with errors is not read to its end, so mending one may bring others to light; those are no trouble unless
    they stand on the mended line and have no answer themselves.
    """
    is_there = Counter(map(_name, after))
    was_there = Counter(map(_name, before))
    mended = Counter(_name(slip.problem) for slip in slips)
    if any(is_there[name] > was_there[name] - n for name, n in mended.items()):
        return True
    files = {slip.edit.place.path for slip in slips}
    lines = {(slip.edit.place.path, slip.edit.place.line) for slip in slips}
    unread = {problem.place.path for problem in before if problem.severity == "error"}
    for problem in after:
        place = problem.place
        if is_there[_name(problem)] <= was_there[_name(problem)]:
            continue
        if (place.path, place.line) in lines:
            if problem not in mendable:
                return True
        elif place.path in files:
            if place.path not in unread:
                return True
        elif problem.severity == "error" and not files & unread:
            return True
    return False


def _name(problem: Problem) -> tuple[str, str, int, str]:
    """What a problem is called while columns of its line move."""
    return (problem.code, problem.place.path, problem.place.line, problem.what.en)


def _overlap(one: Edit, other: Edit) -> bool:
    same_file = one.place.path == other.place.path
    return same_file and one.start <= other.end and other.start <= one.end


@contextmanager
def _copied(root: Path) -> Iterator[Path]:
    """A copy of all that people declare in a workspace."""
    with tempfile.TemporaryDirectory(prefix="jointsup-") as folder:
        desk = Path(folder) / "desk"
        desk.mkdir()
        for name in DECLARED:
            if (root / name).is_dir():
                shutil.copytree(root / name, desk / name, copy_function=shutil.copyfile)
            elif (root / name).is_file():
                (desk / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / name, desk / name)
        yield desk


def _read(root: Path, path: str) -> Document | None:
    """A file as YAML; None where it is no text, so that nothing in it is touched."""
    file = root / path
    if not file.is_file() or file.suffix != ".yaml":
        return None
    try:
        return read_yaml(_text(root, path), path)
    except UnicodeDecodeError:
        return None


def _text(root: Path, path: str) -> str:
    return (root / path).read_bytes().decode("utf-8")


def _write(root: Path, path: str, text: str) -> None:
    (root / path).write_bytes(text.encode("utf-8"))


def _is_closed(file: Path) -> bool:
    """Whether a file says that it is not to be written: by its rights, or as a link to another."""
    return file.is_symlink() or not file.stat().st_mode & stat.S_IWUSR


def _may_not_be_written(path: str) -> Problem:
    what = Text("文件只读，什么都没有写", "the file is read-only; nothing was written")
    return Problem(
        "JR109", Place(path), what, fix=Text("改其权限再运行", "change its rights and run the command again")
    )
