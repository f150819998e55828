"""The declarations of a workspace as a revision of git has them, put into a folder; the checkout is not touched.

In: the workspace, a revision, an empty folder. Out: rules, law, clocks, parameters, dictionary and calendar of then.
git is only asked to read objects: no filter, no hook, no checkout.
"""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

from jointsup_rules import limits
from jointsup_rules.problems import Place, Problem, ProblemsError, Text

_GIT_S = 60.0
_WHAT = ("rules", "datasets/dictionary.yaml", "datasets/calendar")
_KINDS = frozenset({".yaml", ".csv", ".lock"})
_FILES = frozenset({b"100644", b"100755"})


class GitError(Exception):
    """git could not do it; the text is its own first line."""


def write_revision(root: Path, revision: str, into: Path) -> None:
    """Write the declarations of a revision into an empty folder, in the places they have in a workspace.

    Args:
        root: The workspace, somewhere inside a repository.
        revision: Anything git understands, such as HEAD~1, a tag or a hash.
        into: An empty folder.

    Raises:
        ProblemsError: there is no git, no repository, no such revision, or no rules in it.
    """
    if not revision or revision.startswith("-"):
        raise _refused(revision, "")
    try:
        prefix = _git(root, "rev-parse", "--show-prefix").decode("utf-8", "replace").strip()
        commit = _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
        listed = _git(
            root, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *(prefix + one for one in _WHAT)
        )
        files = _files(listed, prefix)
        contents = _contents(root, [sha for _, sha in files])
    except GitError as error:
        raise _refused(revision, str(error)) from error
    if not any(path.parts[0] == "rules" for path, _ in files):
        raise _refused(revision, "no rules in this revision")
    for (path, _), content in zip(files, contents, strict=True):
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        (into / path).write_bytes(content)


def read_at_revision(root: Path, revision: str, path: str) -> str:
    """Return the text of one file of the workspace as a revision has it.

    Args:
        root: The workspace.
        revision: Anything git understands.
        path: Within the workspace, with `/`.

    Raises:
        GitError: git could not do it.
    """
    if revision.startswith("-"):
        raise GitError("no such revision")
    return _git(root, "cat-file", "blob", f"{revision}:./{path}").decode("utf-8", "replace")


def _files(listed: bytes, prefix: str) -> list[tuple[PurePosixPath, bytes]]:
    """Path within the workspace and object of each plain file that holds declarations."""
    found = []
    for entry in filter(None, listed.split(b"\0")):
        about, _, name = entry.partition(b"\t")
        mode, _, sha = about.split(b" ")[:3]
        path = PurePosixPath(name.decode("utf-8", "replace").removeprefix(prefix))
        is_safe = not path.is_absolute() and ".." not in path.parts
        if mode in _FILES and path.suffix in _KINDS and is_safe:
            found.append((path, sha))
    return found


def _contents(root: Path, shas: list[bytes]) -> list[bytes]:
    told = _git(root, "cat-file", "--batch", given=b"".join(sha + b"\n" for sha in shas))
    contents, at = [], 0
    for _ in shas:
        end = told.index(b"\n", at)
        size = int(told[at:end].split(b" ")[2])
        contents.append(told[end + 1 : end + 1 + min(size, limits.YAML_BYTES + 1)])
        at = end + 1 + size + 1
    return contents


def _git(root: Path, *words: str, given: bytes = b"") -> bytes:
    try:
        ran = subprocess.run(
            ["git", "-C", str(root), "--no-pager", "--no-replace-objects", *words],
            input=given, capture_output=True, check=False, timeout=_GIT_S,
        )  # fmt: skip
    except FileNotFoundError:
        raise GitError("not installed") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"no answer within {_GIT_S:g} s") from None
    if ran.returncode != 0:
        said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(said[0].removeprefix("fatal: ") if said else "no such revision")
    return ran.stdout


def _refused(revision: str, said: str) -> ProblemsError:
    what = Text(
        f"“{revision}”既不是 lock，也不是放规则的文件夹，也不是这个工作区的 git 版本",
        f"'{revision}' is neither lock, nor a folder with rules, nor a revision of git in this workspace",
    )
    why = Text(f"git：{said}", f"git: {said}") if said else Text()
    fix = Text(
        "写 HEAD~1、标签、提交号，或 lock、文件夹", "give HEAD~1, a tag or a commit, or lock, or a folder"
    )
    return ProblemsError([Problem("JR268", Place("rules"), what, why, fix)])
