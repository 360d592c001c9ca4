"""Every text of a brief that a reader sees, with where it stands."""

from collections.abc import Iterator

from payoff.nouns.brief import Brief, Chart, Claim, Table


def sentences_of(brief: Brief) -> Iterator[tuple[str, str]]:
    """(where, text) of every composed sentence; tables are looked at apart."""
    page = brief.page
    yield "headline", page.headline.text
    yield "money", page.money.text
    yield "program", page.program
    yield "conservative", page.conservative.text
    yield "bold", page.bold.text
    for claim in claims_of(brief):
        yield claim.id, claim.text
    for tile in page.tiles:
        yield f"tile {tile.label}", f"{tile.label} {tile.value} ({tile.range}) {tile.note}"
    for text in page.assumptions:
        yield "assumption", text
    for chart in charts_of(brief):
        for text in (chart.title, chart.subtitle, chart.note, chart.alt):
            yield chart.id, text


def claims_of(brief: Brief) -> Iterator[Claim]:
    yield from brief.page.how_we_know
    for section in brief.sections:
        yield from section.claims


def charts_of(brief: Brief) -> Iterator[Chart]:
    for section in brief.sections:
        yield from section.charts


def tables_of(brief: Brief) -> Iterator[Table]:
    for section in brief.sections:
        yield from section.tables
        for chart in section.charts:
            yield chart.table


def study_texts(brief: Brief) -> tuple[str, ...]:
    """Texts the study's owner wrote: quoted as they are."""
    return (brief.page.ask, brief.page.quote or "", *brief.page.constraints)
