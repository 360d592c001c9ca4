"""How fast does the record store take statements in, and how fast does it find them? Side by side with peers.

    bench_lrs.py --quick                                     # a minute: does it run, roughly how fast
    bench_lrs.py --readme                                    # 50k, 100k and 1M; tables into README.md
    bench_lrs.py --peer NAME,URL,KEY,SECRET,PID+PID,STORE    # beside an LRS that runs already
    bench_lrs.py --fill 50000 --peer …                       # only send statements to the peers

Each cell is measured in turn on every store, so that drift of the machine's speed hits all alike; the
generator is a process of its own on the same machine. Writing starts with `--held` statements in each of
our stores (a peer has what it was given with --fill). Reading is asked after each of `--sizes`, a peer at
the size it has. Durable settings are on: an answer comes after the sync to disk.
"""

import argparse
import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "tests" / "lrs"))

from lrs_load import Outcome
from lrs_questions import KINDS, MORE, Answers, Known, ask_kind
from lrs_table import Writing, write_readme, write_tables
from lrs_targets import Target, Watch, read_peer, serve_postgres, serve_sqlite
from postgres_server import own_server

LOAD = Path(__file__).with_name("lrs_load.py")
CELLS = [(1, 1), (1, 8), (1, 32), (1, 64)] + [(b, c) for b in (50, 500, 1000) for c in (1, 8, 32)]
QUICK_CELLS = [(1, 1), (1, 8), (1, 64), (50, 8), (500, 1), (500, 8)]
FASTEST = {1: 7_000, 50: 16_000}  # statements/s to have requests ready for; larger batches as 50
FILL_BATCH, FILL_LINES, FILL_CHUNK = 500, 8, 50_000
TOKEN = secrets.token_hex(4)


@dataclass
class Reading:
    """Answers of one target at one size, by kind."""

    target: str
    size: int | None
    answers: dict[str, Answers] = field(default_factory=dict)
    size_mb: float | None = None
    load_per_s: float | None = None


def drive(target: Target, batch: int, connections: int, requests: int, seconds: float) -> Outcome:
    """One load in a process of its own; the target's next statements follow those sent."""
    job = {
        "door": asdict(target.door),
        "token": TOKEN,
        "first": target.next_number,
        "batch": batch,
        "requests": requests,
        "connections": connections,
        "seconds": seconds,
    }
    command = [sys.executable, "-B", str(LOAD)]
    done = subprocess.run(command, input=json.dumps(job).encode(), stdout=subprocess.PIPE, check=True)
    outcome = Outcome(**json.loads(done.stdout))
    target.next_number += outcome.issued * batch
    return outcome


