"""What do the estimators and checks say of firms whose truth is known?

    .venv/bin/python benchmarks/truth/bench_truth.py                      # every cell, 2,000 worlds each
    .venv/bin/python benchmarks/truth/bench_truth.py --worlds 200 --only "one_launch"
    .venv/bin/python benchmarks/truth/bench_truth.py --readme             # the tables from results.csv alone

Each world takes the product's own path: the locked method's answer as `estimate` puts it first (the rows
beside it are not asked for), check_design, check_guardrails, smallest_visible_lift, grade, judge_effect.
Seeds are fixed, so a cell gives the same figures on every run. A finished cell is written to results.csv
at once (or to `--into`), replacing what stood there; cells can be run in parts.
"""

import argparse
import csv
import json
import multiprocessing
import os
import sys
import time
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from multiprocessing.pool import Pool
from pathlib import Path

import numpy as np
from truth_readme import write_readme
from truth_worlds import Cell, list_cells

from payoff.causal import check_design, check_guardrails, grade, judge_effect, smallest_visible_lift
from payoff.causal.estimate import ask
from payoff.lab import Invented, invent
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Power
from payoff.nouns.study import Study

HERE = Path(__file__).parent
CHUNK = 50


@dataclass(slots=True)
class Found:
    """What one method said of one world. estimate, error, ends: as shares of the level."""

    answered: bool
    estimate: float = float("nan")
    error: float = float("nan")
    truth: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    better: bool = True
    verdict: str = "blocked"
    locks: int = -1
    start: int = -1
    for_size_only: bool = True
    failed: tuple[str, ...] = ()
    estimate_ms: float = 0.0
    checks_ms: float = 0.0
    reason: str = ""


@dataclass(slots=True)
class Row:
    """A cell and method of results.csv. Shares are of `worlds`, coverage and rejected of those answered."""

    setting: str
    teams: int
    works: bool
    method: str
    main: bool
    worlds: int
    answered: float
    truth: float
    bias: float
    spread: float
    error: float
    coverage: float
    rejected: float
    verdicts: dict[str, float] = field(default_factory=dict)
    locks: dict[str, float] = field(default_factory=dict)
    warned: float = 0.0
    lowered: float = 0.0
    lowered_not_for_size: float = 0.0
    flagged: float = 0.0
    flagged_not_for_size: float = 0.0
    worked_at_three: float = 0.0
    checks: dict[str, float] = field(default_factory=dict)
    refusals: dict[str, float] = field(default_factory=dict)
    estimate_ms: float = 0.0
    checks_ms: float = 0.0


def look(cell: Cell, number: int) -> dict[str, Found]:
    """Every method's finding in one world, the main one's with checks and grade."""
    seed = zlib.crc32(f"{cell.setting.name}|{cell.n_teams}".encode()) * 100_000 + number
    firm = invent(cell.world, seed)
    found = {cell.setting.main: _look_through(cell, firm)}
    for method in cell.setting.methods:
        study = replace(firm.study, design=replace(firm.study.design, method=method, second=None))
        answer, *_ = ask(study, firm.panel, method, "reference")
        found[method] = _measure(cell, firm, answer)
    return found


def _look_through(cell: Cell, firm: Invented) -> Found:
    """The whole path of a study whose plan names the main method."""
    study = replace(firm.study, design=replace(firm.study.design, method=cell.setting.main, second=None))
    started = time.perf_counter()
    answer, *_ = ask(study, firm.panel, cell.setting.main, "locked")
    estimated = time.perf_counter()
    checks = check_design(study, firm.panel, answer)
    checks += check_guardrails(study, {firm.panel.metric.name: answer}, checks)
    checked = time.perf_counter()
    found = _measure(cell, firm, answer)
    low, high = study.primary_hypothesis.expected_low, study.primary_hypothesis.expected_high
    visible = smallest_visible_lift(study, firm.panel)
    locks = grade(study, checks, Power(visible, low, high, 0.0))
    large_enough = grade(study, checks, Power(0.0, low, high, 0.0))
    found.locks, found.start = locks.locks, locks.start
    found.for_size_only = large_enough.locks == locks.start
    found.failed = tuple(sorted({c.name for c in checks if c.verdict is Verdict.FAIL}))
    found.verdict = _judge(study, firm, answer, checks)
    found.estimate_ms = 1e3 * (estimated - started)
    found.checks_ms = 1e3 * (checked - estimated)
    return found


def _judge(study: Study, firm: Invented, answer: Effect | Refusal, checks: Sequence[Check]) -> str:
    useful = study.primary_hypothesis.smallest_useful
    if isinstance(answer, Effect) and answer.scale == "level":
        before = firm.panel.values[firm.panel.in_program][:, firm.panel.pre]
        useful *= float(np.nanmean(before)) / answer.baseline
    return judge_effect(study, answer, useful, useful, checks).verdict


