"""Binding with places: texts of YAML files in, bound scalars out, and every problem collected on the way.

A text that cannot be bound becomes a problem at its exact place and an empty scalar, so that checking goes on and
all problems of a file are shown at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from jointsup_rules.compile import tree
from jointsup_rules.compile.bind import BindError, Bound, Notes, Scope, bind
from jointsup_rules.compile.extent import MAX_HEIGHT, MAX_NODES, MAX_NODES_OF_RULE, Measured, measure
from jointsup_rules.load.yaml import Document, Loc
from jointsup_rules.model.expression import ExpressionError, Node, Span, read_expression
from jointsup_rules.problems import Fix, Problem, Text

# What to write instead where a value of another type is wanted.
_OTHER_TYPE = {
    "integer": Text(
        zh="用整数列；文字里的整数用 as_whole(文字) 读出",
        en="use a whole number; as_whole(text) reads one from a text",
    ),
}
UNBOUND = Bound(tree.nothing(""), "null")


@dataclass(frozen=True)
class Written:
    """A text where it stands: the document and the path of the value in it."""

    text: str
    document: Document
    loc: Loc


@dataclass(frozen=True)
class Reading:
    """A text that could be bound: its tree, and what its names and `$names` stand for."""

    written: Written
    node: Node
    bound: Bound
    names: Mapping[tuple[str, ...], Bound]
    parameters: Mapping[str, Bound]


@dataclass
class Reader:
    """Binds texts and collects problems; one for all files of one compilation.

    Attributes:
        problems: Everything found, each once.
        errors: Every error each time it is met: a rule fails of a fault in the dictionary that another rule met first.
        readings: What was bound, by file and path; of a text that is bound several times the last.
        spent: Nodes bound since `begin`.
    """

    problems: list[Problem] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    readings: dict[tuple[str, Loc], Reading] = field(default_factory=dict)
    spent: int = 0
    _known: set[Problem] = field(default_factory=set)
    _measured: Measured = field(default_factory=dict)

    def begin(self) -> int:
        """Start counting for another rule; return the number of errors met so far."""
        self.spent = 0
        return len(self.errors)

    def note(self, problem: Problem) -> None:
        """Record a problem."""
        if problem.severity == "error":
            self.errors.append(problem)
        if problem not in self._known:
            self._known.add(problem)
            self.problems.append(problem)

    def bind(
        self,
        written: Written,
        scope: Scope,
        parameters: Mapping[str, Bound] | None = None,
        wanted: tuple[str, ...] = (),
    ) -> Bound:
        """Return the text bound in a scope; UNBOUND and a problem where that fails.

        Args:
            written: The text and its place.
            scope: The names within reach.
            parameters: The `$names` within reach.
            wanted: Types that will do; empty for any.

        Raises:
            Absent: it names a table or column that was not delivered.
        """
        notes = Notes()
        try:
            node = read_expression(written.text)
            bound = bind(node, scope, parameters or {}, notes)
        except ExpressionError as error:
            code = error.code if isinstance(error, BindError) else "JR210"
            self.add(code, written, error.span, error.what, error.why, error.fix)
            return UNBOUND
        except RecursionError:
            # Derived columns that rest on one another: each is small, and their sum is what a rule reads.
            return self._too_large(written)
        n_nodes, height = measure((bound.value, *(read.unknown for read in bound.reads)), self._measured)
        self.spent += n_nodes
        if n_nodes > MAX_NODES or height > MAX_HEIGHT or self.spent > MAX_NODES_OF_RULE:
            return self._too_large(written)
        for span, what, why, fix in notes.suspicious:
            self.add("JR231", written, span, what, why, fix, severity="warning")
        if wanted and bound.type not in (*wanted, "null"):
            names = " / ".join(wanted)
            what = Text(
                zh=f"这里应是 {names}，却是 {bound.type}", en=f"expected {names} here, found {bound.type}"
            )
            why = Text(zh="这一处的值有固定类型", en="the value at this place has a fixed type")
            self.add(
                "JR212",
                written,
                Span(0, len(written.text)),
                what,
                why,
                _OTHER_TYPE.get(names, Text(zh="换一个表达式", en="use another expression")),
            )
            return UNBOUND
        here = (written.document.path, written.loc)
        self.readings[here] = Reading(written, node, bound, notes.names, parameters or {})
        return bound

    def _too_large(self, written: Written) -> Bound:
        what = Text(zh="写开之后过大", en="this becomes too large once it is written out")
        why = Text(
            zh="派生列和函数要连同其全部内容写进查询",
            en="derived columns and functions are written into the query with all they say",
        )
        fix = Text(zh="少用几层，或少用几处", en="use fewer levels of them, or in fewer places")
        self.add("JR218", written, Span(0, len(written.text)), what, why, fix)
        return UNBOUND

    def add(
        self,
        code: str,
        written: Written,
        span: Span,
        what: Text,
        why: Text,
        fix: Text,
        severity: str = "error",
    ) -> None:
        """Record a problem at characters of a text."""
        place = written.document.place_in_text(written.loc, span.start)
        if isinstance(fix, Fix):
            fix = replace(fix, found=written.text[span.start : span.until])
        problem = Problem(
            code,
            place,
            what,
            why,
            fix,
            excerpt=written.document.excerpt(place.line),
            length=max(1, span.until - span.start),
            severity="warning" if severity == "warning" else "error",
        )
        self.note(problem)

    def add_at(
        self, code: str, document: Document, loc: Loc, what: Text, why: Text, fix: Text, *, key: bool = False
    ) -> None:
        """Record a problem at a value or key of a document."""
        place = document.place(loc, key=key)
        problem = Problem(code, place, what, why, fix, excerpt=document.excerpt(place.line))
        self.note(problem)