def fill(target: Target, upto: int, batch: int = FILL_BATCH, lines: int = FILL_LINES) -> float:
    """Send statements until there are `upto`; the mean of statements a second."""
    begun, wall = target.next_number, 0.0
    while target.next_number < upto:
        wanted = min(FILL_CHUNK, upto - target.next_number)
        outcome = drive(target, batch, lines, max(1, wanted // batch), 1e9)
        wall += outcome.wall_s
        if set(outcome.statuses) != {"200"}:
            print(f"{target.name}: filling was answered with {outcome.statuses}", file=sys.stderr)
        print(f"  {target.name}: {target.next_number:,} at {outcome.issued * batch / outcome.wall_s:,.0f}/s")
    return (target.next_number - begun) / wall if wall else 0.0


def write_cells(targets: Sequence[Target], cells: Sequence[tuple[int, int]], seconds: float) -> list[Writing]:
    """Every cell on every target, in turn."""
    done: list[Writing] = []
    for target in targets:
        drive(target, 1, 8, 200, 2.0)  # connections, caches and compiled code are warm afterwards
    for batch, connections in cells:
        ready = int(FASTEST.get(batch, FASTEST[50]) * seconds)
        for target in targets:
            with Watch(target) as watch:
                outcome = drive(target, batch, connections, max(connections, ready // batch), seconds)
            cell = Writing(target.name, batch, connections, outcome, watch.cpu_s, watch.peak_mb)
            done.append(cell)
            print(f"  {batch} x {connections} {cell.describe()}", flush=True)
    return done


def read_kinds(
    target: Target, size: int | None, known: Known, count: int, *, may_end: bool = False
) -> Reading:
    """Every kind of query on one target; a peer `may_end` itself under load, and what it answered counts."""
    reading = Reading(target.name, size, size_mb=target.size_mb())
    for kind in [*KINDS, MORE]:
        try:
            reading.answers[kind] = ask_kind(target.door, kind, known, count, seconds=30)
        except ConnectionRefusedError:
            if not may_end:
                raise
            print(f"{target.name} is not there any more at {kind}", file=sys.stderr)
            break
    return reading


def measure_writing(folder: Path, peers: Sequence[Target], args: argparse.Namespace) -> list[Writing]:
    """Fresh stores of ours, filled to what a peer holds, then all cells."""
    cells = QUICK_CELLS if args.quick else CELLS
    with ExitStack() as stack:
        targets = open_ours(stack, folder / "writing", args)
        for target in targets:
            fill(target, args.held)
        return write_cells([*targets, *peers], cells, args.seconds)


def measure_reading(folder: Path, peers: Sequence[Target], args: argparse.Namespace) -> list[Reading]:
    """Fresh stores of ours, filled to each size in turn and asked; peers are asked once, at first."""
    done: list[Reading] = []
    with ExitStack() as stack:
        targets = open_ours(stack, folder / "reading", args)
        begun = time.time()
        for size in args.sizes:
            for target in targets:
                rate = fill(target, size)
                known = Known(size, TOKEN, (0, size), (begun, time.time()))
                done.append(read_kinds(target, size, known, args.count))
                done[-1].load_per_s = rate
            for peer in peers if size == args.sizes[0] else ():
                done.append(read_peer_kinds(peer, args.count))
    return done


def read_peer_kinds(peer: Target, count: int) -> Reading:
    """A peer's own size is in its name; ids asked for are of statements written just now, one by one."""
    first, begun = peer.next_number, time.time()
    drive(peer, 1, 1, 200, 60)
    known = Known(50_000, TOKEN, (first, peer.next_number - first), (begun, time.time()))
    return read_kinds(peer, None, known, count, may_end=True)


def open_ours(stack: ExitStack, folder: Path, args: argparse.Namespace) -> list[Target]:
    """Our servers on new stores, as long as the stack is open."""
    folder.mkdir()
    targets = []
    if "sqlite" in args.stores:
        targets.append(stack.enter_context(serve_sqlite(folder)))
    if "postgres" in args.stores:
        server = stack.enter_context(own_server())
        targets.append(stack.enter_context(serve_postgres(server, args.workers)))
    return targets


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few cells, short, small stores")
    parser.add_argument("--peer", action="append", default=[], type=read_peer)
    parser.add_argument(
        "--fill", type=int, help="only send this many statements to the peers, in batches of 50"
    )
    parser.add_argument("--stores", nargs="*", default=["sqlite", "postgres"], choices=["sqlite", "postgres"])
    parser.add_argument("--workers", type=int, default=2, help="of our server on PostgreSQL")
    parser.add_argument("--held", type=int, help="statements in our stores before writing is measured")
    parser.add_argument("--sizes", type=int, nargs="*", help="statements at which reading is measured")
    parser.add_argument("--count", type=int, help="requests of each kind of query")
    parser.add_argument("--seconds", type=float, help="of each cell of writing")
    parser.add_argument("--folder", type=Path, help="where our stores lie; default: a temporary one")
    parser.add_argument("--readme", action="store_true", help="write the tables into README.md")
    args = parser.parse_args()
    full = {"held": 50_000, "sizes": [100_000, 1_000_000], "count": 300, "seconds": 5.0}
    quick = {"held": 1_000, "sizes": [5_000], "count": 40, "seconds": 1.5}
    for name, value in (quick if args.quick else full).items():
        if getattr(args, name) is None:
            setattr(args, name, value)
    return args


def main() -> None:
    args = read_arguments()
    if args.fill:
        for peer in args.peer:
            fill(peer, args.fill, batch=50, lines=1)
        return
    with tempfile.TemporaryDirectory(prefix="payoff-bench-", dir=args.folder) as name:
        writings = measure_writing(Path(name), args.peer, args)
        readings = measure_reading(Path(name), args.peer, args)
    text = write_tables(writings, readings, [peer.name for peer in args.peer], args)
    print(text)
    if args.readme:
        write_readme(Path(__file__).with_name("README.md"), text)


if __name__ == "__main__":
    main()
