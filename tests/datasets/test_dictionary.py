"""The dictionary of joint supervision: complete, labelled in both languages, and safe to show."""

from collections import Counter
from pathlib import Path

import pytest

from jointsup_rules.load.yaml import read_yaml
from jointsup_rules.model.dictionary import Column, Dictionary, Table, read_dictionary
from jointsup_rules.model.expression import read_expression
from jointsup_rules.problems import render_problem

PATH = Path(__file__).parents[2] / "datasets" / "dictionary.yaml"

TABLES = [
    "export_batch", "org_unit", "handler", "case_main", "case_link", "case_event", "person",
    "enterprise", "case_party", "coercive_measure", "custody_log", "time_limit_change",
    "legal_document", "judgment_item", "property_item", "enforcement_case", "enforcement_action",
    "prison_term", "sentence_change", "community_correction", "cc_event", "admin_case",
    "admin_transfer", "nonpros_followup", "petition", "hotline_clue", "opinion_item",
    "supervision_opinion", "case_review", "case_divergence", "clue", "clue_transfer",
    "holiday_calendar", "rule_param", "v_clock",
]  # fmt: skip
# Tables that are kept or computed here and come from no agency's export.
NOT_DELIVERED = {"export_batch", "org_unit", "handler", "holiday_calendar", "rule_param", "v_clock"}
PROVENANCE = ("batch_id", "src_row_key")

_document = read_yaml(PATH.read_text(encoding="utf-8"), "datasets/dictionary.yaml")
_dictionary, _problems = read_dictionary(_document)


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    assert _dictionary is not None
    return _dictionary


def columns(dictionary: Dictionary) -> list[tuple[Table, Column]]:
    return [(table, column) for table in dictionary.tables.values() for column in table.columns.values()]


def test_it_reads_without_a_problem() -> None:
    assert [render_problem(problem, "en") for problem in _problems] == []


def test_it_has_the_thirty_five_tables_in_order(dictionary: Dictionary) -> None:
    assert list(dictionary.tables) == TABLES
    assert len(TABLES) == 35


def test_every_column_of_the_data_model_is_there(dictionary: Dictionary) -> None:
    own = [column.name for _, column in columns(dictionary) if column.name not in PROVENANCE]
    assert len(own) == 439


def test_every_table_has_a_key_that_is_never_empty(dictionary: Dictionary) -> None:
    for table in dictionary.tables.values():
        assert table.key, table.name
        assert table.key != "line", table.name
        nullable = {name for name in table.key if table.columns[name].nullable}
        # The clock of a whole case has no person.
        assert nullable == ({"person_id"} if table.name == "v_clock" else set()), table.name


def test_every_delivered_table_says_where_its_rows_come_from(dictionary: Dictionary) -> None:
    for table in dictionary.tables.values():
        if table.name not in NOT_DELIVERED:
            assert set(PROVENANCE) <= set(table.columns), table.name
            assert all(table.columns[name].nullable for name in PROVENANCE), table.name


def test_everything_is_labelled_in_both_languages(dictionary: Dictionary) -> None:
    for table in dictionary.tables.values():
        assert table.label.zh != table.label.en, table.name
        assert table.means is not None, table.name
    for table, column in columns(dictionary):
        zh, en = column.label.zh, column.label.en
        assert any("一" <= letter <= "鿿" for letter in zh), (table.name, column.name, zh)
        assert en.isascii(), (table.name, column.name, en)


@pytest.mark.parametrize("table", TABLES)
def test_labels_can_stand_for_columns_in_expressions(dictionary: Dictionary, table: str) -> None:
    labels = [column.label.zh for column in dictionary.tables[table].columns.values()]
    assert [label for label, times in Counter(labels).items() if times > 1] == []
    assert [label for label in labels if not label.isidentifier()] == []


def test_code_columns_have_codes_and_no_others_do(dictionary: Dictionary) -> None:
    for table, column in columns(dictionary):
        assert bool(column.codes) == (column.type == "code"), (table.name, column.name)


def test_event_codes_are_told_apart_by_agency(dictionary: Dictionary) -> None:
    codes = dictionary.tables["case_event"].columns["event_type"].codes
    assert Counter(code.split("_")[0] for code in codes) == {
        "GA": 22, "JC": 16, "FY": 29, "SF": 9, "NP": 4, "FEE": 2, "APPLY": 1, "CHANGE": 1, "NOTE": 1,
    }  # fmt: skip
    labels = [label.zh for label in codes.values()]
    assert [label for label, times in Counter(labels).items() if times > 1] == []


def test_levels_of_approval_are_codes_of_their_column(dictionary: Dictionary) -> None:
    changes = dictionary.changes
    assert changes is not None
    assert changes.level is not None
    assert changes.levels == tuple(dictionary.tables[changes.table].columns[changes.level].codes)


def test_nothing_personal_is_shown_as_it_is(dictionary: Dictionary) -> None:
    for table, column in columns(dictionary):
        if column.sensitivity == "S2":
            assert column.mask != "none", (table.name, column.name)


def test_tokens_of_people_are_shortened_wherever_they_stand(dictionary: Dictionary) -> None:
    for table, column in columns(dictionary):
        if column.name in ("person_id", "handler_id", "id_hash", "accused_hash", "petitioner_hash"):
            assert (column.sensitivity, column.mask) == ("S2", "short"), (table.name, column.name)


def test_due_days_are_plans_and_days_of_acts_are_not(dictionary: Dictionary) -> None:
    for table, column in columns(dictionary):
        if column.type == "date" and ("due" in column.name or column.name == "deadline"):
            assert column.planned, (table.name, column.name)
        if column.name in ("event_date", "decision_date", "close_date", "reply_date", "served_date"):
            assert not column.planned, (table.name, column.name)


def test_days_of_closing_that_are_empty_have_not_come_yet(dictionary: Dictionary) -> None:
    endings = ("close_date", "release_date", "discharge_date", "out_date", "reply_date", "return_date")
    for table, column in columns(dictionary):
        if column.name in endings:
            assert column.empty == "not_yet", (table.name, column.name)


def test_what_tells_an_outcome_is_known_with_its_day(dictionary: Dictionary) -> None:
    for table, column in [
        ("case_main", "case_status"),
        ("case_main", "close_mode"),
        ("coercive_measure", "end_reason"),
        ("custody_log", "out_reason"),
        ("enforcement_case", "close_mode"),
        ("community_correction", "status"),
        ("hotline_clue", "result_code"),
        ("sentence_change", "decision_code"),
    ]:
        known = dictionary.tables[table].columns[column].known
        assert known is not None, (table, column)
        assert dictionary.tables[table].columns[known].type == "date", (table, column)


def test_rows_of_facts_are_known_from_a_day_on(dictionary: Dictionary) -> None:
    without = {table.name for table in dictionary.tables.values() if not table.known}
    assert without == NOT_DELIVERED | {"case_link", "person", "enterprise", "case_party"}


def test_every_subject_with_a_case_shows_its_number(dictionary: Dictionary) -> None:
    for subject in dictionary.subjects.values():
        relation = subject.related.get("case")
        if relation is not None and relation.one:
            assert subject.show.case_no is not None, subject.name
            assert subject.show.unit is not None, subject.name


def test_every_expression_can_be_read(dictionary: Dictionary) -> None:
    texts = []
    for subject in dictionary.subjects.values():
        for relation in subject.related.values():
            texts += [*relation.match.values(), relation.when]
        for derived in subject.derived.values():
            texts += [derived.when, derived.value, *(derived.within or ())]
    written = [text for text in texts if text is not None]
    assert len(written) > 200
    for text in written:
        read_expression(text)
