"""How long is a whole run, against a bare DuckDB scan of the same rows in the same sitting?

    .venv/bin/python benchmarks/speed/bench_run.py            # demos, then 1k, 10k, 100k people × 24 months
    .venv/bin/python benchmarks/speed/bench_run.py --people 100000 --repeat 3

Each figure is a whole process: wall and CPU seconds and peak memory of the finished child, the
median of `--repeat` runs taken in turn (floor, run, floor, run, …), so that drift of the machine's
speed hits both alike. The ratio is what to quote; seconds are this machine's.
"""

import argparse
import datetime as dt
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FLOOR = """
import duckdb
con = duckdb.connect()
con.execute("set threads = 2")
con.execute('''select p.treated, s.month, avg(s.deals), stddev(s.deals), count(*)
  from read_parquet('deals.parquet') s join read_parquet('people.parquet') p using (rep_id)
  group by all order by all''').fetchall()
"""

STUDY = """\
payoff: 1
study: speed
title: Speed
program: Drills
question: How long does a run take?
people: {analyst: a, finance: b, sponsor: c}
currency: USD
price_base: 2025 prices
horizon_months: 12
sources:
  deals: {parquet: deals.parquet, key: [rep_id, month], columns: [rep_id, month, deals], steward: a}
  people: {parquet: people.parquet, key: [rep_id], columns: [rep_id, team, treated], steward: a}
metrics:
  deals:
    label: Deals
    unit: deals/rep/month
    better: higher
    owner: a
    sql: select rep_id, month, deals as value from deals
outcome: {primary: deals}
cohort:
  sql: select rep_id, team, case when treated then date '2025-01-01' end as launch from people
design:
  type: did
  unit: rep_id
  period: month
  cluster: team
  launch: launch
  baseline: 2024-01-01..2024-12-31
  follow_up: 2025-01-01..2025-12-31
hypotheses:
  - {id: H1, claim: Drills raise deals, metric: deals, expected: 3%..8%,
     worth_it_above: "max(break_even, 1%)", source: pilot}
value:
  margin_gained:
    label: Margin gained
    category: revenue
    metric: deals
    formula: lift * baseline * reps * months * deal_value * margin
    cash: true
assumptions:
  deal_value: {low: 90, mid: 100, high: 110, unit: USD/deal, source: CRM, owner: b}
  margin: {low: 30%, mid: 40%, high: 50%, source: FP&A, owner: b}
  cost: {low: 40, mid: 50, high: 70, unit: USD/rep, source: invoice, owner: b}
  discount: {value: 8%, source: treasury, owner: b}
costs:
  - {item: Program, amount: cost * reps, kind: one_time, category: implementation}
"""


def write_study(folder: Path, n_people: int, n_months: int = 24) -> None:
    """An invented firm: half the teams trained from month 13 on, a true lift of 5 %."""
    rng = np.random.default_rng(1)
    people = np.arange(n_people)
    team = people // 20
    treated = (team % 2).astype(bool)
    level = rng.normal(10, 2, n_people)
    months = np.array([dt.date(2024 + m // 12, m % 12 + 1, 1) for m in range(n_months)])
    lift = 1 + 0.05 * (treated[:, None] & (np.arange(n_months) >= 12))
    deals = np.round(level[:, None] * lift + rng.normal(0, 3, (n_people, n_months)), 3)
    rows = pa.table(
        {
            "rep_id": np.repeat(people, n_months),
            "month": pa.array(np.tile(months, n_people).tolist(), pa.date32()),
            "deals": deals.ravel(),
        }
    )
    pq.write_table(rows, folder / "deals.parquet")
    pq.write_table(pa.table({"rep_id": people, "team": team, "treated": treated}), folder / "people.parquet")
    (folder / "payoff.yml").write_text("payoff: 1\n")
    (folder / "speed.yml").write_text(STUDY)


def time_child(command: list[str], folder: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MB of one finished process."""
    start = dt.datetime.now()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0,):
        raise SystemExit(f"{command} ended with {child.returncode}")
    wall = (dt.datetime.now() - start).total_seconds()
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def report(name: str, runs: list[tuple[float, float, float]]) -> tuple[float, float]:
    wall, cpu, peak = (statistics.median(r[k] for r in runs) for k in range(3))
    print(f"{name:<34} {wall:>8.2f} {cpu:>8.2f} {peak:>8.0f}", flush=True)
    return wall, cpu


def bench(n_people: int, repeat: int) -> None:
    payoff = str(Path(sys.executable).with_name("payoff"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_study(folder, n_people)
        lock = [payoff, "lock", "speed.yml", "--analyst", "a", "--finance", "b", "--on", "2024-12-01", "-q"]
        subprocess.run(lock, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        floor, run, warm = [], [], []
        for _ in range(repeat):
            floor.append(time_child([sys.executable, "-c", FLOOR], folder))
            subprocess.run(["rm", "-rf", ".payoff", "out"], cwd=folder, check=True)
            run.append(time_child([payoff, "run", "speed.yml", "-q"], folder))
            warm.append(time_child([payoff, "run", "speed.yml", "-q"], folder))
        label = f"{n_people:,} people × 24 months"
        floor_wall, floor_cpu = report(f"floor  {label}", floor)
        run_wall, run_cpu = report(f"run    {label}, cold", run)
        report(f"run    {label}, landed", warm)
        print(
            f"{'ratio  cold run / floor':<34} {run_wall / floor_wall:>7.1f}x {run_cpu / floor_cpu:>7.1f}x\n"
        )


def bench_demos(repeat: int) -> None:
    payoff = str(Path(sys.executable).with_name("payoff"))
    with tempfile.TemporaryDirectory() as name:
        runs = [time_child([payoff, "demo", "run", "--all", "-q"], Path(name)) for _ in range(repeat)]
        start = [time_child([payoff, "--help"], Path(name)) for _ in range(repeat)]
    report("both demos, all outputs", runs)
    report("payoff --help (start-up)", start)
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print(f"{'':<34} {'wall s':>8} {'cpu s':>8} {'peak MB':>8}")
    bench_demos(options.repeat)
    for n_people in options.people:
        bench(n_people, options.repeat)


if __name__ == "__main__":
    main()
