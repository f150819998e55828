"""What a condition does at its place in a rule: whom the scope leaves, what an exclusion takes, which band is reached.

A finding is looked at in cases: the scope holds, its part looks at it and, where the kind is a plain condition, that
holds too. What other kinds find is left open, so that what is said to be impossible is impossible.
"""

from __future__ import annotations

from collections.abc import Iterator

from jointsup_rules.compile.suspicions.conditions import find_fixed
from jointsup_rules.compile.suspicions.facts import Cases, all_of
from jointsup_rules.compile.suspicions.logic import Logic
from jointsup_rules.compile.suspicions.view import Place, View, warn_in
from jointsup_rules.load.yaml import Loc
from jointsup_rules.model.expression import Constant
from jointsup_rules.problems import Problem, Text

_ORDER = {"severity": ("high", "medium", "low"), "grade": ("C", "B", "A", "none")}


def check_scope(view: View) -> Iterator[Problem]:
    """JR340: a scope nobody is in."""
    if view.cases(("scope",)) == ():
        logic = view.logic(("scope",))
        if logic is not None and isinstance(logic.reading.node, Constant):
            yield _whole(logic, "JR340", Text("范围是 false，没有对象在内", "the scope is false: nobody is in it"),
                         Text("没有对象可查，规则永远不会有线索", "with nobody to look at, the rule never finds anything"),
                         Text("写出范围；暂不使用的规则写 status: draft", "write a scope; a rule not to be used yet is a draft"))  # fmt: skip
        return
    for place in view.places:
        logic = view.logic((*place.loc, "scope"))
        if place.looks != () or logic is None or logic.cases(logic.reading.node) == ():
            continue
        what = Text(f"部分“{place.name}”的范围与规则的范围不能同时成立",
                    f"the scope of part '{place.name}' and the scope of the rule cannot both hold")  # fmt: skip
        yield _whole(logic, "JR340", what, Text("这一部分没有对象可查", "this part has nobody to look at"),
                     Text("改正其中一个范围", "mend one of the scopes"))  # fmt: skip


def check_detection(view: View) -> Iterator[Problem]:
    """JR341, JR342: a condition that the scope rules out, or that holds for everyone in it."""
    for place in view.places:
        logic = view.logic((*place.loc, "condition", "when"))
        if logic is None or place.looks == () or find_fixed(logic, logic.reading.node):
            continue
        node = logic.reading.node
        if place.finds == ():
            what = Text("在范围之内这个条件永远不成立", "within the scope this condition is never true")
            why = Text("范围已经排除了它要找的对象", "the scope leaves out whom it is to find")
        elif all_of([place.looks, logic.cases(node, "NT")]) == () and not isinstance(node, Constant):
            what = Text("在范围之内这个条件总是成立", "within the scope this condition is always true")
            why = Text("范围内的每个对象都会成为线索", "everyone in scope becomes a clue")
        else:
            continue
        code = "JR341" if place.finds == () else "JR342"
        yield _whole(logic, code, what, why, Text("改正范围或者条件", "mend the scope or the condition"))


def check_exclusions(view: View) -> Iterator[Problem]:
    """JR344, JR345, JR346: an exclusion that takes everything, nothing, or nothing that is left."""
    places = [place for place in view.places if place.finds != ()]
    passed: list[Cases | None] = []
    for number, exclusion in enumerate(view.shape.exclude):
        logic = view.logic(("exclude", number, "when"))
        if logic is None or not places:
            continue
        node = logic.reading.node
        holds, fails = logic.cases(node, "T"), logic.cases(node, "NT")
        if not _is_fixed(logic):
            yield from _judged(logic, places, passed if not exclusion.keep else [], exclusion.keep)
        if not exclusion.keep and holds != ():
            passed.append(fails)


def _is_fixed(logic: Logic) -> bool:
    """Whether a condition comes out the same by itself, and was told of for that."""
    node = logic.reading.node
    return () in (logic.cases(node, "T"), logic.cases(node, "F")) and bool(find_fixed(logic, node))


