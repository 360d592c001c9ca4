"""One brief, five formats: which function makes which bytes.

Refuses  A brief with a bare figure, whatever the format: a headline number without its range.
"""

from typing import Literal, cast

from payoff.nouns.brief import Brief
from payoff.report.codec import write_brief, write_document

FORMATS = ("json", "html", "pdf", "xlsx", "brief-json")


def render(brief: Brief, format: str, paper: str = "a4") -> bytes:
    """Hop 8: the bytes of one output; `paper` ("a4" or "letter") concerns "pdf" alone.

    Raises ValueError on an unknown format or paper, on a bare figure, and for "xlsx" without a workbook.
    """
    refuse_bare_figures(brief)
    match format:
        case "json":
            return write_document(brief.result)
        case "brief-json":
            return write_brief(brief)
        case "html":
            from payoff.report.story import render_html

            return render_html(brief)
        case "pdf":
            from payoff.report.brief_pdf import render_pdf

            return render_pdf(brief, cast(Literal["a4", "letter"], paper))
        case "xlsx":
            from payoff.report.workbook import render_workbook

            if brief.workbook is None:
                raise ValueError("there is no money figure, so there is no workbook")
            return render_workbook(brief)
    raise ValueError(f"format is {format!r}; it must be one of {', '.join(FORMATS)}")


def refuse_bare_figures(brief: Brief) -> None:
    """Raise ValueError when a headline number lacks its range or note."""
    bare = [tile.label for tile in brief.page.tiles if not (tile.range and tile.note)]
    if bare:
        raise ValueError(f"a figure without its range: {', '.join(bare)}")
