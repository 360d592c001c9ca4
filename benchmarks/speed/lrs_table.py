"""How is a run of the record store's benchmark told? As Markdown tables, between two marks of README.md."""

import argparse
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lrs_load import Outcome

if TYPE_CHECKING:
    from bench_lrs import Reading

BEGIN, END = "<!-- bench_lrs: written by the program -->", "<!-- end of bench_lrs -->"


@dataclass
class Writing:
    """One cell of writing on one target."""

    target: str
    batch: int
    connections: int
    outcome: Outcome
    cpu_s: float
    peak_mb: float

    @property
    def n_stored(self) -> int:
        return self.outcome.statuses.get("200", 0) * self.batch

    @property
    def per_s(self) -> float:
        return self.n_stored / self.outcome.wall_s

    @property
    def cpu_ms_each(self) -> float:
        """Server CPU a stored statement."""
        return self.cpu_s * 1000 / max(1, self.n_stored)

    @property
    def failed(self) -> str:
        """Statuses other than 200, with how many."""
        others = {s: n for s, n in self.outcome.statuses.items() if s != "200"}
        return ", ".join(f"{n} × {'lost' if s == '0' else s}" for s, n in others.items())

    def describe(self) -> str:
        half, most = quantile(self.outcome.latencies_ms, 0.5), quantile(self.outcome.latencies_ms, 0.95)
        text = f"{self.target}: {self.per_s:,.0f}/s, p50 {half:.1f} ms, p95 {most:.1f} ms, "
        text += (
            f"CPU {self.cpu_ms_each:.3f} ms a statement, generator {self.outcome.cpu_us:.0f} us a request, "
        )
        return text + f"peak {self.peak_mb:.0f} MB{', ' + self.failed if self.failed else ''}"


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie (nearest rank); 0 of none."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _head(cells: Sequence[str]) -> list[str]:
    return [_row(cells), "|" + "---|" * len(cells)]


def _cell(writing: Writing) -> str:
    half, most = (quantile(writing.outcome.latencies_ms, share) for share in (0.5, 0.95))
    text = f"{writing.per_s:,.0f} ({half:.1f}, {most:.1f})"
    return f"{text}; {writing.failed}" if writing.failed else text


def write_writing(writings: Sequence[Writing], peers: Sequence[str]) -> str:
    """Statements a second by cell and target, then how many times a peer's."""
    names = list(dict.fromkeys(w.target for w in writings))
    ours = [name for name in names if name not in peers]
    pairs = [(name, peer) for peer in peers for name in ours]
    lines = _head(["batch × connections", *names, *(f"{name} ÷ {peer}" for name, peer in pairs)])
    for cell in dict.fromkeys((w.batch, w.connections) for w in writings):
        found = {w.target: w for w in writings if (w.batch, w.connections) == cell}
        ratios = [f"{found[n].per_s / max(found[p].per_s, 0.01):,.1f}" for n, p in pairs]
        lines.append(
            _row(
                [f"{cell[0]:,} × {cell[1]}", *(_cell(found[n]) if n in found else "" for n in names), *ratios]
            )
        )
    return "\n".join(lines)


def write_cost(writings: Sequence[Writing], readings: Sequence["Reading"]) -> str:
    """What it cost: CPU, memory, disk, answers that were no success."""
    lines = _head(
        [
            "",
            "CPU ms a statement, singles",
            "in batches",
            "peak MB",
            "bytes on disk a statement",
            "5xx or lost",
        ]
    )
    for name in dict.fromkeys(w.target for w in writings):
        own = [w for w in writings if w.target == name]
        single = statistics.median(w.cpu_ms_each for w in own if w.batch == 1)
        batches = statistics.median(w.cpu_ms_each for w in own if w.batch > 1)
        sizes = [r for r in readings if r.target == name and r.size and r.size_mb]
        disk = f"{sizes[-1].size_mb * 1e6 / sizes[-1].size:,.0f}" if sizes else ""  # type: ignore[operator]
        bad = sum(n for w in own for s, n in w.outcome.statuses.items() if s == "0" or s >= "500")
        peak = max(w.peak_mb for w in own)
        lines.append(_row([name, f"{single:.2f}", f"{batches:.3f}", f"{peak:,.0f}", disk, f"{bad:,}"]))
    return "\n".join(lines)


def write_reading(readings: Sequence["Reading"]) -> str:
    """p50, p95 and p99 by kind of query; growth of p95 of our stores from the first size to the last."""
    names = list(dict.fromkeys(r.target for r in readings if r.size))
    grown = [n for n in names if len([r for r in readings if r.target == n]) > 1]
    heads = [f"{r.target}, {r.size:,}" if r.size else r.target for r in readings]
    lines = _head(["ms: p50, p95, p99", *heads, *(f"{name}: growth of p95" for name in grown)])
    for kind in readings[0].answers:
        cells = []
        for reading in readings:
            if kind not in reading.answers:
                cells.append("ended itself")
                continue
            answers = reading.answers[kind]
            text = ", ".join(f"{quantile(answers.latencies_ms, s):.1f}" for s in (0.5, 0.95, 0.99))
            bad = {s: n for s, n in answers.statuses.items() if s != 200}
            text += "".join(f"; {n} × {'lost' if s == 0 else s}" for s, n in bad.items())
            rows = answers.n_statements / max(1, sum(answers.statuses.values()))
            cells.append(f"{text} [{rows:.0f}]")
        for name in grown:
            own = [quantile(r.answers[kind].latencies_ms, 0.95) for r in readings if r.target == name]
            cells.append(f"{own[-1] / max(own[0], 1e-9):.1f}")
        lines.append(_row([kind, *cells]))
    return "\n".join(lines)


def write_tables(
    writings: Sequence[Writing], readings: Sequence["Reading"], peers: Sequence[str], args: argparse.Namespace
) -> str:
    """The whole run."""
    generator = statistics.median(w.outcome.cpu_us for w in writings if w.batch == 1)
    load = os.getloadavg()[1]
    loads = "; ".join(f"{r.target} {r.load_per_s:,.0f}/s up to {r.size:,}" for r in readings if r.load_per_s)
    parts = [
        f"Writing, {args.held:,} statements held at the start, {args.seconds:g} s a cell: statements/s (p50, "
        f"p95 of a request in ms). The generator took {generator:.0f} µs of CPU a single request.",
        write_writing(writings, peers),
        write_cost(writings, readings),
        f"Reading, {args.count} requests a kind, one connection, 25 statements a page; in square brackets "
        f"the mean number of statements that came. Filled in batches of 500 × 8: {loads}.",
        write_reading(readings),
        f"Load average at the end (5 minutes): {load:.1f}.",
    ]
    return "\n\n".join(parts)


def write_readme(path: Path, text: str) -> None:
    """Replace what stands between the marks."""
    page = path.read_text()
    before, rest = page.split(BEGIN, 1)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END, 1)[1]}")
