"""JSON Schema (2020-12) of every kind of file in a workspace, for editors.

In: a rulebook. Out: one schema a kind of file, in one language, that accepts every file `check` accepts. Its structure is
that of the shapes, its words those of the workspace. What depends on the subject of a rule is told in one branch a subject,
the rows behind a relation in one branch a relation.
"""

from __future__ import annotations

import json

from jointsup_rules import __version__
from jointsup_rules.authoring.files import FILES
from jointsup_rules.authoring.frame import Frame
from jointsup_rules.authoring.offers import Offers
from jointsup_rules.authoring.shapes import Json, gather_shapes
from jointsup_rules.authoring.vocabulary import Vocabulary
from jointsup_rules.model.rulebook import Rulebook
from jointsup_rules.problems import Language, ProblemsError

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def gather_schemas(rulebook: Rulebook, names: tuple[str, ...], lang: Language) -> dict[str, Json]:
    """Return the schemas of some kinds of file, by name.

    Args:
        rulebook: What the workspace declares; rules matter only to the schema of exceptions.
        names: Of FILES.
        lang: Of what is said of keys and names.

    Raises:
        ProblemsError: the dictionary cannot be read.
    """
    if rulebook.dictionary is None:
        raise ProblemsError(rulebook.problems)
    offers = Offers(Vocabulary(rulebook, rulebook.dictionary), lang)
    shapes = gather_shapes(lang)
    found = {}
    for name in names:
        frame = Frame(offers, shapes, FILES[name].closed)
        root = FILES[name].root(frame)
        head = {
            "$schema": DRAFT,
            "$comment": f"jointsup {__version__} schema {name} --lang {lang}",
            "title": FILES[name].title.in_language(lang),
        }
        found[name] = {**head, **root, "$defs": dict(sorted(frame.defs.items()))}
    return found


def render_schema(schema: Json) -> str:
    """Return a schema as the text of a file."""
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":")) + "\n"
