"""A workspace of letters to offices, small enough to know what every card must say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

DICTIONARY: dict[str, Any] = {
    "format": 1,
    "timezone": "Asia/Shanghai",
    "tables": {
        "letter": {
            "label": {"zh": "来信", "en": "letters"},
            "key": ["letter_id"],
            "known": "received_on",
            "columns": {
                "letter_id": {
                    "label": {"zh": "来信号", "en": "letter"},
                    "type": "text",
                    "nullable": False,
                    "sensitivity": "S0",
                },
                "office": {"label": {"zh": "收信处", "en": "office"}, "type": "text", "sensitivity": "S0"},
                "received_on": {
                    "label": {"zh": "收到日", "en": "received on"},
                    "type": "date",
                    "sensitivity": "S0",
                },
                "answered_on": {
                    "label": {"zh": "答复日", "en": "answered on"},
                    "type": "date",
                    "empty": "not_yet",
                },
                "kind": {
                    "label": {"zh": "种类", "en": "kind"},
                    "type": "code",
                    "codes": {
                        "ASK": {"zh": "询问", "en": "question"},
                        "THANK": {"zh": "致谢", "en": "thanks"},
                    },
                },
                "sender": {
                    "label": {"zh": "寄信人", "en": "sender"},
                    "type": "text",
                    "sensitivity": "S2",
                    "mask": "short",
                },
                "unused": {"label": {"zh": "未用列", "en": "unused"}, "type": "text"},
            },
        },
        "call": {
            "label": {"zh": "来电", "en": "calls"},
            "key": ["call_id"],
            "columns": {
                "call_id": {"label": {"zh": "来电号", "en": "call"}, "type": "text", "nullable": False},
                "caller": {"label": {"zh": "来电人", "en": "caller"}, "type": "text", "sensitivity": "S2"},
                "called_on": {"label": {"zh": "来电日", "en": "called on"}, "type": "date"},
                "length": {"label": {"zh": "时长", "en": "length"}, "type": "integer"},
            },
        },
    },
    "subjects": {
        "letter": {
            "rows_of": "letter",
            "show": {"unit": "office"},
            "related": {"calls": {"table": "call", "match": {"caller": "sender"}}},
        }
    },
    "derived": {
        "letter": {
            "called_since_on": {
                "label": {"zh": "此后来电日", "en": "called since on"},
                "first": "called_on",
                "in": "calls",
                "when": "called_on >= subject.received_on",
            },
            "nobody_reads_this": {"count": "rows", "in": "calls"},
        }
    },
}
LAW: dict[str, Any] = {
    "law": "POST",
    "title": {"zh": "来信条例", "en": "Letters Act"},
    "versions": [{"from": "2010-01-01", "until": None, "checked_on": "2024-05-01", "confidence": "high"}],
    "articles": {
        "POST-4": [
            {
                "from": "2010-01-01",
                "until": "2020-01-01",
                "number": "3",
                "text": {"zh": "应当在六十日内答复", "en": "Answer within sixty days"},
            },
            {
                "from": "2020-01-01",
                "number": "4",
                "text": {"zh": "应当在三十日内答复", "en": "Answer within thirty days"},
            },
        ]
    },
}
PARAMETERS: dict[str, Any] = {
    "ANSWER.DAYS": {
        "unit": "days",
        "kind": "local",
        "because": {"zh": "本地承诺", "en": "a local promise"},
        "approved_by": {"zh": "办公会", "en": "the board"},
        "values": [
            {"from": "2010-01-01", "until": "2020-01-01", "value": 60},
            {"from": "2020-01-01", "value": 30},
        ],
    }
}
RULE: dict[str, Any] = {
    "id": "LET-01",
    "version": 1,
    "status": "active",
    "family": "LET",
    "title": {"zh": "来信未答复", "en": "Letter not answered"},
    "keywords": ["来信", "答复"],
    "owner": {"zh": "督查室", "en": "inspection office"},
    "finds": {"zh": "来信超过三十日没有答复", "en": "Letters not answered within thirty days"},
    "why": {"zh": "来信应当按期答复", "en": "Letters are to be answered in time"},
    "check": {"zh": "核对答复是否未录入", "en": "Check whether an answer was not entered"},
    "misses": {"zh": "口头答复看不到", "en": "Answers by word of mouth"},
    "law": ["POST-4"],
    "params": {"days": "ANSWER.DAYS"},
    "subject": "letter",
    "scope": "kind = 'ASK'",
    "detect": {
        "time_limit": {
            "from": "received_on",
            "until": "answered_on",
            "limit": {"days": "$days"},
            "roll": False,
        }
    },
    "severity": {"is": "medium", "high": "over_days > 90"},
    "grade": "A",
    "bands": [
        {"name": "open", "text": {"zh": "至今未答复", "en": "not answered"}},
        {"name": "late", "when": "ended_on is not null", "text": {"zh": "逾期答复", "en": "answered late"}},
    ],
    "exclude": [
        {
            "when": "called_since_on is not null",
            "because": {"zh": "此后已电话答复", "en": "answered by telephone since"},
        }
    ],
    "reason": {
        "zh": "{letter_id}于{received_on}收到，应在{due_on}前答复，需核实。",
        "en": "{letter_id} was received on {received_on} and due on {due_on}; to be checked.",
    },
    "evidence": {"columns": ["office"], "rows": ["calls"]},
    "examples": {
        "as_of": "2024-12-31",
        "like": {"letter": {"letter_id": "L1", "kind": "ASK", "sender": "S1"}},
        "cases": [
            {
                "name": "one day late",
                "given": {"letter": [{"received_on": "2024-11-01", "answered_on": "2024-12-02"}]},
                "expect": [
                    {
                        "subject": "L1",
                        "outcome": "hit",
                        "due_on": "2024-12-01",
                        "over_days": 1,
                        "band": "late",
                    }
                ],
            },
            {
                "name": "called since",
                "given": {
                    "letter": [{"received_on": "2024-11-01"}],
                    "call": [{"call_id": "C1", "caller": "S1", "called_on": "2024-11-20"}],
                },
                "expect": [{"subject": "L1", "outcome": "excluded", "because": "此后已电话答复"}],
            },
            {
                "name": "day of receipt missing",
                "given": {"letter": [{}]},
                "expect": [{"subject": "L1", "outcome": "cannot_tell", "missing": ["received_on"]}],
            },
        ],
    },
}
SOURCE: dict[str, Any] = {
    "source": "letters",
    "agency": {"zh": "信访处", "en": "letters office"},
    "files": "来信_*.csv",
    "exported_on": {"from_file_name": "_([0-9]{8})"},
    "tables": {
        "letter": {
            "letter_id": {"column": "来信号"},
            "office": {"column": "收信处"},
            "received_on": {"column": "收到日"},
            "answered_on": {"column": "答复日"},
            "kind": {"column": "种类"},
            "sender": {"column": "证件号", "pseudonym": "id_number"},
        }
    },
}


class _Plain(yaml.SafeDumper):
    """Writes a value that stands in several places each time anew."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def make_workspace(root: Path, **rules: dict[str, Any]) -> Path:
    """Write the workspace with LET-01, and further rules or other forms of it: changes by id (`LET_02={…}`)."""
    files = {
        "datasets/dictionary.yaml": DICTIONARY,
        "datasets/sources/letters.yaml": SOURCE,
        "rules/law/letters.yaml": LAW,
        "rules/parameters.yaml": PARAMETERS,
        "rules/families.yaml": {"LET": {"zh": "来信", "en": "Letters"}},
    }
    for rule_id, changes in {"LET_01": {}, **rules}.items():
        name = rule_id.replace("_", "-")
        files[f"rules/LET/{name}.yaml"] = {**RULE, "id": name, **changes}
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        text = yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=10_000)
        (root / path).write_text(text, encoding="utf-8")
    return root


def read_html(text: str) -> Any:
    """The page as a tree."""
    from lxml import html

    return html.fromstring(text)
