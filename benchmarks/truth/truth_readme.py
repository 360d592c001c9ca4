"""The README of the truth benchmark, written from results.csv: prose, goals held against figures, tables."""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from truth_worlds import BROKEN, CLEAN, HALF, MAIN, NO_GOAL, PLATEAU, list_cells

from payoff.lab import Firm

Cells = dict[tuple[str, int, bool, str], dict[str, str]]
FULL = 2000
HEAD = Path(__file__).with_name("README.head.md")
COVERAGE, FALSE_POSITIVES, CLEAN_WARNED, FLAGGED, WORKED = (0.935, 0.965), 0.065, 0.10, 0.90, 0.05


def write_readme(path: Path, rows: Sequence[dict[str, str]]) -> None:
    """Replace the page."""
    cells = {(r["setting"], int(r["teams"]), r["works"] == "True", r["method"]): r for r in rows}
    firm = Firm()
    prose = HEAD.read_text().format(
        low=firm.team_size[0],
        high=firm.team_size[1],
        spread=_pc(firm.spread, 0),
        icc=_pc(firm.icc, 0),
        memory=firm.memory_person,
        season=_pc(firm.season, 0),
        december=_pc(firm.december, 0),
        shock=_pc(firm.shock, 0),
        growth=_pc(firm.growth),
        left=_pc(firm.left),
        plateau=_pc(PLATEAU, 0),
    )
    parts = [
        prose,
        "## Goals\n\n" + _preliminary(rows) + _goals(cells),
        "## Clean worlds, the locked method\n\n" + _clean(cells),
        "## Clean worlds, other methods on the same firms\n\n" + _others(cells),
        f"## Broken worlds\n\nHalf the effect is {_pc(HALF)} of the level.\n\n" + _broken(cells),
        "## Which checks fail\n\nShare of worlds, where the program works.\n\n" + _checks(cells),
        "## Time\n\nMedian milliseconds a world, two processes side by side on a shared machine.\n\n"
        + _time(cells),
    ]
    path.write_text("\n\n".join(part.rstrip() for part in parts) + "\n")


def _preliminary(rows: Sequence[dict[str, str]]) -> str:
    """A warning while any row has fewer worlds than a full run, or cells are missing; else nothing."""
    asked = {(c.setting.name, c.n_teams, c.works, c.setting.main) for c in list_cells()}
    missing = len(asked - {(r["setting"], int(r["teams"]), r["works"] == "True", r["method"]) for r in rows})
    few = [int(r["worlds"]) for r in rows if int(r["worlds"]) < FULL]
    if not few and not missing:
        return ""
    text = f"**Preliminary**: {len(few)} of {len(rows)} rows rest on fewer than {FULL:,} worlds "
    text += f"(the fewest: {min(few, default=FULL)}), {missing} of {len(asked)} cells are not run yet; "
    text += "rows may come from different days of the code. The first command above makes the full page."
    return f"{text}\n\n"


def _goals(cells: Cells) -> str:
    main = {s.name: s.main for s in CLEAN if s.name in MAIN}
    clean = [r for (name, *_, method), r in cells.items() if main.get(name) == method]
    broken = [r for r in cells.values() if r["setting"] in {s.name for s in BROKEN} - set(NO_GOAL)]
    told = [r for r in clean if float(r["answered"]) > 0]
    lines = [
        _goal("coverage, four main designs, 93.5 % to 96.5 %", told, "coverage", *COVERAGE),
        _goal(
            "false positives, four main designs, at most 6.5 %", _null(told), "rejected", 0, FALSE_POSITIVES
        ),
        _goal("clean worlds warned, four main designs, at most 10 %", told, "warned", 0, CLEAN_WARNED),
        _goal("broken worlds flagged, at least 90 %", broken, "flagged", FLAGGED, 1),
        _goal("broken null worlds: worked at 3+, at most 5 %", _null(broken), "worked_at_three", 0, WORKED),
        _goal(
            "broken, program works: worked at 3+, at most 5 %", _works(broken), "worked_at_three", 0, WORKED
        ),
    ]
    listed = ", ".join(NO_GOAL)
    note = (
        f"Broken worlds without a goal, the first three because nothing in the data shows them: {listed}.\n"
    )
    return _table(("goal", "cells", "worst", "outside", "outside by more than two ±"), lines) + "\n" + note


def _goal(text: str, rows: Sequence[dict[str, str]], what: str, low: float, high: float) -> tuple[str, ...]:
    """How many cells lie outside the goal, how many of them by more than chance, and the worst."""
    known = [(float(r[what]), r) for r in rows if not math.isnan(float(r[what]))]
    if not known:
        return text, "0", "", "", ""
    off = [
        (max(low - share if low else -1.0, share - high if high < 1 else -1.0), share, r)
        for share, r in known
    ]
    beyond = [o for o in off if o[0] > 2 * _monte_carlo(high if o[1] > high else low, o[2])]
    _, share, worst = max(off, key=lambda o: o[0])
    outside = [o for o in off if o[0] > 1e-9]
    where = f"{_pc(share)} ({worst['setting']}, {worst['teams']} teams)"
    return text, str(len(known)), where, str(len(outside)), str(len(beyond))


