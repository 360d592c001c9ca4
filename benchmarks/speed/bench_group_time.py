"""Group-time effects of a staggered rollout against diff-diff and csdid, side by side in one sitting.

    .venv/bin/python benchmarks/speed/bench_group_time.py             # 1k, 10k, 100k units × 24 × 6 cohorts
    .venv/bin/python benchmarks/speed/bench_group_time.py --million   # 1M units in chunks as well
    .venv/bin/python benchmarks/speed/bench_group_time.py --units 10000 --csdid 0 --repeat 3

Each measurement is a process of its own; the clock starts after imports and ends with every ATT(g,t), the
four aggregations and their errors. payoff reads the file inside the clock, Parquet or (arrow) an Arrow file
mapped into memory; the peers start from a frame that is already in memory (their time is fit and aggregation
alone, in their favour). MB is the peak above what the process held when the clock started. Numbers are
compared with diff-diff in the same run.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

CHILD = Path(__file__).with_name("bench_group_time_child.py")
LAUNCHES = (5, 8, 11, 14, 17, 20)
N_PERIODS = 24
OURS = ("scan", "scan+band", "arrow", "arrow+band", "sql", "sql+band", "clustered", "covariate")
PEERS = ("diff-diff", "diff-diff+band")
BLOCK = 50_000


def write_rows(path: Path, n_units: int) -> None:
    """An invented rollout: six cohorts and a third never treated, effects that grow, teams of twenty."""
    rng = np.random.default_rng(1)
    common = rng.normal(size=N_PERIODS)
    writer: pq.ParquetWriter | None = None
    plain: pa.ipc.RecordBatchFileWriter | None = None
    for start in range(0, n_units, BLOCK):
        n = min(BLOCK, n_units - start)
        unit = np.arange(start, start + n)
        launch = rng.choice([*LAUNCHES, 0], n, p=[0.11] * 6 + [0.34])
        x = rng.normal(size=n) + 0.2 * (launch > 0)
        since = np.arange(1, N_PERIODS + 1)[None, :] - launch[:, None]
        gain = np.where((launch > 0)[:, None] & (since >= 0), 0.2 + 0.02 * since, 0.0)
        noise = rng.normal(size=(n, N_PERIODS)) + rng.normal(size=(n, 1)) * 2
        value = 10 + common + 0.05 * x[:, None] * np.arange(N_PERIODS) + gain + noise
        rows = {
            "unit": np.repeat(unit, N_PERIODS),
            "period": np.tile(np.arange(1, N_PERIODS + 1), n),
            "launch": pa.array(np.repeat(launch, N_PERIODS), mask=np.repeat(launch == 0, N_PERIODS)),
            "cluster": np.repeat(unit // 20, N_PERIODS),
            "x": np.repeat(x, N_PERIODS),
            "value": value.ravel(),
        }
        table = pa.table(rows)
        writer = writer or pq.ParquetWriter(path, table.schema)
        plain = plain or pa.ipc.new_file(path.with_suffix(".arrow"), table.schema)
        writer.write_table(table)
        plain.write_table(table)
    assert writer is not None
    assert plain is not None
    writer.close()
    plain.close()


def measure(method: str, path: Path, repeat: int) -> dict[str, Any]:
    """Median of `repeat` processes; the numbers of the last."""
    runs = []
    for _ in range(repeat):
        done = subprocess.run(
            [sys.executable, str(CHILD), method, str(path)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            return dict.fromkeys(("wall", "cpu", "mb"), float("nan")) | {"said": done.stderr[-300:]}
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    middle = {key: statistics.median(run[key] for run in runs) for key in ("wall", "cpu", "mb")}
    return {**runs[-1], **middle}


def compare(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """Largest gap over effects, errors and event study; ratio of the band's critical values."""
    if "effects" not in ours or "effects" not in theirs:
        return ""
    if "critical" in ours:
        return f"critical value {ours['critical']:.3f} against {theirs['critical']:.3f}"
    # clustered errors of diff-diff carry a factor for few clusters, those of R did and csdid do not
    keys = ("effects",) if ours["clustered"] else ("effects", "errors")
    gaps = [abs(a - b) for key in keys for a, b in zip(ours[key], theirs[key], strict=True)]
    return f"largest gap to diff-diff {max(gaps):.0e}"


def figures(n_units: int, name: str, one: dict[str, Any]) -> str:
    return f"{n_units:>9,} {name:<20} {one['wall']:>8.3f} {one['cpu']:>8.3f} {one['mb']:>8.0f}"


def bench(n_units: int, repeat: int, with_csdid: bool, folder: Path) -> None:
    path = folder / f"{n_units}.parquet"
    write_rows(path, n_units)
    found: dict[str, dict[str, Any]] = {}
    names = [*PEERS, *OURS, "diff-diff clustered", "diff-diff covariate", *(["csdid"] if with_csdid else [])]
    for name in names:
        found[name] = measure(name, path, 1 if name == "csdid" else repeat)
    pairs = {
        "scan": "diff-diff",
        "sql": "diff-diff",
        "scan+band": "diff-diff+band",
        "arrow": "diff-diff",
        "arrow+band": "diff-diff+band",
        "sql+band": "diff-diff+band",
        "clustered": "diff-diff clustered",
        "covariate": "diff-diff covariate",
    }
    for name in names:
        one = found[name]
        line = figures(n_units, name, one)
        if name in pairs:
            peer = found[pairs[name]]
            ratios = (f"{peer[key] / one[key]:>6.1f}x" for key in ("wall", "cpu"))
            line += f"  {' '.join(ratios)}  {compare(one, peer)}"
        print(line + one.get("said", ""), flush=True)
    for name in ("clustered", "covariate"):
        print(f"{'':>9} {name} / plain scan: {found[name]['wall'] / found['scan']['wall']:.1f}x")
    print(flush=True)
    for file in (path, path.with_suffix(".arrow")):
        file.unlink()


def bench_million(folder: Path) -> None:
    path = folder / "million.parquet"
    write_rows(path, 1_000_000)
    for name in ("chunks", "chunks clustered"):
        one = measure(name, path, 1)
        print(
            f"{1_000_000:>9,} {name:<20} {one['wall']:>8.3f} {one['cpu']:>8.3f} {one['mb']:>8.0f}", flush=True
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--csdid", type=int, default=10_000, help="largest number of units given to csdid")
    parser.add_argument("--million", action="store_true")
    options = parser.parse_args()
    print(f"{'units':>9} {'method':<20} {'wall s':>8} {'cpu s':>8} {'MB':>8}  faster: wall, cpu")
    with tempfile.TemporaryDirectory() as name:
        for n_units in options.units:
            bench(n_units, options.repeat, n_units <= options.csdid, Path(name))
        if options.million:
            bench_million(Path(name))


if __name__ == "__main__":
    main()
