"""Who is who for many identifiers, beside DuckDB's hash join of the same ids in the same sitting.

    .venv/bin/python benchmarks/speed/bench_identity.py                 # 1e4, 1e5, 1e6 identifiers
    .venv/bin/python benchmarks/speed/bench_identity.py --identifiers 100000 --repeat 5

An invented firm: a staff list (number, address), a list of users without numbers (address, agent id, days),
one agent id in twenty handed on to somebody else, a column of as many agent ids with days, one in fifty known
to no list. Each measurement is a process of its own. The clock of `payoff` runs from the map on disk to the
column of keys: read the map, link the lists, match each row on its day, name each person. DuckDB, on the same
rows in memory, joins id to id on the day and does nothing else; it links no lists and names nobody. MB is the
peak of the process above what it held when the clock started; goal: a million in under a minute.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from payoff.connectors.identified import Naming, name_identifiers
from payoff.identity import build_people
from payoff.identity.claims import FIRST, LAST
from payoff.nouns.identifying import Identifying
from payoff.nouns.study import Source
from payoff.records.identity_map import ListRow, open_map

CUT = 738_000  # the day on which ids are handed on
THREADS = 2


def list_staff(n: int) -> Iterator[ListRow]:
    for person in range(n):
        yield ListRow((("hr", f"{person:08d}"), ("email", f"p{person}@firm.example")), "hr")


def list_users(n: int) -> Iterator[ListRow]:
    for person in range(n):
        pair = ("email", f"p{person}@firm.example"), ("agent", f"A{person}")
        handed_on = person % 20 == 0
        yield ListRow(pair, None, FIRST, CUT - 1 if handed_on else LAST)
        if handed_on:
            heir = (person + 1) % n
            yield ListRow((("email", f"p{heir}@firm.example"), ("agent", f"A{person}")), None, CUT, LAST)


def make_rows(n: int) -> pa.Table:
    rng = np.random.default_rng(1)
    who = rng.permutation(n)
    agents = np.where(rng.random(n) < 0.02, -1 - who, who)
    days = rng.integers(CUT - 300, CUT + 300, n) - 719_163
    return pa.table(
        {"agent": pa.array([f"A{a}" for a in agents]), "on": pa.array(days, pa.int32()).cast(pa.date32())}
    )


def measure_payoff(folder: Path, rows: pa.Table) -> dict[str, float]:
    """Seconds of each step."""
    clock = [time.perf_counter()]
    with open_map(folder) as opened:
        claims = opened.read_claims()
    clock.append(time.perf_counter())
    people = build_people(claims)
    clock.append(time.perf_counter())
    source = Source("rows", "csv", "rows.csv", identifying=Identifying((("agent", "agent"),), "on", 1.0))
    named, told = name_identifiers(source, rows, Naming(people, b"secret", ""))
    clock.append(time.perf_counter())
    assert named.num_rows == rows.num_rows
    assert "missing" in told[0]
    steps = dict(zip(("read", "link", "match"), np.diff(clock).tolist(), strict=True))
    return {"seconds": clock[-1] - clock[0], **steps}


def measure_duckdb(n: int, rows: pa.Table) -> dict[str, float]:
    """Seconds of one join by id and day."""
    held = [
        (pair[1][1], int(pair[0][1][1:].partition("@")[0]), row.first, row.last)
        for row in list_users(n)
        for pair in (row.identifiers,)
    ]
    agent, person, first, last = zip(*held, strict=True)
    map_ = pa.table({"agent": agent, "person": person, "first": first, "last": last})
    connection = duckdb.connect(config={"threads": str(THREADS)})
    connection.register("map", map_)
    connection.register("rows", rows)
    start = time.perf_counter()
    sql = (
        "select r.agent, m.person from rows r left join map m on r.agent = m.agent"
        " and (date_diff('day', date '1970-01-01', r.\"on\") + 719163) between m.first and m.last"
    )
    answer = connection.execute(sql).to_arrow_table()
    seconds = time.perf_counter() - start
    assert answer.num_rows == rows.num_rows
    return {"seconds": seconds}


def run_child(what: str, folder: Path, n: int) -> None:
    rows = make_rows(n)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = measure_payoff(folder, rows) if what == "payoff" else measure_duckdb(n, rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({**found, "mb": (peak - before) / 1024}))


def measure(what: str, folder: Path, n: int, repeat: int) -> dict[str, float]:
    """Median of `repeat` processes."""
    runs: list[dict[str, Any]] = []
    for _ in range(repeat):
        command = [
            sys.executable,
            __file__,
            "--child",
            what,
            "--folder",
            str(folder),
            "--identifiers",
            str(n),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        runs.append(json.loads(done.stdout))
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--identifiers", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--child", choices=("payoff", "duckdb"))
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.child:
        run_child(asked.child, asked.folder, asked.identifiers[0])
        return
    print("identifiers  payoff s   read   link  match     MB  DuckDB s  ratio  growth")
    before: float | None = None
    for n in asked.identifiers:
        with tempfile.TemporaryDirectory() as folder:
            with open_map(Path(folder) / "identity", make=True) as opened:
                opened.put_list("staff", None, "staff.csv", "staff", "bench", list_staff(n))
                opened.put_list("users", None, "users.csv", "users", "bench", list_users(n))
            ours = measure("payoff", Path(folder) / "identity", n, asked.repeat)
            theirs = measure("duckdb", Path(folder), n, asked.repeat)
        growth = f"{ours['seconds'] / before:6.1f}×" if before else "      "
        before = ours["seconds"]
        print(
            f"{n:11,d} {ours['seconds']:9.2f} {ours['read']:6.2f} {ours['link']:6.2f} {ours['match']:6.2f}"
            f" {ours['mb']:6.0f} {theirs['seconds']:9.3f} {ours['seconds'] / theirs['seconds']:6.0f} {growth}"
        )


if __name__ == "__main__":
    main()
