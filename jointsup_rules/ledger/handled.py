"""What became of each rule's clues, for its model card.

In: the ledger and the figures by rule that the office defined. Out: per rule label and figure, and how often each version was
right. A card is for everybody to read: of grade C there is nothing in it.
"""

from __future__ import annotations

from datetime import date

from jointsup_rules.ledger.ledger import Ledger
from jointsup_rules.ledger.scores import ENOUGH, Score, gather_scores
from jointsup_rules.ledger.stats import count_by_rule
from jointsup_rules.model.briefing import Briefing
from jointsup_rules.problems import Text

Handled = dict[str, tuple[tuple[Text, int | str], ...]]


def gather_handled(ledger: Ledger, briefing: Briefing | None, as_of: date) -> Handled:
    """Return label and figure by rule, as they stood on a day; the precision is that of all verdicts there are.

    Args:
        ledger: The ledger; where there is none yet, nothing is returned.
        briefing: Its figures by rule; None for those of verdicts alone.
        as_of: The day.
    """
    if not ledger.store.exists():
        return {}
    found: dict[str, list[tuple[Text, int | str]]] = {}
    for figure in count_by_rule(ledger, briefing, as_of) if briefing is not None else ():
        for rule, value in figure.rows:
            found.setdefault(rule.zh, []).append((figure.shape.label, value))
    for score in gather_scores(ledger, None):
        found.setdefault(score.rule_id, []).append((_label(score), _precision(score)))
    return {rule: tuple(lines) for rule, lines in found.items()}


def _label(score: Score) -> Text:
    n = score.right + score.wrong
    few = Text("，不足 20 条不下结论", ", too few") if n < ENOUGH else Text()
    return Text(
        f"准确率（第 {score.rule_version} 版，评议 {n} 条{few.zh}）",
        f"precision (version {score.rule_version}, {n} verdicts{few.en})",
    )


def _precision(score: Score) -> str:
    if score.precision is None or score.low is None or score.high is None:
        return "—"
    return f"{100 * score.precision:.0f}%（{100 * score.low:.0f}%–{100 * score.high:.0f}%）"
