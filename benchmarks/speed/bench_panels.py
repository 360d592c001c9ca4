"""How long from a large firm's landed rows to weekly person panels, against bare DuckDB on the same files?

    .venv/bin/python benchmarks/speed/bench_panels.py                    # 1 and 10 million statements
    .venv/bin/python benchmarks/speed/bench_panels.py --millions 0.05    # small
    .venv/bin/python benchmarks/speed/bench_panels.py --readme           # and write the table into README.md

An invented firm of 20,000 people (`panels_firm`): N million statements in the segments of a feed, 2 N million
tickets in a landed package. `arrival` lands the statements through the view of what counts; `panels` is the
path of every run: study text, plan_queries, fetch, build_panel, ten measures of the catalogue by week and
person; `bare` asks DuckDB the same ten aggregates, written by hand, of the same Parquet, with the threads it
takes by itself. Each figure is a process of its own, in turn, the median of `--repeat`; `panels` and `bare`
must count the same.
"""

import argparse
import datetime as dt
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "<!-- bench_panels: written by the program -->", "<!-- end of bench_panels -->"
_ACTIVE = "coalesce(touchpoint, '') not in ('nudge sent', 'prompt shown')"
_WEEK = "date_trunc('week', {}::timestamp)::date as week"
_LRS, _TICKETS = "from read_parquet('{lrs}')", "from read_parquet('{tickets}')"


def _active(times: str) -> str:
    """By person and week, of the active."""
    return f"select person, {_WEEK.format('timestamp')}, {times} {_LRS} where {_ACTIVE} group by all"


