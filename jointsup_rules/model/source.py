"""A source: how one agency's export maps onto the dictionary.

In: `datasets/sources/<name>.yaml` as a Document, and the dictionary. Out: a Source in which every table,
column and code has been looked up, or every problem at once.
"""

from __future__ import annotations

from jointsup_rules.load.yaml import Document
from jointsup_rules.model.dictionary import Dictionary
from jointsup_rules.model.expression import ExpressionError, Node, read_expression
from jointsup_rules.model.keep import compile_keep
from jointsup_rules.model.shape import check_model_further
from jointsup_rules.model.source_checks import check_source
from jointsup_rules.model.source_parts import (
    ColumnSource,
    ExportedOn,
    Source,
    SourceShape,
    keep_problem,
    with_names,
    without_braces,
)
from jointsup_rules.problems import Problem, Text

__all__ = ["ColumnSource", "ExportedOn", "Source", "read_source"]

_LACKING = frozenset({"JR202", "JR227", "JR228"})


def read_source(document: Document, dictionary: Dictionary) -> tuple[Source | None, tuple[Problem, ...]]:
    """Return the source a document describes, and every problem found in it.

    Returns:
        The source, or None when there is any error; the problems in order of place, the YAML's included.
    """
    problems = list(document.problems)
    shape, found, damaged = check_model_further(SourceShape, document, with_names(document.data))
    problems += found
    source = None
    if shape is not None:
        checked = check_source(shape, dictionary, document)
        problems += [
            problem for problem in checked if problem.code not in _LACKING or problem.place not in damaged
        ]
        keep, refused = _read_keep(shape, document)
        problems += refused
        source = Source(
            name=shape.source,
            agency=shape.agency or Text(shape.source),
            patterns=tuple(plain for pattern in shape.files for plain in without_braces(pattern)),
            format=shape.format,
            encoding=shape.encoding,
            sheet=shape.sheet,
            header_row=shape.header_row,
            empty=shape.empty,
            exported_on=shape.exported_on,
            keep=keep,
            tables=shape.tables,
            document=document,
        )
    if any(problem.severity == "error" for problem in problems):
        source = None
    return source, tuple(sorted(problems, key=lambda problem: problem.place))


def _read_keep(shape: SourceShape, document: Document) -> tuple[Node | None, tuple[Problem, ...]]:
    """The row filter as a tree, checked as far as it can be without a file."""
    if shape.rows is None:
        return None, ()
    try:
        node = read_expression(shape.rows.keep)
        compile_keep(node, None)
    except ExpressionError as error:
        return None, (keep_problem(document, error),)
    return node, ()
