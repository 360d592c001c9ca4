"""An invented firm's exports: clean, and with one defect of each kind seeded into them."""

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from payoff.nouns.batch import Batch
from payoff.nouns.source_file import SourceFile
from payoff.nouns.source_health import Finding, SourceHealth
from payoff.nouns.study import Study
from payoff.run.health.judging import look_at_sources
from payoff.study import read_study
from payoff.warehouse import land

FIRST, LAST = dt.date(2025, 3, 3), dt.date(2026, 3, 29)
TODAY = dt.date.today()
SECOND = 1_000_000

STUDY = """\
payoff: 1
study: care
question: Do drills make contacts shorter?
people: {analyst: a.ruiz, finance: p.okoro}
currency: USD
horizon_months: 12
sources:
  people: {csv: people.csv, profile: people, steward: hr-data}
  tickets:
    csv: tickets.csv
    profile: tickets
    timezone: Europe/Berlin
    steward: support-ops
    health:
      every: day
      fresh_within_days: 3
      hours: 8..19
      required: [agent_id]
      references: {agent_id: people.person_id}
  contacts: {csv: contacts.csv, profile: interactions, timezone: Europe/Berlin, steward: support-ops}
  telephony: {csv: telephony.csv, profile: interactions, timezone: Europe/Berlin, steward: it}
metrics:
  handle_time:
    label: Average handle time
    unit: min/contact
    better: lower
    owner: support-ops
    sql: |
      select agent_id, date_trunc('month', started_at) as month, avg(handle_seconds) / 60 as value
      from contacts group by 1, 2
outcome: {primary: handle_time}
cohort: {sql: "select person_id as agent_id, team_id, treat from people"}
design:
  type: rct
  unit: agent_id
  period: month
  arm: treat = 1
  baseline: 2025-03-01..2025-08-31
  follow_up: 2025-09-01..2026-03-29
hypotheses:
  - {id: H1, claim: Drills make contacts shorter, metric: handle_time, expected: 3%..8%, source: 2024 pilot}
"""

Columns = dict[str, list[object]]


@dataclass
class Firm:
    """Tables by source as lists of cells; a defect changes them in place."""

    tables: dict[str, Columns] = field(default_factory=dict)
    study: Study = field(default_factory=lambda: read_study(STUDY.encode(), "care.yml"))

    def land(self, root: Path) -> tuple[SourceFile, ...]:
        """Every table as a load package, in the order of the study."""
        return tuple(self._land(source.name, root) for source in self.study.sources)

    def _land(self, name: str, root: Path) -> SourceFile:
        table = pa.table(
            {column: pa.array(cells, TYPES.get(column)) for column, cells in self.tables[name].items()}
        )
        table = table.append_column("_row", pa.array(np.arange(1, table.num_rows + 1)))
        source = next(s for s in self.study.sources if s.name == name)
        buffers = [b for column in table.columns for chunk in column.chunks for b in chunk.buffers() if b]
        sha256 = hashlib.sha256(b"".join([*map(bytes, buffers), repr(table.schema).encode()])).hexdigest()
        return land(Batch(table, sha256, f"{name}.csv", (), "test"), source, root)

    def look(self, root: Path, files: tuple[SourceFile, ...] = ()) -> tuple[SourceHealth, ...]:
        """Health of what was landed; of what there is now, unless something was."""
        return look_at_sources(self.study, files or self.land(root), root, TODAY)

    def cells(self, source: str, column: str) -> list[object]:
        return self.tables[source][column]


INSTANT = pa.timestamp("us", tz="UTC")
TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("created_at", "solved_at", "started_at", "ended_at"), INSTANT),
    **{name: pa.date32() for name in ("hired_on", "left_on")},
    **{name: pa.float64() for name in ("handle_seconds", "hold_seconds", "elapsed_minutes")},
    **{name: pa.int64() for name in ("reopens", "treat")},
}