def _measure(cell: Cell, firm: Invented, answer: Effect | Refusal) -> Found:
    if isinstance(answer, Refusal):
        return Found(False, reason=answer.reason)
    at = cell.setting.truth
    truth = firm.truth.compliers if at == "compliers" else firm.truth.terms[at]
    scale = 1.0 if answer.scale == "log" else cell.setting.firm.level
    term = answer.headline if at == "compliers" else answer.terms.index(at)
    low, high = answer.intervals[term] / scale
    middle, error = answer.estimates[term] / scale, answer.std_errors[term] / scale
    better = bool(answer.lift(answer.estimates[term]) > 0)
    return Found(True, float(middle), float(error), truth / scale, float(low), float(high), better)


def _chunk(job: tuple[Cell, int, int]) -> list[dict[str, Found]]:
    cell, first, last = job
    return [look(cell, number) for number in range(first, last)]


def run_cell(cell: Cell, n_worlds: int, pool: Pool) -> list[Row]:
    """One row for the main method, one for each beside it."""
    jobs = [(cell, k, min(k + CHUNK, n_worlds)) for k in range(0, n_worlds, CHUNK)]
    worlds = [found for chunk in pool.imap(_chunk, jobs) for found in chunk]
    return [summarise(cell, method, [w[method] for w in worlds]) for method in worlds[0]]


def summarise(cell: Cell, method: str, found: list[Found]) -> Row:
    """Means over worlds; what cannot be known of any world is NaN."""
    n, told = len(found), [f for f in found if f.answered]
    main = method == cell.setting.main
    miss = np.array([f.estimate - f.truth for f in told])
    covered = [f.low <= f.truth <= f.high for f in told]
    rejected = [f.low > 0 or f.high < 0 for f in told]
    warned = [bool(f.failed) for f in found]
    blocked = [f.verdict == "blocked" for f in found]
    lowered = [f.locks < f.start for f in found]
    otherwise = [not f.for_size_only for f in found]
    flagged = [any(marks) for marks in zip(warned, blocked, lowered, strict=True)]
    strictly = [any(marks) for marks in zip(warned, blocked, otherwise, strict=True)]
    row = Row(
        setting=cell.setting.name,
        teams=cell.n_teams,
        works=cell.works,
        method=method,
        main=main,
        worlds=n,
        answered=len(told) / n,
        truth=_mean([f.truth for f in told]),
        bias=_mean(miss.tolist()),
        spread=float(miss.std(ddof=1)) if len(told) > 1 else float("nan"),
        error=_mean([f.error for f in told]),
        coverage=_mean(covered),
        rejected=_mean(rejected),
        refusals=_shares(Counter(f.reason for f in found if not f.answered).most_common(3), n),
    )
    if not main:
        return row
    return replace(
        row,
        verdicts=_shares(Counter(f.verdict for f in found).most_common(), n),
        locks=_shares(sorted(Counter(str(f.locks) for f in found).items()), n),
        warned=_mean(warned),
        lowered=_mean(lowered),
        lowered_not_for_size=_mean(otherwise),
        flagged=_mean(flagged),
        flagged_not_for_size=_mean(strictly),
        worked_at_three=_mean([f.verdict == "worked" and f.locks >= 3 for f in found]),
        checks=_shares(Counter(name for f in found for name in f.failed).most_common(), n),
        estimate_ms=float(np.median([f.estimate_ms for f in found])),
        checks_ms=float(np.median([f.checks_ms for f in found])),
    )


def _mean(values: Sequence[float] | Sequence[bool]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _shares(counts: Sequence[tuple[str, int]], n: int) -> dict[str, float]:
    return {name: count / n for name, count in counts}


def save(path: Path, rows: Sequence[Row]) -> None:
    """Replace what stood there for the same cell and method; keep the order of first appearance."""
    lines = {_key(row): row for row in read(path)} | {
        (r.setting, str(r.teams), str(r.works), r.method): _text(r) for r in rows
    }
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(Row.__dataclass_fields__), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines.values())


def read(path: Path) -> list[dict[str, str]]:
    """The rows of results.csv; none when there is no file yet."""
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _key(row: dict[str, str]) -> tuple[str, ...]:
    return row["setting"], row["teams"], row["works"], row["method"]


def _text(row: Row) -> dict[str, str]:
    def one(value: object) -> str:
        if isinstance(value, dict):
            return json.dumps({k: round(v, 4) for k, v in value.items()})
        return f"{value:.6g}" if isinstance(value, float) else str(value)

    return {name: one(value) for name, value in asdict(row).items()}


def main() -> None:
    """Run the cells asked for, then write the README's tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worlds", type=int, default=2000)
    parser.add_argument("--only", default="", help="cells whose name contains this; several: a;b")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--into", type=Path, default=HERE / "results.csv")
    parser.add_argument("--readme", action="store_true", help="only write the README from results")
    asked = parser.parse_args()
    cells = [c for c in list_cells() if any(part in c.name for part in asked.only.split(";"))]
    if not asked.readme:
        os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # read by numpy in the children
        with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
            for cell in cells:
                started = time.perf_counter()
                rows = run_cell(cell, asked.worlds, pool)
                save(asked.into, rows)
                print(f"{cell.name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    if asked.into == HERE / "results.csv":
        write_readme(HERE / "README.md", read(asked.into))


if __name__ == "__main__":
    main()
