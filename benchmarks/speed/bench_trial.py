"""An A/B test with CUPED on millions of users in Parquet, side by side with tea-tasting on DuckDB.

    .venv/bin/python benchmarks/speed/bench_trial.py                 # 1 and 10 million users
    .venv/bin/python benchmarks/speed/bench_trial.py --users 1000000 --repeat 3

Each figure is a fresh process that imports, opens DuckDB (2 threads) and answers once; the median of
`--repeat` runs taken in turn. `first` and `again` leave out imports and are timed inside the process: the
first call, and a second of the same, with its CPU seconds, which do not care who else uses the machine;
`process` and `peak` are the whole child's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

OURS = """
import json, resource, sys, time
import duckdb
from payoff.causal.cuped_moments import fit_moments
from payoff.warehouse.trial import fetch_moments
con = duckdb.connect(config={"threads": 2})
took = []
for _ in range(2):
    start, busy = time.perf_counter(), time.process_time()
    moments = fetch_moments(con, f"read_parquet('{sys.argv[1]}')", "variant = 1", ["revenue", "before"])
    fit = fit_moments(*moments, ratio=False, cuped=True)
    took.append(time.perf_counter() - start)
took.append(time.process_time() - busy)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([*took, peak, fit.estimate, fit.p_value]))
"""

THEIRS = """
import importlib.util, json, resource, sys, time, types
if importlib.util.find_spec("pyarrow_hotfix") is None:  # ibis imports it; recent Arrow needs no such patch
    sys.modules["pyarrow_hotfix"] = types.ModuleType("pyarrow_hotfix")
import ibis
import tea_tasting as tt
con = ibis.duckdb.connect(threads=2)
took = []
for _ in range(2):
    start, busy = time.perf_counter(), time.process_time()
    data = con.read_parquet(sys.argv[1])
    found = tt.Experiment(revenue=tt.Mean("revenue", "before")).analyze(data)["revenue"]
    took.append(time.perf_counter() - start)
took.append(time.process_time() - busy)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([*took, peak, found.effect_size, found.pvalue]))
"""


def write_users(path: Path, users: int) -> None:
    """Half of the users in each arm; the outcome correlates 0.6 with the same before."""
    duckdb.connect(config={"threads": 2}).execute(
        f"""copy (
            select (hash(i) % 2)::tinyint as variant, 100 + 20 * a as before,
                   100 + 20 * (0.6 * a + 0.8 * b) + 0.05 * (hash(i) % 2) as revenue
            from (select i, sqrt(-2 * ln(((hash(i + 7) % 1000003) + 1) / 1000004.0))
                            * cos(2 * pi() * (hash(i + 13) % 1000003) / 1000003.0) as a,
                         sqrt(-2 * ln(((hash(i + 29) % 1000003) + 1) / 1000004.0))
                            * cos(2 * pi() * (hash(i + 31) % 1000003) / 1000003.0) as b
                  from range({users}) t(i))
        ) to '{path}' (format parquet)"""
    )


def measure(code: str, path: Path) -> tuple[float, ...]:
    """(first s, again s, again CPU s, process s, peak MB, estimate, p) of one fresh process."""
    start = time.perf_counter()
    out = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    process = time.perf_counter() - start
    first, again, cpu, peak, estimate, p_value = json.loads(out.stdout.splitlines()[-1])
    return first, again, cpu, process, peak, estimate, p_value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    header = "| users | who | first s | again s | again CPU s | process s | peak MB | estimate | p |"
    print(f"{header}\n{'|---' * 9}|")
    with tempfile.TemporaryDirectory() as folder:
        for users in options.users:
            path = Path(folder) / f"users_{users}.parquet"
            write_users(path, users)
            runs: dict[str, list[tuple[float, ...]]] = {"payoff": [], "tea-tasting": []}
            for _ in range(options.repeat):
                runs["payoff"].append(measure(OURS, path))
                runs["tea-tasting"].append(measure(THEIRS, path))
            for who, found in runs.items():
                middle = [statistics.median(run[n] for run in found) for n in range(5)]
                estimate, p_value = found[0][5:]
                times = " | ".join(f"{seconds:.3f}" for seconds in middle[:3])
                cells = f"{times} | {middle[3]:.2f} | {middle[4]:.0f} | {estimate:.8f} | {p_value:.6g}"
                print(f"| {users:,} | {who} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