def invent(seed: int) -> Firm:
    """A clean firm: 60 agents, thirteen months, about 35 tickets and 45 contacts a working day."""
    rng = np.random.default_rng(seed)
    firm = Firm()
    people = firm.tables["people"] = _people(rng)
    agents = [str(p) for p, left in zip(people["person_id"], people["left_on"], strict=True) if left is None]
    firm.tables["tickets"] = _tickets(rng, agents)
    firm.tables["contacts"] = contacts = _contacts(rng, agents)
    seen = rng.random(len(contacts["interaction_id"])) < 0.8
    firm.tables["telephony"] = {
        name: [cell for cell, kept in zip(contacts[name], seen, strict=True) if kept]
        for name in ("interaction_id", "started_at", "agent_id")
    }
    return firm


def _people(rng: np.random.Generator) -> Columns:
    hired = [FIRST + dt.timedelta(days=int(d)) for d in rng.integers(-2000, 390, 260)]
    gone = rng.random(len(hired)) < 0.75
    left = [
        min(max(h, FIRST) + dt.timedelta(days=int(rng.integers(1, 390))), LAST) if g else None
        for h, g in zip(hired, gone, strict=True)
    ]
    return {
        "person_id": [f"p{n:04d}" for n in range(len(hired))],
        "team_id": [f"t{n % 12}" for n in range(len(hired))],
        "hired_on": list(hired),
        "left_on": list(left),
        "treat": [n % 2 for n in range(len(hired))],
    }


def _moments(rng: np.random.Generator, a_day: float) -> list[dt.datetime]:
    """Moments of Berlin's working hours, fewer on Saturdays, none on Sundays."""
    found: list[dt.datetime] = []
    day = FIRST
    while day <= LAST:
        rate = {5: 0.4, 6: 0.0}.get(day.weekday(), 1.0) * a_day
        offset = 2 if dt.date(2025, 3, 30) <= day < dt.date(2025, 10, 26) else 1
        start = dt.datetime.combine(day, dt.time(8), dt.UTC) - dt.timedelta(hours=offset)
        seconds = sorted(rng.integers(60, 10 * 3600, rng.poisson(rate)))
        found += [start + dt.timedelta(seconds=int(s)) for s in seconds]
        day += dt.timedelta(days=1)
    return found


def _tickets(rng: np.random.Generator, agents: list[str]) -> Columns:
    created = _moments(rng, 35)
    n = len(created)
    minutes = rng.gamma(2.0, 300.0, n)
    return {
        "ticket_id": [f"T{k:06d}" for k in range(n)],
        "agent_id": [agents[k] for k in rng.integers(0, len(agents), n)],
        "created_at": list(created),
        "solved_at": [c + dt.timedelta(minutes=float(m)) for c, m in zip(created, minutes, strict=True)],
        "elapsed_minutes": [float(m) for m in minutes],
        "priority": list(rng.choice(["low", "normal", "high"], n, p=[0.2, 0.6, 0.2]).tolist()),
        "channel": list(rng.choice(["mail", "chat", "phone"], n).tolist()),
        "status": ["solved"] * n,
        "reopens": [int(k) for k in rng.poisson(0.1, n)],
    }


def _contacts(rng: np.random.Generator, agents: list[str]) -> Columns:
    started = _moments(rng, 45)
    n = len(started)
    seconds = rng.gamma(4.0, 90.0, n) + 20
    return {
        "interaction_id": [f"C{k:06d}" for k in range(n)],
        "agent_id": [agents[k] for k in rng.integers(0, len(agents), n)],
        "started_at": list(started),
        "ended_at": [s + dt.timedelta(seconds=float(d) + 5) for s, d in zip(started, seconds, strict=True)],
        "handle_seconds": [float(s) for s in seconds],
        "hold_seconds": [float(s) for s in rng.gamma(2.0, 10.0, n)],
        "channel": list(rng.choice(["voice", "chat"], n).tolist()),
    }


def findings(health: tuple[SourceHealth, ...]) -> dict[str, Finding]:
    """All findings by id."""
    return {finding.id: finding for one in health for finding in one.findings}
