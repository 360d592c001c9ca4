"""Everything a reader may be shown, as plain data: claims with their evidence, charts, tables.

A Brief holds no arrays and no objects of other rooms, so it is stored beside the result and
rendered again later without estimating anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Cell = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence and the fingerprints it rests on. A claim with money names its figure ids."""

    id: str
    text: str
    evidence: tuple[str, ...]
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tile:
    """A headline number: never without its range, horizon and grade."""

    label: str
    value: str
    range: str
    note: str


@dataclass(frozen=True, slots=True)
class Table:
    """Shown as it is: numbers already in words where a reader sees them."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One definition for screen and print.

    spec: a Vega-Lite specification whose colours are the palette's light values; the screen
    re-colours by role. table: the same data for readers who do not see the picture.
    title: the finding, twelve words at most. alt: what the picture shows.
    """

    id: str
    title: str
    subtitle: str
    note: str
    alt: str
    spec: Mapping[str, object]
    table: Table


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the story. `id`: context, baseline, timeline, comparison, uplift, dollars, next."""

    id: str
    title: str
    claims: tuple[Claim, ...]
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The one-page brief."""

    headline: Claim
    money: Claim
    tiles: tuple[Tile, ...]
    problem: str
    program: str
    how_we_know: tuple[Claim, ...]
    conservative: Claim
    bold: Claim
    assumptions: tuple[str, ...]  # the three that move it most, then what drives the doubt
    constraints: tuple[str, ...]
    ask: str
    quote: str | None  # with role; None: no consented quote
    charts: tuple[str, ...]  # ids of charts in the sections
    footer: str


@dataclass(frozen=True, slots=True)
class WorkbookName:
    """A named cell. `formula` (Excel, over other names) or `value`; `engine` is what it must come to."""

    name: str
    label: str
    value: float | None
    formula: str | None
    unit: str
    source: str
    owner: str
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Workbook:
    """What `audit.xlsx` is written from. Lists are in the order of the sheets.

    inputs: assumptions, effects, counts. benefits, costs: per-month formula rows.
    checks: (label, name in the workbook, the engine's figure).
    """

    inputs: tuple[WorkbookName, ...]
    sheets: tuple[Table, ...]  # read-only tabs: sources, simulated figures, checks, assumptions
    model: Mapping[str, object]
    checks: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """Hop 7's answer and hop 8's only input.

    banners: "Retrospective: …", "Exploratory: …", amendments: on every output, first.
    state: final | exploratory | health (an unlocked study: data health and power, no effects).
    result: the document `result.schema.json` describes.
    """

    study: str
    title: str
    version: str
    state: Literal["final", "exploratory", "health"]
    banners: tuple[str, ...]
    page: Page
    sections: tuple[Section, ...]
    workbook: Workbook | None
    result: Mapping[str, object]
    refusals: tuple[str, ...] = ()
    appendix: tuple[Table, ...] = ()
    fingerprint: str = ""