def _clean(cells: Cells) -> str:
    head = ("design", "teams", "worlds", "±", "method", "answered", "bias", "coverage null / works",
            "false positives", "power", "warned null / works", "locks 0/1/2/3/4", "worked")  # fmt: skip
    return _table(head, [line for s in CLEAN for line in _pairs(cells, s.name, s.main)])


def _pairs(cells: Cells, name: str, method: str) -> Iterator[tuple[str, ...]]:
    """One line a size of firm: the null world and the one where the program works."""
    for teams in (10, 30, 100):
        null, works = cells.get((name, teams, False, method)), cells.get((name, teams, True, method))
        if null is None or works is None:
            continue
        yield (
            name, str(teams), works["worlds"], _errors(works), method,
            _pc(works["answered"], 0), _pc(works["bias"], 2),
            f"{_pc(null['coverage'])} / {_pc(works['coverage'])}",
            _pc(null["rejected"]), _pc(works["rejected"], 0),
            f"{_pc(null['warned'], 0)} / {_pc(works['warned'], 0)}", _locks(works), _verdict(works, "worked"),
        )  # fmt: skip


def _others(cells: Cells) -> str:
    head = ("design", "teams", "worlds", "±", "method", "answered", "bias", "coverage null / works",
            "false positives", "power")  # fmt: skip
    lines = [pair[: len(head)] for s in CLEAN for m in s.methods for pair in _pairs(cells, s.name, m)]
    return _table(head, lines)


def _broken(cells: Cells) -> str:
    head = ("world", "teams", "worlds", "program", "bias", "flagged", "flagged, size aside", "warned",
            "locks 0/1/2/3/4", "no result", "worked", "worked at 3+")  # fmt: skip
    kinds = [(s, teams, works) for s in BROKEN for teams in (10, 30, 100) for works in (False, True)]
    rows = [cells[key] for s, teams, works in kinds if (key := (s.name, teams, works, s.main)) in cells]
    lines = [
        (
            row["setting"], row["teams"], row["worlds"], "works" if row["works"] == "True" else "null",
            _pc(row["bias"]), _pc(row["flagged"], 0), _pc(row["flagged_not_for_size"], 0),
            _pc(row["warned"], 0), _locks(row),
            _verdict(row, "blocked"), _verdict(row, "worked"), _pc(row["worked_at_three"]),
        )
        for row in rows
    ]  # fmt: skip
    what = "\n".join(f"- **{s.name}**: {s.broken}." for s in BROKEN)
    return f"{what}\n\n{_table(head, lines)}"


def _checks(cells: Cells) -> str:
    rows = [r for r in cells.values() if r["main"] == "True" and r["works"] == "True" and r["checks"] != "{}"]
    lines = [
        (r["setting"], r["teams"], ", ".join(f"{k} {_pc(v, 0)}" for k, v in json.loads(r["checks"]).items()))
        for r in sorted(rows, key=lambda r: (_order(r["setting"]), int(r["teams"])))
    ]
    return _table(("world", "teams", "failed"), lines)


def _time(cells: Cells) -> str:
    lines = []
    for s in CLEAN:
        for teams in (10, 30, 100):
            row = cells.get((s.name, teams, True, s.main))
            if row is not None:
                lines.append(
                    (s.name, str(teams), *(f"{float(row[k]):.0f}" for k in ("estimate_ms", "checks_ms")))
                )
    return _table(("design", "teams", "estimate", "checks"), lines)


def _order(name: str) -> int:
    return [s.name for s in (*CLEAN, *BROKEN)].index(name)


def _null(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return [r for r in rows if r["works"] == "False"]


def _works(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return [r for r in rows if r["works"] == "True"]


def _monte_carlo(share: float, row: dict[str, str]) -> float:
    """Standard error of a share over the worlds of a row."""
    return math.sqrt(max(share * (1 - share), 0.0) / int(row["worlds"]))


def _errors(row: dict[str, str]) -> str:
    return " / ".join(_pc(_monte_carlo(share, row)) for share in (0.05, 0.5))


def _locks(row: dict[str, str]) -> str:
    shares = json.loads(row["locks"])
    return " / ".join(_pc(shares.get(str(k), 0), 0).removesuffix(" %") for k in range(5))


def _verdict(row: dict[str, str], verdict: str) -> str:
    return _pc(json.loads(row["verdicts"]).get(verdict, 0), 0)


def _pc(share: float | str, places: int = 1) -> str:
    value = float(share)
    return "" if math.isnan(value) else f"{100 * value:.{places}f} %".replace("-", "−")


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"
