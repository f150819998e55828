"""The report: one HTML file that opens without a network and shows what a sweep found.

In: a sweep folder. Out: one string of HTML, the same to the byte for the same folder.
"""

from jointsup_rules.report.render import has_unit, render_by_unit, render_report

__all__ = ["has_unit", "render_by_unit", "render_report"]
