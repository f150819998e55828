"""Words of a rule that are names and nothing else: what it attaches as evidence, what makes two findings one clue."""

from __future__ import annotations

from jointsup_rules.compile.bind import Scope
from jointsup_rules.compile.reading import Reader
from jointsup_rules.compile.seen import Absent
from jointsup_rules.compile.sentences import is_name
from jointsup_rules.model.dictionary import Subject
from jointsup_rules.model.rule import Rule
from jointsup_rules.problems import Text, did_you_mean


def check_names(reader: Reader, rule: Rule, subject: Subject, scope: Scope) -> None:
    """Record every word of `evidence` and `identity` that names nothing of the subject."""
    for number, word in enumerate(rule.shape.evidence.columns):
        if not _is_column(word, scope):
            reader.add_at(
                "JR203", rule.document, ("evidence", "columns", number),
                Text(f"对象“{subject.name}”没有列“{word}”", f"no column '{word}' in subject '{subject.name}'"),
                Text("证据列须是对象的列或派生列", "evidence names own or derived columns of the subject"),
                did_you_mean(word, scope.words()),
            )  # fmt: skip
    for number, word in enumerate(rule.shape.evidence.rows):
        if word not in subject.related:
            none = Text("在数据字典的 related 中声明关系", "declare it under related in the dictionary")
            reader.add_at(
                "JR217", rule.document, ("evidence", "rows", number),
                Text(f"对象“{subject.name}”没有关系“{word}”", f"no relation '{word}' in subject '{subject.name}'"),
                Text("证据行按对象的关系附上", "rows of evidence are those of a relation of the subject"),
                did_you_mean(word, subject.related) if subject.related else none,
            )  # fmt: skip
    for number, word in enumerate(rule.shape.identity):
        if not is_name(word):
            reader.add_at(
                "JR203", rule.document, ("identity", number),
                Text(f"identity 中的“{word}”不是名称", f"'{word}' in identity is no name"),
                Text("identity 只写列名和 subject、part、window 等", "identity holds columns and words such as subject, part, window"),
                Text("在数据字典里做成派生列", "make it a derived column in the dictionary"),
            )  # fmt: skip


def _is_column(word: str, scope: Scope) -> bool:
    try:
        return is_name(word) and scope.find(tuple(word.split("."))) is not None
    except Absent:
        # Known to the dictionary, though not delivered.
        return True
