"""The KPI template: what people agree on in a meeting, as CSV or Markdown, and back without loss.

Question  Which measures, from where to where, told how often, defined how, owned by whom?
Cells     Text without blanks around it; line breaks stay. Markdown escapes `|`, `\\` and `<`, and writes a
          line break as <br>.
Refuses   A table without the template's columns; a cell with two measures or a change as baseline (KPI-04),
          in the words of the study file's own check.
"""

import csv
import io
import json
import re
from dataclasses import astuple, dataclass, fields, replace
from typing import Any

from payoff.metrics.catalogue import SHIPPED
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import Study
from payoff.study import check_study

HEADERS = (
    "Category", "Metric", "Baseline", "Target", "Measurement frequency", "Definition", "Unit", "Direction",
    "Owner", "Source",
)  # fmt: skip
_OF_A_CELL = ("P205", "P206")
_CELL = re.compile(r"<br>|\\(.)|(.)", re.DOTALL)
_UP_TO_BAR = re.compile(r"((?:\\.|[^\\|])*)\|")


@dataclass(frozen=True, slots=True)
class KpiRow:
    """One row; every cell is text, empty where nothing was agreed."""

    category: str
    metric: str
    baseline: str
    target: str
    frequency: str
    definition: str
    unit: str
    direction: str
    owner: str
    source: str

    def __post_init__(self) -> None:
        for cell in fields(self):
            text = str(getattr(self, cell.name)).replace("\r\n", "\n").replace("\r", "\n").strip()
            object.__setattr__(self, cell.name, text)


def list_rows(study: Study) -> tuple[KpiRow, ...]:
    """The metrics of a study as rows of the template."""
    plan: dict[str, Any] = json.loads(study.plan)["metrics"]
    return tuple(_row(study, name, written) for name, written in plan.items())


def _row(study: Study, name: str, written: dict[str, Any]) -> KpiRow:
    metric = study.metric(name)
    used = SHIPPED.find(written["use"]) if "use" in written else None
    return KpiRow(
        category=used.tier if used is not None else metric.tier,
        metric=name,
        baseline=str(written.get("baseline", "")),
        target=str(written.get("target", "")),
        frequency=written.get("frequency", ""),
        definition=written.get("use") or written.get("expr") or metric.sql,
        unit=metric.unit_text,
        direction=metric.better,
        owner=metric.owner,
        source=written.get("source") or ", ".join(metric.sources),
    )


def write_csv(rows: tuple[KpiRow, ...]) -> str:
    """Header and rows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADERS)
    writer.writerows(astuple(row) for row in rows)
    return out.getvalue()


def write_markdown(rows: tuple[KpiRow, ...]) -> str:
    """A table that any reader of Markdown shows."""
    lines = [HEADERS, ("---",) * len(HEADERS), *([_escape(c) for c in astuple(row)] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def read_rows(text: str) -> tuple[KpiRow, ...]:
    """Rows of either form. Raises PayoffError (3) where it is not the template."""
    text = text.removeprefix("\ufeff")
    table = _markdown_cells(text) if text.lstrip().startswith("|") else list(csv.reader(io.StringIO(text)))
    table = [line for line in table if any(cell.strip() for cell in line)]
    if not table or tuple(cell.strip().casefold() for cell in table[0]) != tuple(
        h.casefold() for h in HEADERS
    ):
        what = "the first line is not the header of the KPI template"
        raise _refuse(what, f"columns in this order: {', '.join(HEADERS)}")
    for number, line in enumerate(table[1:], start=1):
        if len(line) != len(HEADERS):
            raise _refuse(
                f"row {number} has {len(line)} cells instead of {len(HEADERS)}", "fill or add cells"
            )
    return tuple(KpiRow(*line) for line in table[1:])


def write_metrics(rows: tuple[KpiRow, ...]) -> str:
    """`metrics:` of a study file. Raises PayoffError (3) where a cell holds what no metric can (KPI-04)."""
    text = "metrics:\n" + "".join(_yaml(row, number) for number, row in enumerate(rows, start=1))
    faults = [p for p in check_study(text.encode(), "template", catalogue=SHIPPED)[1] if p.code in _OF_A_CELL]
    if faults:
        raise PayoffError([replace(fault, place=None) for fault in faults], exit_code=3)
    return text


def _yaml(row: KpiRow, number: int) -> str:
    name = re.sub(r"\W+", "_", row.metric.casefold()).strip("_") or f"metric_{number}"
    name = name if name[0].isalpha() else f"metric_{name}"
    used = SHIPPED.find(row.definition) is not None
    is_sql = re.match(r"(?i)(select|with)\b", row.definition) is not None
    keys = {
        "label": row.metric if row.metric != name else "",
        "use" if used else "sql" if is_sql else "expr": row.definition,
        "source": row.source if not is_sql else "",
        "unit": "" if used else row.unit,
        "better": "" if used else row.direction,
        "owner": row.owner,
        "baseline": row.baseline,
        "target": row.target,
        "frequency": row.frequency,
    }
    lines = [f"    {key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in keys.items() if value]
    return f"  {name}:{f'  # {_one_line(row.category)}' if row.category else ''}\n{''.join(lines)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _escape(cell: str) -> str:
    return re.sub(r"([\\|<])", r"\\\1", cell).replace("\n", "<br>")


def _unescape(cell: str) -> str:
    return _CELL.sub(lambda m: "\n" if m[0] == "<br>" else m[1] or m[2], cell.strip())


def _markdown_cells(text: str) -> list[list[str]]:
    """Cells of each line, the line of dashes left out."""
    found = []
    for line in text.split("\n"):
        cells = [_unescape(cell) for cell in _UP_TO_BAR.findall(line.strip().removeprefix("|"))]
        if not all(re.fullmatch(r":?-{3,}:?", cell) for cell in cells):
            found.append(cells)
    return found


def _refuse(what: str, fix: str) -> PayoffError:
    why = "a template read with shifted columns would state another plan"
    return PayoffError([Problem("U211", what, why, fix)], exit_code=3)