def _judged(logic: Logic, places: list[Place], passed: list[Cases | None], keep: bool) -> Iterator[Problem]:
    node = logic.reading.node
    holds, fails = logic.cases(node, "T"), logic.cases(node, "NT")
    mend = Text("改正这一事由，或者删去它", "mend this reason, or leave it out")
    taken = [place for place in places if all_of([place.finds, fails]) == ()]
    if all(all_of([place.finds, holds]) == () for place in places):
        what = Text("这一事由永远用不上：与范围或者查找条件不能同时成立",
                    "this reason can never apply: it and the scope or the condition of detection cannot both hold")  # fmt: skip
        why = Text("能成为线索的对象都不符合它", "nobody who can become a clue meets it")
        yield _whole(logic, "JR345", what, why, mend)
    elif taken:
        parts = "、".join(place.name for place in taken)
        all_zh, all_en = ("全部线索", "every finding") if len(taken) == len(places) else (
            f"部分“{parts}”的全部线索", f"every finding of part '{parts.replace('、', ', ')}'")  # fmt: skip
        verb_zh, verb_en = ("标记", "marks") if keep else ("排除", "takes out")
        what = Text(f"这一事由{verb_zh}{all_zh}", f"this reason {verb_en} {all_en}")
        why = Text("凡是查到的都符合它", "whatever is found meets it")
        yield _whole(logic, "JR344", what, why, mend)
    elif passed and all(all_of([place.finds, *passed, holds]) == () for place in places):
        what = Text(
            "这一事由永远用不上：前面的事由已经包括它",
            "this reason can never apply: those before it cover it",
        )
        why = Text("取第一个成立的事由", "the first reason that is true is taken")
        yield _whole(
            logic, "JR346", what, why, Text("调换次序，或者删去它", "change the order, or leave it out")
        )


def check_bands(view: View) -> Iterator[Problem]:
    """JR346: a band that is never named, for it is never true or a later one always is."""
    passed: list[Cases | None] = []
    for number, band in reversed(list(enumerate(view.shape.bands))):
        loc: Loc = ("bands", number, "when")
        if band.when is not None and loc not in view.readings:
            return
        holds = view.cases(loc)
        if holds != () and not _is_reached(view, [holds, *passed]):
            what = Text(f"档次“{band.name}”永远用不上：后面的档次已经包括它，或者它不能成立",
                        f"band '{band.name}' is never named: a later one covers it, or it can never be true")  # fmt: skip
            why = Text("取最后一个成立的档次", "the last band that is true is taken")
            fix = Text("调换次序，把要求最多的放在最后", "change the order: the one that asks most goes last")
            yield view.warn("JR346", ("bands", number, "name"), what, why, fix)
        passed.append(view.cases(loc, "NT"))


def check_levels(view: View) -> Iterator[Problem]:
    """JR346: a severity or grade that is never given, for a higher one always is."""
    for key, levels in (("severity", view.shape.severity), ("grade", view.shape.grade)):
        passed: list[Cases | None] = []
        for level in _ORDER[key]:
            if level == "is" or (key, level) not in view.readings:
                continue
            holds = view.cases((key, level))
            if level in levels and holds != () and not _is_reached(view, [holds, *passed]):
                what = Text(f"等级“{level}”永远用不上：更高的等级已经包括它，或者它不能成立",
                            f"level '{level}' is never given: a higher one covers it, or it can never be true")  # fmt: skip
                why = Text("取成立的最高等级", "the highest level that is true is taken")
                fix = Text("改正条件，或者删去它", "mend the condition, or leave it out")
                yield view.warn("JR346", (key, level), what, why, fix, key=True)
            passed.append(view.cases((key, level), "NT"))


def _is_reached(view: View, conditions: list[Cases | None]) -> bool:
    places = [place for place in view.places if place.finds != ()]
    return not places or any(all_of([place.finds, *conditions]) != () for place in places)


def _whole(logic: Logic, code: str, what: Text, why: Text, fix: Text) -> Problem:
    return warn_in(code, logic.reading, logic.reading.node.span, what, why, fix)
