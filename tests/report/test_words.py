"""The catalogue: complete in both languages, and nothing said past it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jointsup_rules.cards import showing
from jointsup_rules.problems import Text
from jointsup_rules.report import render
from jointsup_rules.report.words import read_words, say, say_plain, show, tell

PAGE = Path(render.__file__).with_name("page")
TEMPLATES = sorted(PAGE.glob("*.html"))
SCRIPTS = sorted(PAGE.glob("*.js"))
CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff，。；：、（）“”]")
# Keys whose last word is a value of the data.
GROUPS = (
    "severity", "state", "grade", "confidence", "excepted", "doubtful", "outcome", "status", "step",
    "role", "kind", "unit", "priority", "dossier", "kept_kind",
)  # fmt: skip
SAME_IN_BOTH = {"clue.place"}


@pytest.mark.parametrize("key", read_words())
def test_an_entry_says_it_in_both_languages_with_the_same_places(key: str) -> None:
    entry = read_words()[key]
    assert set(entry) <= {"zh", "en", "en_one"}
    assert {"zh", "en"} <= set(entry)
    for lang in ("en", "en_one"):
        if lang in entry:
            assert entry[lang].strip()
            assert not CHINESE.search(entry[lang])
    assert entry["zh"].strip()
    if re.search("[a-z]{3}", re.sub(r"\{\w+\}", "", entry["en"])):
        assert CHINESE.search(entry["zh"])
    places = {lang: set(re.findall(r"\{(\w+)\}", text)) for lang, text in entry.items()}
    if key not in SAME_IN_BOTH:
        assert places["zh"] == places["en"]
    assert places.get("en_one", set()) <= places["en"]


def _used() -> set[str]:
    """Keys that templates and scripts name, with a star where the data name the last word."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in [*TEMPLATES, *SCRIPTS])
    return set(re.findall(r"""["'`]([a-z]+\.[a-z_0-9]+)["'`]""", text))


def test_every_word_that_is_used_is_in_the_catalogue() -> None:
    named = {key for key in _used() if key.split(".")[0] in {known.split(".")[0] for known in read_words()}}
    missing = {key for key in named if key not in read_words() and not key.endswith((".html", ".js"))}
    assert missing == set()


def test_every_entry_of_the_catalogue_is_used() -> None:
    scripted = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    facets = {f"clue.{name}" for name in re.findall(r"\w+", re.search(r"FACETS = \[(.*?)\]", scripted)[1])}  # type: ignore[index]
    heads = {
        f"clue.{name}"
        for name in re.findall(r"\w+", " ".join(re.findall(r"(?:heads|HEADS) = \[(.*?)\]", scripted)))
    }
    working = {key for key in read_words() if key.startswith("working.")}
    unused = set(read_words()) - _used() - facets - heads - working
    assert {key for key in unused if key.split(".")[0] not in GROUPS} == set()


def test_templates_hold_no_words_of_their_own() -> None:
    for path in TEMPLATES:
        text = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        shown = re.sub(r"<[^>]*>", " ", text)
        # The names of the languages and of a checksum are the same in both.
        rest = set(re.findall(r"[^\W\d_]+", shown)) - {"中文", "English", "SHA"}
        assert rest == set(), path.name


def test_scripts_hold_no_chinese_of_their_own() -> None:
    for path in SCRIPTS:
        code = re.sub(r"//.*|/\*\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"[\u3400-\u9fff]", code), path.name


def test_script_and_program_write_out_the_same_characters() -> None:
    source = (PAGE / "words.js").read_text(encoding="utf-8")
    found = re.search(r"const STEERING =\s*/(\[.*?\])/;", source)
    assert found is not None
    pattern = re.compile(found[1])
    assert {n for n in range(0xFFFF) if pattern.match(chr(n))} == set(showing.STEERING)


def test_script_and_program_name_an_empty_value_alike() -> None:
    assert f'const EMPTY = "\\u{ord(render.EMPTY):04x}"' in (PAGE / "words.js").read_text(encoding="utf-8")


def test_one_is_said_otherwise_than_many_in_english() -> None:
    assert "1 clue of 20" in say("list.found", n=1, total=20)
    assert "3 clues of 20" in say("list.found", n=3, total=20)


def test_places_are_escaped_and_texts_of_the_data_come_in_both_languages() -> None:
    zh, en = "以 &lt;b&gt; 为准", "as of &lt;b&gt;"
    both = f'<span class="zh" lang="zh-CN">{zh}</span><span class="en" lang="en">{en}</span>'
    assert say("page.as_of", day="<b>") == both
    assert tell(Text("甲<", "a&")) == (
        '<span class="zh" lang="zh-CN">甲&lt;</span><span class="en" lang="en">a&amp;</span>'
    )
    assert tell(Text("甲", "甲")) == "甲"
    assert say_plain("severity.high", "en") == "high"


def test_an_entry_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("page.no_such_words")


def test_characters_that_steer_are_written_out() -> None:
    assert show("a\u202eb\x00c") == 'a<span class="steer">U+202E</span>b<span class="steer">U+0000</span>c'
    assert show("👩\u200d👧 𠮷") == "👩\u200d👧 𠮷"
