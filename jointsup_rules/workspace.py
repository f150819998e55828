"""A workspace: the folder with rules, datasets and reports, and the stages joined over it.

The commands are thin over this class. pandas and pyarrow are imported only when a result is asked for in their form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jointsup_rules.load.together import settle_files
from jointsup_rules.model.lock_checks import check_lock
from jointsup_rules.model.rulebook import Rulebook, read_rulebook
from jointsup_rules.model.standing import as_swept
from jointsup_rules.problems import Place, Problem, ProblemsError, Text, nearest_word

if TYPE_CHECKING:
    from jointsup_rules.authoring.edits import Edit
    from jointsup_rules.authoring.from_case import MadeExample
    from jointsup_rules.authoring.mending import Mended
    from jointsup_rules.authoring.new import Asked, NewRule
    from jointsup_rules.cards.docs import Docs
    from jointsup_rules.clock.calculator import Answer
    from jointsup_rules.clock.period import Length
    from jointsup_rules.ledger.entries import Head
    from jointsup_rules.ledger.ledger import Ledger
    from jointsup_rules.load.importing import ImportResult
    from jointsup_rules.model.briefing import Briefing
    from jointsup_rules.model.clock import MonthRule
    from jointsup_rules.model.rule import Rule
    from jointsup_rules.model.triage import Triage
    from jointsup_rules.model.workflow import Workflow
    from jointsup_rules.problems import Language
    from jointsup_rules.report.kept import Kept
    from jointsup_rules.sweep.activating import Signed
    from jointsup_rules.sweep.approving import Result
    from jointsup_rules.sweep.backtest import Backtest, Bounds, Share
    from jointsup_rules.sweep.bench import Bench
    from jointsup_rules.sweep.concerned import Change
    from jointsup_rules.sweep.counted import RuleFigures
    from jointsup_rules.sweep.examples import ExampleResult
    from jointsup_rules.sweep.explain import Explanation
    from jointsup_rules.sweep.near import Nearest
    from jointsup_rules.sweep.rule_diff import RulesDiff
    from jointsup_rules.sweep.run import Options, SweepResult
    from jointsup_rules.triage.run import TriageResult


class Workspace:
    """One workspace folder.

    Example:
        >>> w = Workspace("examples/fines")  # doctest: +SKIP
        >>> w.import_files(["events.csv"], into="fines")  # doctest: +SKIP
        >>> w.sweep("fines", as_of=date(2012, 3, 26)).clues()  # doctest: +SKIP
    """

    def __init__(self, root: str | Path = ".") -> None:
        self.root = Path(root).resolve()
        self._rulebook: Rulebook | None = None

    def rulebook(self) -> Rulebook:
        """Return all that the workspace declares, read once.

        Raises:
            ProblemsError: another process is changing the rules and does not come to its end.
        """
        if self._rulebook is None:
            settle_files(self.root)
            self._rulebook = read_rulebook(self.root)
        return self._rulebook

    # ---- rules

    def check(
        self, paths: Iterable[str] = (), as_of: date | None = None, *, accepted: bool = False
    ) -> tuple[Problem, ...]:
        """Return every problem of rules, law, dictionary, sources, workflow, letters and briefing; only of `paths` where given.

        With a day to look from, law that was last checked before it is a warning. With `accepted` the warnings that
        rules accept are among them, each with the reason.
        """
        from jointsup_rules.sweep.check import check_rulebook
        from jointsup_rules.sweep.law_age import check_age

        of_workflow = (*self._check_workflow(), *self._read_triage()[1], *self._read_briefing()[1])
        against_lock = [one.problem for one in check_lock(self.rulebook())]
        problems = tuple(
            sorted(
                [*check_rulebook(self.rulebook(), accepted=accepted), *against_lock, *of_workflow],
                key=lambda one: (one.place, one.code),
            )
        )
        if as_of is not None:
            problems = tuple(
                sorted([*problems, *check_age(self.rulebook(), as_of)], key=lambda one: (one.place, one.code))
            )
        is_wanted = self._among(paths)
        return tuple(problem for problem in problems if is_wanted(problem.place.path))

    def _among(self, paths: Iterable[str]) -> Callable[[str], bool]:
        """Whether a file, as problems name it, is one of the paths or below one; every file without paths."""
        wanted = [self._shown(path) for path in paths]
        return lambda file: not wanted or any(file == one or file.startswith(one + "/") for one in wanted)

    def mend(self, paths: Iterable[str] = (), as_of: date | None = None) -> Mended:
        """Return what the files become when all is mended that has only one answer, and what is left to people.

        `write_mended` writes it.

        Args:
            paths: Only these files and folders are changed, where any are given.
            as_of: As for `check`.

        Raises:
            ProblemsError: another process is changing the rules.
            OSError: a file cannot be read.
        """
        from jointsup_rules.authoring.mending import mend_files

        settle_files(self.root)
        is_wanted = self._among(paths)
        mended = mend_files(self.root, lambda desk: Workspace(desk).check(as_of=as_of), is_wanted)
        return replace(mended, problems=tuple(one for one in mended.problems if is_wanted(one.place.path)))

    def write_mended(self, mended: Mended) -> None:
        """Write what `mend` returned, all files or none.

        Raises:
            ProblemsError: a file may not be written or was changed meanwhile; nothing was written.
            OSError: the files cannot be written.
        """
        from jointsup_rules.authoring.mending import write_mended

        write_mended(self.root, mended)
        self._rulebook = None

    def edits(self, problems: Iterable[Problem]) -> dict[Problem, Edit]:
        """Return the edit of each problem that has only one answer."""
        from jointsup_rules.authoring.mending import find_edits

        return find_edits(self.root, problems)

    def changes_of_law(self, paths: Iterable[str]) -> tuple[Change, ...]:
        """Return the numbers that changed in the named files of law, with the clocks and rules that take them."""
        from jointsup_rules.sweep.concerned import gather_changes

        return gather_changes(self.rulebook(), [self._shown(path) for path in paths])

    def _shown(self, path: str) -> str:
        full = Path(path) if Path(path).is_absolute() else (Path.cwd() / path)
        for candidate in (full.resolve(), (self.root / path).resolve()):
            if candidate.is_relative_to(self.root) and candidate.exists():
                return candidate.relative_to(self.root).as_posix()
        return path

    def test(self, patterns: Sequence[str] = (), *, traced: bool = False) -> list[ExampleResult]:
        """Return the results of the examples of the named rules, or of all.

        Args:
            patterns: Ids, or patterns such as `LONG-*`.
            traced: Whether what differs says at which step the paths part.

        Raises:
            ProblemsError: a named rule does not exist, or the dictionary cannot be read.
        """
        from jointsup_rules.sweep.examples import ExampleRunner

        rulebook = self.rulebook()
        if rulebook.dictionary is None:
            raise ProblemsError(rulebook.problems)
        rules = [rulebook.rules[rule_id] for rule_id in self.rule_ids(patterns)]
        with ExampleRunner(rulebook) as runner:
            return [result for rule in rules for result in runner.run(rule, traced=traced)]

    def make_example(
        self,
        rule_id: str,
        dataset: str,
        subject: str,
        as_of: date | None = None,
        *,
        shift_days: int = 0,
        name: str = "",
    ) -> MadeExample:
        """Return an example of a rule made of a real case, everybody in it made up; it was run and holds.

        Args:
            rule_id: The rule.
            dataset: The dataset.
            subject: Key of the subject, as in `subject_key`.
            as_of: The day to look from; the cut-off day of the data without.
            shift_days: By how many days all days are moved.
            name: What it is called; says how it was made where empty.

        Raises:
            ProblemsError: there is no such rule, dataset or subject, or no example can be made of it.
        """
        from jointsup_rules.authoring.from_case import Wish, make_example
        from jointsup_rules.load.importing import check_dataset_name

        check_dataset_name(dataset)
        rule = self._sound_rule(rule_id)
        wish = Wish(self.root / "datasets" / dataset, subject, as_of, shift_days, name)
        return make_example(self.rulebook(), rule, wish)

    def append_example(self, rule_id: str, made: MadeExample) -> str:
        """Add an example to the file of its rule, after the last one, and return the file's path.

        Raises:
            ProblemsError: the file is not written in a way that allows it, or changed meanwhile.
            OSError: it cannot be written.
        """
        from jointsup_rules.authoring.example_text import append_case

        rule = self._sound_rule(rule_id)
        append_case(self.root, rule, made.case, made.as_of.isoformat())
        self._rulebook = None
        return rule.document.path

    def _sound_rule(self, rule_id: str) -> Rule:
        """A rule by its full id.

        Raises:
            ProblemsError: there is none, or it cannot be read.
        """
        rulebook = self.rulebook()
        (found,) = self.rule_ids([escape(rule_id)], with_broken=True)
        if rulebook.dictionary is None or found not in rulebook.rules:
            path = rulebook.broken.get(found)
            own = [p for p in rulebook.problems if p.place.path == path and p.severity == "error"]
            raise ProblemsError(own or rulebook.problems)
        return rulebook.rules[found]

    def bench(self, patterns: Sequence[str] = ()) -> Bench:
        """Return a bench that runs the examples of the named rules, or of all, again whenever files change.

        Raises:
            ProblemsError: a pattern fits no rule.
        """
        from jointsup_rules.sweep.bench import Bench

        self.rule_ids(patterns, with_broken=True)
        return Bench(self.root, patterns)

    def rule_ids(self, patterns: Sequence[str] = (), *, with_broken: bool = False) -> list[str]:
        """Return the ids of rules that fit any of the patterns (`LONG-*`), all without patterns.

        Args:
            with_broken: Also those of rule files that cannot be read.

        Raises:
            ProblemsError: a pattern fits no rule.
        """
        rulebook = self.rulebook()
        chosen = _fitting(patterns, {*rulebook.rules, *rulebook.broken})
        return [one for one in chosen if with_broken or one in rulebook.rules]

    def rules_to_sweep(self, patterns: Sequence[str], status: str = "active") -> tuple[str, ...]:
        """Return the ids of the rules a sweep of these patterns runs; empty, for all, without patterns.

        A rule named in full runs whatever its status; a pattern takes those that are active or of `status`. A
        rule that cannot be read is among them, so that the sweep can say that it failed.

        Raises:
            ProblemsError: a pattern fits no rule, or none that would run.
        """
        swept = as_swept(self.rulebook(), status)
        rules = swept.rules
        chosen = [
            one
            for one in _fitting(patterns, {*rules, *swept.broken})
            if one in patterns or one not in rules or rules[one].shape.status in ("active", status)
        ]
        if patterns and not chosen:
            what = Text(
                f"{'、'.join(patterns)} 只合停用或起草中的规则",
                f"only retired or draft rules fit {', '.join(patterns)}",
            )
            fix = Text("写出完整编号，或用 --status draft", "name one in full, or use --status draft")
            raise ProblemsError([Problem("JR401", Place("rules"), what, fix=fix)])
        return tuple(sorted(chosen)) if patterns else ()

    def activate(
        self,
        patterns: Sequence[str],
        signed: Signed,
        trial: tuple[str, date] | None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> Result:
        """Approve rules and make them active, or say what stands against it; see `sweep.activating`.

        Args:
            patterns: Rules named in full, or patterns (`CM-*`), which take the active ones.
            signed: Who wrote and who approved them.
            trial: Name of a dataset and the day to look from; None to go without.
            progress: Told what is being done.

        Raises:
            ProblemsError: a pattern fits no rule, or the lock or the dataset cannot be used.
            SweepFailedError: the worker of the trial died outside of any rule.
        """
        from jointsup_rules.load.importing import check_dataset_name
        from jointsup_rules.sweep.activating import activate_rules

        rulebook = self.rulebook()
        chosen = [
            one
            for one in self.rule_ids(patterns, with_broken=True)
            if one in patterns or (one in rulebook.rules and rulebook.rules[one].shape.status == "active")
        ]
        if not chosen:
            what = Text(
                f"没有启用的规则合于 {' '.join(patterns)}", f"no active rule fits {' '.join(patterns)}"
            )
            fix = Text("起草中的规则写完整编号", "name a draft in full")
            raise ProblemsError([Problem("JR401", Place("rules"), what, fix=fix)])
        folder = None
        if trial is not None:
            check_dataset_name(trial[0])
            folder = (self.root / "datasets" / trial[0], trial[1])
        self._rulebook = None
        return activate_rules(rulebook, chosen, signed, folder, progress)

    def retire(self, rule_id: str, by: str, on: date, because: str, successor: str) -> Result:
        """Retire a rule, or say what stands against it; see `sweep.retiring`.

        Raises:
            ProblemsError: there is no such rule, or the lock cannot be used.
        """
        from jointsup_rules.sweep.retiring import retire_rule

        rulebook = self.rulebook()
        lock = rulebook.lock
        if lock is None or lock.last(rule_id) is None:
            (rule_id,) = self.rule_ids([escape(rule_id)], with_broken=True)
        self._rulebook = None
        return retire_rule(rulebook, rule_id, by, on, because, successor)

    def docs(
        self,
        patterns: Sequence[str],
        day: date,
        lang: Language,
        *,
        out: Path | None = None,
        dataset: str | None = None,
        statuses: Sequence[str] = (),
        force: bool = False,
        progress: Callable[[str], None] = lambda _: None,
    ) -> Docs:
        """Write the model cards of rules as a site; see `cards.docs.write_docs`.

        Args:
            patterns: Ids, or patterns such as `LONG-*`; all without any.
            day: Which law and which parameters are printed.
            lang: The language pages open in.
            out: Where to write; by default reports/docs.
            dataset: Whose sweeps are told; by default the one swept last.
            statuses: Only rules of these; all without any.
            force: Run examples again that held on the same basis.

        Raises:
            ProblemsError: no rule fits, the dataset was not swept, or the folder holds files by somebody else.
        """
        from jointsup_rules.cards.docs import write_docs
        from jointsup_rules.sweep.counted import read_figures

        rulebook = as_swept(self.rulebook())
        if rulebook.dictionary is None:
            raise ProblemsError(rulebook.problems)
        rules = [rulebook.rules[one] for one in self.rule_ids(patterns) if one in rulebook.rules]
        chosen = [rule for rule in rules if not statuses or rule.shape.status in statuses]
        if rules and not chosen:
            raise ProblemsError(
                [Problem("JR401", Place("rules"), Text("没有这种状态的规则", "no rule of that status"))]
            )
        figures = self._with_handled(read_figures(self.root / "reports", dataset), day)
        folder = out if out is not None else self.root / "reports" / "docs"
        triage, _ = self._read_triage()
        return write_docs(
            rulebook, chosen, folder, day, lang, figures, triage, force=force, progress=progress
        )

    def _with_handled(self, figures: Mapping[str, RuleFigures], day: date) -> dict[str, RuleFigures]:
        """Figures of sweeps with those of the workspace's own ledger, where there is one."""
        from jointsup_rules.ledger.handled import gather_handled
        from jointsup_rules.ledger.store import LedgerError
        from jointsup_rules.sweep.counted import NO_FIGURES

        if not (self.root / "ledger.sqlite").is_file():
            return dict(figures)
        briefing, problems = self._read_briefing()
        if any(one.severity == "error" for one in problems):
            raise ProblemsError(problems)
        try:
            handled = gather_handled(self.ledger(), briefing, day)
        except LedgerError as error:
            raise ProblemsError([Problem("JR707", Place("ledger.sqlite"), error.told)]) from error
        named = dict.fromkeys((*figures, *handled))
        return {one: replace(figures.get(one, NO_FIGURES), handled=handled.get(one, ())) for one in named}

    def write_card(self, rule_id: str, day: date, folder: Path) -> None:
        """Write one rule's model card into a folder, as `<ID>.html`; nothing where there is no such rule.

        Args:
            rule_id: The rule.
            day: Which law and which parameters are printed.
            folder: Where to write.
        """
        from jointsup_rules.cards import gather_card, render_html
        from jointsup_rules.sweep.counted import read_figures

        rulebook = as_swept(self.rulebook())
        rule = rulebook.rules.get(rule_id)
        if rulebook.dictionary is None or rule is None:
            return
        figures = read_figures(self.root / "reports", None)
        card = gather_card(rulebook, rule, day, figures, None, self._read_triage()[0])
        (folder / f"{rule_id}.html").write_text(render_html(card, "zh"), encoding="utf-8")

    def compare_rules(self, asked: str, day: date) -> RulesDiff:
        """Return what changed in the rules, and in what they rest on, since a revision; see `sweep.rule_diff`.

        Args:
            asked: `lock` for the approved versions, a folder with rules, or a revision of git.
            day: The day of the parameters' values in the words.

        Raises:
            ProblemsError: there is no such thing to compare with.
        """
        from jointsup_rules.sweep.rule_diff import compare_with

        return compare_with(self.rulebook(), asked, day)

    def explain(
        self,
        rule_id: str,
        day: date,
        *,
        dataset: str | None = None,
        subject: str | None = None,
        sql: bool = False,
    ) -> Explanation:
        """Return a rule in words; as SQL, and traced for one subject, where that is asked for.

        Args:
            rule_id: The rule.
            day: The day of the law and the parameters, from which a trace looks.
            dataset: The dataset of trace and SQL; without one the SQL is that over all the dictionary declares.
            subject: Key of the subject to trace, as in `subject_key`.
            sql: Whether the statements are wanted.

        Raises:
            ProblemsError: there is no such rule, it has problems, or the dataset cannot be used.
        """
        from jointsup_rules.load.importing import check_dataset_name
        from jointsup_rules.sweep.explain import Asking, explain_rule

        rulebook, rule = self.rulebook(), self._sound_rule(rule_id)
        folder = None
        if dataset is not None:
            check_dataset_name(dataset)
            folder = self.root / "datasets" / dataset
        return explain_rule(rulebook, rule, day, Asking(folder, subject, sql))

    def nearest(self, rule_id: str, dataset: str, as_of: date, n: int) -> Nearest:
        """Return the subjects of a dataset nearest to being a clue of a rule, nearest first.

        Raises:
            ProblemsError: there is no such rule, it has problems, or the dataset cannot be used.
        """
        from jointsup_rules.load.importing import check_dataset_name
        from jointsup_rules.sweep.near import find_nearest

        rule = self._sound_rule(rule_id)
        check_dataset_name(dataset)
        return find_nearest(self.rulebook(), rule, self.root / "datasets" / dataset, as_of, n)

    def backtest(
        self,
        rule_id: str,
        dataset: str,
        days: Sequence[date],
        against: str | None = None,
        *,
        weeks: int = 4,
        bounds: Bounds | None = None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> Backtest:
        """Return what a rule, a draft too, says of a dataset on each of some days; nothing is written.

        Args:
            rule_id: The rule.
            dataset: Name of the dataset.
            days: The days to look from; none sees what became known after it.
            against: The version to compare with: active, none, a number of the lock, a file or a revision of git;
                None is the active one where there is one.
            weeks: With one day only, how far back newly due clues are counted.
            bounds: What the rule may use.
            progress: Told what is being done.

        Raises:
            ProblemsError: there is no such rule, it has errors, or the dataset or the other version cannot be used.
        """
        from jointsup_rules.sweep.backtest import backtest, sound_rule
        from jointsup_rules.sweep.former import find_former

        rulebook, found, folder = self._to_backtest(rule_id, dataset)
        rule = sound_rule(rulebook, found)
        former = find_former(rulebook, found, against)
        return backtest(rulebook, rule, folder, days, former, weeks=weeks, bounds=bounds, progress=progress)

    def read_share(self, rule_id: str, dataset: str, as_of: date) -> Share:
        """Return how much of its scope a rule finds on a day, and whether that is above the limit of the workspace.

        Raises:
            ProblemsError: there is no such rule, it has errors or was not evaluated, or the dataset cannot be used.
        """
        from jointsup_rules.sweep.backtest import read_share, sound_rule

        rulebook, found, folder = self._to_backtest(rule_id, dataset)
        return read_share(rulebook, sound_rule(rulebook, found), folder, as_of)

    def _to_backtest(self, rule_id: str, dataset: str) -> tuple[Rulebook, str, Path]:
        from jointsup_rules.load.importing import check_dataset_name

        (found,) = self.rule_ids([escape(rule_id)], with_broken=True)
        check_dataset_name(dataset)
        return self.rulebook(), found, self.root / "datasets" / dataset

    def new_rule(self, asked: Asked, lang: Language = "zh") -> NewRule:
        """Write a rule to start from, whose examples hold; never over a file that is there.

        Raises:
            ProblemsError: the id cannot be taken, or no subject fits; nothing was written.
        """
        from jointsup_rules.authoring.new import begin_rule
        from jointsup_rules.load.together import change_files

        rule = begin_rule(self.rulebook(), asked, lang)
        change_files(self.root, {rule.path: rule.text}, {rule.path: None})
        return rule

    def schemas(self, names: Sequence[str] = (), lang: Language = "zh") -> dict[str, str]:
        """Return JSON Schemas for editors as texts, by kind of file; all without names.

        Raises:
            ProblemsError: the dictionary cannot be read.
            KeyError: there is no such kind of file.
        """
        from jointsup_rules.authoring.files import FILES
        from jointsup_rules.authoring.schema import gather_schemas, render_schema

        wanted = tuple(names) or tuple(FILES)
        # Only exceptions name rules.
        is_whole = "exceptions" in wanted
        book = self.rulebook() if is_whole else read_rulebook(self.root, with_rules=False)
        found = gather_schemas(book, wanted, lang)
        return {name: render_schema(schema) for name, schema in found.items()}

    def limit(
        self,
        start: date,
        clock: str | None = None,
        *,
        length: Length | None = None,
        month_rule: MonthRule | None = None,
        is_held: bool = False,
        rolls: bool = True,
        limit: int | None = None,
        extend: Sequence[tuple[str, Length | None]] = (),
        exclude: Sequence[tuple[str, date, date | None]] = (),
    ) -> Answer:
        """Return the due day of one period with its working, by a clock of the workspace or a length.

        Args:
            start: The day it starts, itself not counted.
            clock: A clock of rules/clocks.yaml.
            length: The length, where there is no clock.
            month_rule: Whose months; needed for months without a clock.
            is_held: Whether somebody concerned is in custody.
            rolls: Whether the due day rolls over holidays, where the clock does not forbid it.
            limit: Which limit of the clock, from 1.
            extend: Code, and for grounds without a length of their own how long.
            exclude: Code, first day that does not count, first day that counts again (None while it stands).

        Raises:
            ProblemsError: there is no such clock, or the files cannot be read.
            QuestionError: what is asked makes no sense.
        """
        from jointsup_rules.clock.calculator import Question, answer
        from jointsup_rules.model.rulebook import CLOCKS, read_limits

        found = read_limits(self.root)
        if clock is not None and clock not in found.clocks:
            errors = [p for p in found.problems if p.severity == "error"]
            near = nearest_word(clock, found.clocks)
            what = Text(f"没有时钟“{clock}”", f"no clock '{clock}'")
            why = Text(
                "具名时钟须在 rules/clocks.yaml 中定义", "named clocks are defined in rules/clocks.yaml"
            )
            fix = Text(f"是否想写“{near}”？", f"did you mean '{near}'?") if near else Text()
            raise ProblemsError(errors or [Problem("JR306", Place(CLOCKS), what, why, fix)])
        asked = Question(
            start, found.clocks[clock] if clock is not None else None, length, month_rule, is_held, rolls, limit,
            tuple(extend), tuple(exclude),
        )  # fmt: skip
        number = found.parameters.number_on(asked.clock.shape.params if asked.clock else {}, start)
        return answer(asked, found.laws, found.calendar, number)

    # ---- data

    def import_files(
        self,
        files: Sequence[str | Path],
        *,
        into: str,
        source: str | None = None,
        exported_on: date | None = None,
        add: bool = False,
        dry_run: bool = False,
        key: Path | None = None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> ImportResult:
        """Read export files into a dataset; see `load.importing.import_files`.

        Raises:
            ProblemsError: the input cannot be used; the former dataset is as it was.
        """
        from jointsup_rules.load.importing import check_dataset_name, import_files

        check_dataset_name(into)
        rulebook = self._sound_rulebook()
        assert rulebook.dictionary is not None
        return import_files(
            rulebook.dictionary,
            rulebook.sources,
            [Path(file) for file in files],
            source=source,
            into=self.root / "datasets" / into,
            key_file=key or self.root / "pseudonym.key",
            exported_on=exported_on,
            add=add,
            dry_run=dry_run,
            progress=progress,
        )

    def _sound_rulebook(self) -> Rulebook:
        """Return the rulebook if its dictionary and sources can be used; problems of rules do not matter here."""
        rulebook = self.rulebook()
        concerned = [
            p for p in rulebook.problems if p.place.path.startswith("datasets/") and p.severity == "error"
        ]
        if rulebook.dictionary is None or concerned:
            raise ProblemsError(concerned or rulebook.problems)
        return rulebook

    # ---- the ledger

    def _read_workflow(self) -> tuple[Workflow | None, tuple[Problem, ...]]:
        from jointsup_rules.load.yaml import read_yaml_file
        from jointsup_rules.model.workflow import WORKFLOW, read_workflow

        path = self.root / WORKFLOW
        return read_workflow(read_yaml_file(path, WORKFLOW)) if path.is_file() else (None, ())

    def _check_workflow(self) -> tuple[Problem, ...]:
        """Problems of the workflow, and of the templates of its letters once it is in order."""
        from jointsup_rules.ledger.documents import check_documents

        workflow, problems = self._read_workflow()
        return (*problems, *(check_documents(self.root, workflow) if workflow is not None else ()))

    def ledger(self, where: str | None = None) -> Ledger:
        """Return the ledger of the workspace, kept by its rules/workflow.yaml.

        Args:
            where: URL of another database; left out, `ledger.sqlite` of the workspace.

        Raises:
            ProblemsError: there is no workflow, or it or the calendar cannot be used.
        """
        from jointsup_rules.ledger.ledger import Ledger
        from jointsup_rules.ledger.store import Store
        from jointsup_rules.model.rulebook import read_limits
        from jointsup_rules.model.workflow import WORKFLOW

        workflow, problems = self._read_workflow()
        errors = [one for one in problems if one.severity == "error"]
        if workflow is None or errors:
            what = Text("没有流转规则", "there is no workflow")
            fix = Text(
                f"写 {WORKFLOW}，可从产品自带的改起",
                f"write {WORKFLOW}, beginning with the one that comes along",
            )
            raise ProblemsError(errors or [Problem("JR101", Place(WORKFLOW), what, fix=fix)])
        limits = read_limits(self.root)
        broken = [one for one in limits.problems if one.severity == "error"]
        if broken:
            raise ProblemsError(broken)
        dictionary = self.rulebook().dictionary
        zone = dictionary.timezone if dictionary is not None else "Asia/Shanghai"
        store = Store(self.root / "ledger.sqlite" if where is None else where)
        return Ledger(store, workflow, limits.calendar, limits.laws, zone)

    def kept(self, where: str | None = None) -> Kept | None:
        """Return what the ledger says of its clues, for a report; None where the workspace has no ledger.

        Args:
            where: URL of another database; left out, `ledger.sqlite` of the workspace.

        Raises:
            ProblemsError: the ledger is there, and the workflow or the calendar cannot be used.
            LedgerError: it cannot be read.
        """
        from jointsup_rules.report.kept import read_kept

        if where is None and not (self.root / "ledger.sqlite").is_file():
            return None
        return read_kept(self.ledger(where))

    def _verdicts(self) -> dict[str, dict[str, str]]:
        """Codes of verdicts with their names, as the workflow has them; none without a sound one."""
        workflow, _ = self._read_workflow()
        shapes = workflow.shape.verdicts if workflow is not None else {}
        return {code: {"zh": one.label.zh, "en": one.label.en} for code, one in shapes.items()}

    def verdicts(self) -> dict[str, Text] | None:
        """Return the codes of verdicts with their names, as the workflow has them; None without any."""
        return {code: Text(**one) for code, one in self._verdicts().items()} or None

    # ---- triage

    def _read_triage(self) -> tuple[Triage | None, tuple[Problem, ...]]:
        from jointsup_rules.load.yaml import read_yaml_file
        from jointsup_rules.model.triage import TRIAGE, read_triage

        path = self.root / TRIAGE
        return read_triage(read_yaml_file(path, TRIAGE)) if path.is_file() else (None, ())

    def _triaging(self) -> tuple[Callable[[Path], Mapping[str, Any]] | None, Mapping[str, str]]:
        """What triage does to a sweep's folder, and the files that this depends on; nothing without a triage.yaml."""
        import hashlib

        from jointsup_rules.model.triage import TRIAGE
        from jointsup_rules.triage.run import note_problems, note_triage

        path = self.root / TRIAGE
        if not path.is_file():
            return None, {}
        triage, problems = self._read_triage()
        inputs = {TRIAGE: hashlib.sha256(path.read_bytes()).hexdigest()}
        if triage is None:
            return lambda folder: note_problems(problems), inputs
        return lambda folder: note_triage(triage, folder), inputs

    def triage(self, sweep: str | None = None) -> tuple[Path, TriageResult]:
        """Triage the clues of a sweep anew, by the rules as they are now; return its folder and how that went.

        Its lists and its report are written again, for a clue that is of grade C now has to leave them.

        Raises:
            ProblemsError: there is no such sweep, or no triage, or it has problems.
        """
        from jointsup_rules.model.triage import TRIAGE
        from jointsup_rules.report import render_report
        from jointsup_rules.sweep.people import rewrite_for_people
        from jointsup_rules.triage.run import note_in_manifest, run_triage

        triage, problems = self._read_triage()
        if triage is None:
            what = Text("没有分流规则", "there are no rules of triage")
            fix = Text(
                f"写 {TRIAGE}，可从产品自带的改起", f"write {TRIAGE}, beginning with the one that comes along"
            )
            raise ProblemsError(problems or [Problem("JR101", Place(TRIAGE), what, fix=fix)])
        folder = self.sweep_folder(sweep)
        result = run_triage(triage, folder)
        lang: Language = "en" if note_in_manifest(triage, folder, result).get("lang") == "en" else "zh"
        rewrite_for_people(folder, lang, render_report)
        return folder, result

    def routes(self) -> dict[str, Text]:
        """Return what the routes of triage are called; empty without triage."""
        triage, _ = self._read_triage()
        return dict(triage.shape.routes) if triage is not None else {}

    def _read_briefing(self) -> tuple[Briefing | None, tuple[Problem, ...]]:
        from jointsup_rules.ledger.stats import check_figures
        from jointsup_rules.load.yaml import read_yaml_file
        from jointsup_rules.model.briefing import BRIEFING, read_briefing

        path = self.root / BRIEFING
        if not path.is_file():
            return None, ()
        briefing, problems = read_briefing(read_yaml_file(path, BRIEFING))
        return briefing, (*problems, *(check_figures(briefing) if briefing is not None else ()))

    def briefing(self) -> Briefing:
        """Return the figures of the yearly briefing, as rules/briefing.yaml defines them.

        Raises:
            ProblemsError: there is no such file, or it has problems.
        """
        from jointsup_rules.model.briefing import BRIEFING

        briefing, problems = self._read_briefing()
        if briefing is None or any(one.severity == "error" for one in problems):
            what = Text("没有通报指标", "there are no figures of a briefing")
            fix = Text(
                f"写 {BRIEFING}，可从产品自带的改起",
                f"write {BRIEFING}, beginning with the one that comes along",
            )
            raise ProblemsError(problems or [Problem("JR101", Place(BRIEFING), what, fix=fix)])
        return briefing

    def printed_heads(self) -> list[tuple[Head, str]]:
        """Return the ledger's heads that packages in reports/transfers/ name, each with where it stands."""
        import json

        from jointsup_rules.ledger.entries import read_head

        heads = []
        # A hidden folder is not finished: its entry may not stand, and then says nothing.
        for path in sorted((self.root / "reports" / "transfers").glob("[!.]*/manifest.json")):
            try:
                told = json.loads(path.read_text(encoding="utf-8"))["ledger_head"]
                heads.append((read_head(told), path.parent.name))
            except (OSError, ValueError, KeyError, AttributeError, TypeError):
                # A damaged package is no word against the ledger.
                continue
        return heads

    def sweep_folder(self, name: str | None = None) -> Path:
        """Return a sweep's folder by its name or path; the newest of the workspace without a name.

        Raises:
            ProblemsError: there is none.
        """
        from jointsup_rules.sweep.diff import find_sweep

        return find_sweep(self.root / "reports", name)

    # ---- sweeps

    def sweep(
        self,
        dataset: str,
        as_of: date,
        options: Options | None = None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> SweepResult:
        """Run all rules over a dataset as of a day, and return the sweep's folder.

        Raises:
            ProblemsError: the dictionary or the dataset cannot be used.
        """
        from jointsup_rules.report import render_report
        from jointsup_rules.sweep.run import Afterwards, Options, sweep

        rulebook = self.rulebook()
        if rulebook.dictionary is None:
            raise ProblemsError(rulebook.problems)

        def render(folder: Path, lang: Language, restricted: bool) -> str:
            return render_report(folder, lang, restricted)

        return sweep(
            rulebook,
            self.root / "datasets" / dataset,
            as_of,
            self.root / "reports",
            options or Options(),
            Afterwards(render, *self._triaging(), self._verdicts()),
            progress,
        )


def _fitting(patterns: Sequence[str], ids: Iterable[str]) -> list[str]:
    """The ids that fit any of the patterns, in order of patterns; all without patterns."""
    known = sorted(ids)
    if not patterns:
        return known
    chosen: dict[str, None] = {}
    for pattern in patterns:
        fitting = [one for one in known if fnmatchcase(one, pattern)]
        if not fitting:
            near = nearest_word(pattern, known)
            what = Text(f"没有规则“{pattern}”", f"no rule '{pattern}'")
            fix = Text(f"是否想写“{near}”？", f"did you mean '{near}'?") if near else Text()
            raise ProblemsError([Problem("JR401", Place("rules"), what, fix=fix)])
        chosen.update(dict.fromkeys(fitting))
    return list(chosen)
