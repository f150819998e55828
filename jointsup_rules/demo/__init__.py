"""Invented exports of an invented city, with known answers.

This package is the one place that knows a city: its units, its working days, the headers its
agencies print over their columns. No engine module imports it; only the command line does, for
`jointsup demo`.

In: a folder, a number of cases, a seed. Out: raw exports as agencies would deliver them, and
`truth.json`, which says for each rule exactly which subjects it must name.

    city, days ──▶ course ──▶ stages ──▶ background, plants ──▶ oracle ──▶ truth
                                                    └─────────▶ exports, dirty rows

A *life course* is everything that happens around one matter, from the first report to the last
instalment, at every agency. Courses never share a person, a case or a case number, so the oracle
reads them one by one, and a million cases never lie in memory together. What a rule must say about
a course is worked out in plain Python from the course itself, never by the engine.

Every person, company, number and place here is made up: the region code 2399xx is not in use.
"""

from jointsup_rules.demo.city import AS_OF
from jointsup_rules.demo.truth import Expected, Truth, read_truth
from jointsup_rules.demo.write import DEFAULT_CASES, write_exports

__all__ = ["AS_OF", "DEFAULT_CASES", "Expected", "Truth", "read_truth", "write_exports"]