BY_HAND = {
    "views": f"select person, {_WEEK.format('timestamp')}, count(*)::double as value {_LRS} "
    "where touchpoint = 'launch' group by all",
    "practice": _active("count(*) filter (where touchpoint = 'practice done')::double as value"),
    "attempts": _active("count(*) filter (where touchpoint = 'assessment')::double as value"),
    "returning": _active("(count(distinct timestamp::date) >= 2)::double as value"),
    "depth": f"select person, {_WEEK.format('started')}, sum(steps) / count(*) as value from (select person, "
    f"session_id, min(timestamp) as started, count(*) as steps {_LRS} "
    f"where session_id is not null and {_ACTIVE} group by all) group by all",
    "score": f"select person, {_WEEK.format('timestamp')}, avg(score_scaled) as value {_LRS} "
    "where touchpoint = 'assessment' and score_scaled is not null group by all",
    "passed": f"select person, {_WEEK.format('timestamp')}, avg(success::int) as value {_LRS} "
    "where touchpoint = 'assessment' and success is not null group by all",
    "solved_at_once": f"select agent_id, {_WEEK.format('solved_at')}, "
    f"avg((replies <= 1 and coalesce(reopens, 0) = 0)::int) as value {_TICKETS} "
    "where solved_at is not null and replies is not null group by all",
    "reopened": f"select agent_id, {_WEEK.format('solved_at')}, avg((reopens > 0)::int) as value {_TICKETS} "
    "where solved_at is not null and reopens is not null group by all",
    "escalated": f"select agent_id, {_WEEK.format('created_at')}, avg((reassignments > 0)::int) as value "
    f"{_TICKETS} where reassignments is not null group by all",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """One finished process."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def invent(millions: float) -> None:
    """Child: the firm, so that this process stays small; a child's peak begins at its parent's size."""
    from panels_firm import invent_firm

    invent_firm(Path(), round(millions * 1e6), round(2 * millions * 1e6))


def arrive() -> None:
    """Child: land the statements."""
    from payoff.run.feeds.statement_source import read_fed_statements
    from payoff.run.plan import read
    from payoff.run.workspace import find_workspace
    from payoff.warehouse import land

    workspace = find_workspace("panels.yml")
    (source,) = [source for source in read(workspace).sources if source.format == "statements"]
    land(read_fed_statements(source, Path()), source, workspace.warehouse)


def build() -> dict[str, float]:
    """Child: hops 1 to 4; the sum of each panel's values."""
    import numpy as np

    from payoff.metrics import build_panel, plan_queries
    from payoff.run.plan import read
    from payoff.run.workspace import find_workspace
    from payoff.warehouse import fetch, last_good

    workspace = find_workspace("panels.yml")
    study = read(workspace)
    files = [file for source in study.sources if (file := last_good(source, workspace.warehouse))]
    tables = fetch(plan_queries(study), files, workspace.warehouse)
    _, panels = build_panel(study, tables, tuple(file.sha256 for file in files))
    return {panel.metric.name: float(np.nansum(panel.values)) for panel in panels}


def ask_bare() -> dict[str, float]:
    """Child: the same by hand, each answer as an Arrow table; the sums of those of the 52 weeks."""
    import duckdb
    import pyarrow.compute as pc

    rows = {name: next(Path(".payoff/warehouse", name).glob("*/rows.parquet")) for name in ("lrs", "tickets")}
    end = dt.date(2025, 12, 28)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        tables = {n: connection.execute(sql.format(**rows)).to_arrow_table() for n, sql in BY_HAND.items()}
    sums = {n: pc.sum(t.filter(pc.less_equal(t["week"], end))["value"]) for n, t in tables.items()}
    return {name: float(total.as_py()) for name, total in sums.items()}


STEPS: dict[str, Callable[[], object]] = {"arrival": arrive, "panels": build, "bare": ask_bare}


def measure(step: str, folder: Path) -> tuple[Figures, str]:
    """One child, and what it printed."""
    start = time.perf_counter()
    child = subprocess.Popen(_child(step), cwd=folder, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{step} ended with {child.returncode}")
    wall = time.perf_counter() - start
    return Figures(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024), said


def _child(step: str) -> list[str]:
    return [sys.executable, str(Path(__file__).resolve()), "--child", step]


def median(runs: list[Figures]) -> Figures:
    """Of each figure by itself."""
    return Figures(*(statistics.median(values) for values in zip(*(_row(r) for r in runs), strict=True)))


def _row(run: Figures) -> tuple[float, float, float]:
    return run.wall_s, run.cpu_s, run.peak_mb


def bench(millions: float, repeat: int, folder: Path) -> dict[str, Figures]:
    """Medians by step for one size, the steps in turn."""
    subprocess.run([*_child("invent"), "--millions", str(millions)], cwd=folder, check=True)
    arrival, _ = measure("arrival", folder)
    found = {"arrival": arrival}
    runs: dict[str, list[Figures]] = {"bare": [], "panels": []}
    sums: dict[str, dict[str, float]] = {}
    for _ in range(repeat):
        for step, done in runs.items():
            figures, said = measure(step, folder)
            done.append(figures)
            sums[step] = json.loads(said)
    for name, total in sums["bare"].items():
        if abs(sums["panels"][name] - total) > 1e-6 * max(1.0, abs(total)):
            raise SystemExit(f"{name}: {sums['panels'][name]} in the panels, {total} by hand")
    return found | {step: median(done) for step, done in runs.items()}


def write_table(found: dict[float, dict[str, Figures]]) -> str:
    """As README.md has it."""
    lines = ["| statements, tickets | step | wall s | CPU s | peak MB |", "|---|---|---|---|---|"]
    for millions, steps in found.items():
        size = f"{millions:g} m, {2 * millions:g} m"
        for step, f in steps.items():
            lines.append(f"| {size} | {step} | {f.wall_s:.1f} | {f.cpu_s:.1f} | {f.peak_mb:,.0f} |")
    told = []
    for millions, steps in found.items():
        wall, cpu = (_row(steps["panels"])[k] / _row(steps["bare"])[k] for k in (0, 1))
        told.append(f"{wall:.2f} (wall) and {cpu:.2f} (CPU) at {millions:g} million statements")
    text = f"Ratio of `panels` to `bare`: {'; '.join(told)}."
    sizes = sorted(found)
    if len(sizes) > 1:
        small, large = found[sizes[0]], found[sizes[-1]]
        grown = [f"{large[s].cpu_s / small[s].cpu_s:.1f} for {s}" for s in STEPS]
        text += f" From {sizes[0]:g} to {sizes[-1]:g} million the CPU time grows by {', '.join(grown)}."
    return "\n".join([*lines, "", text])


def update_readme(table: str) -> None:
    """Replace what stands between the marks."""
    path = Path(__file__).with_name("README.md")
    text = path.read_text("utf-8")
    block = f"{BEGIN}\n\n{table}\n\n{END}"
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    path.write_text(pattern.sub(lambda _: block, text), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--millions", type=float, nargs="*", default=[1.0, 10.0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--readme", action="store_true", help="write the table into README.md")
    parser.add_argument("--child", choices=["invent", *STEPS], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child == "invent":
        invent(options.millions[0])
        return
    if options.child:
        print(json.dumps(STEPS[options.child]()))
        return
    found: dict[float, dict[str, Figures]] = {}
    for millions in options.millions:
        with tempfile.TemporaryDirectory() as name:
            found[millions] = bench(millions, options.repeat, Path(name))
        print(write_table({millions: found[millions]}), flush=True)
    print(f"\n{write_table(found)}")
    if options.readme:
        update_readme(write_table(found))


if __name__ == "__main__":
    main()
