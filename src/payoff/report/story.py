"""The story as one self-contained page: opens offline, asks nothing of the network.

Question  How does a reader walk from the answer to its evidence, by eye, ear or keyboard?
Assumes   Every text may hold anything: all of it is escaped.
Proof     tests/report/test_report_story*.py, in a real browser with axe-core.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from payoff.nouns.brief import Brief, Chart, Table
from payoff.report.palette import DARK, HATCHED, LIGHT
from payoff.report.result_document import is_blocked
from payoff.report.story_svg import NARROW, WIDE, page_svg

KINDS = {"final": "Result", "exploratory": "Exploratory result", "health": "Data health and power"}


def render_html(brief: Brief) -> bytes:
    """story.html: the same bytes for the same brief."""
    grade = None if is_blocked(brief.result) else brief.result.get("grade")
    page = _template().render(
        brief=brief,
        kind=KINDS[brief.state],
        grade=grade,
        drawings={c.id: _drawings(c) for s in brief.sections for c in s.charts},
        definitions=_definitions(brief),
        style=Markup(_colours() + _asset("story.css")),
        script=Markup(_asset("story.js")),
        hatched=HATCHED,
    )
    return (page.rstrip() + "\n").encode()


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_asset("story.html.j2"))


def _asset(name: str) -> str:
    return (files("payoff.report") / "templates" / name).read_text(encoding="utf-8")


def _drawings(chart: Chart) -> Markup:
    return Markup(page_svg(chart, WIDE) + page_svg(chart, NARROW))


def _definitions(brief: Brief) -> Mapping[str, str]:
    """What each measure means, for the hover over its name (KPI-06): all but the query."""
    table: Table | None = next((t for t in brief.appendix if t.id == "definitions"), None)
    if table is None:
        return {}
    return {
        str(row[0]): "; ".join(f"{c}: {v}" for c, v in zip(table.columns[1:-1], row[1:-1], strict=True))
        for row in table.rows
    }


def _colours() -> str:
    """The palette as custom properties: light, dark, and print (light, fills as patterns)."""

    def block(colours: Mapping[str, Any], pattern: bool) -> str:
        plain = "".join(f"--{role}:{colour};" for role, colour in colours.items())
        hatched = ("blocked",) if not pattern else HATCHED
        return plain + "".join(
            f"--{role}-fill:" + (f"url(#hatch-{role});" if role in hatched else f"var(--{role});")
            for role in HATCHED
        )

    return (
        f":root{{{block(LIGHT, False)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{block(DARK, False)}}}}}\n"
        f"@media print{{:root{{{block(LIGHT, True)}}}}}\n"
    )
