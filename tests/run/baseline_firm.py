"""A call centre whose Decembers are long: monthly handling times of eight agents."""

import csv
import datetime as dt
from pathlib import Path

import numpy as np

STUDY = """\
payoff: 1
study: calls
question: Do shorter lessons shorten calls?
people: {analyst: ana, finance: fin}
currency: USD
horizon_months: 12
sources:
  calls: {csv: calls.csv, columns: [agent_id, ended_at, handle_seconds], steward: ana}
  people: {csv: people.csv, columns: [agent_id, arm], steward: ana}
metrics:
  aht: {use: average_handle_time, source: calls, owner: contact centre, baseline: 7.5}
outcome: {primary: aht}
cohort: {sql: select * from people}
design:
  type: rct
  unit: agent_id
  unit_label: agent
  period: month
  arm: arm = 'program'
  method: difference_in_means
  baseline: 2024-01-01..2025-11-30
  follow_up: 2025-12-01..2025-12-31
events:
  - {on: 2025-03-03, until: 2025-03-07, what: telephone outage}
  - {on: 2025-12-10, what: price rise}
hypotheses:
  - {id: H1, claim: Calls get shorter, metric: aht, expected: 5%..10%, source: guess}
value:
  minutes: {label: Minutes, category: cost, metric: aht, formula: lift * baseline * wage, cash: true}
assumptions:
  wage: {value: 1, unit: USD*call/min, source: assumed, owner: fin}
  price: {value: 100, unit: USD, source: assumed, owner: fin}
  discount: {value: 4%, source: assumed, owner: fin}
costs:
  - {item: Lessons, amount: price, kind: one_time, category: implementation}
"""


def write_calls(folder: Path, until: dt.date, seed: int = 5) -> Path:
    """Two calls an agent and month, 8 minutes each and 6 more in December; one agent has a month without."""
    rng = np.random.default_rng(seed)
    rows = []
    for agent in range(8):
        for month in range(24):
            day = dt.date(2024 + month // 12, month % 12 + 1, 10)
            luck = rng.integers(-20, 20, size=2)
            if day > until or (agent == 0 and month == 5):
                continue
            minutes = 14 if day.month == 12 else 8
            for hour in (9, 10):
                seconds = 60 * minutes + 30 * (hour == 10) + int(luck[hour - 9]) + 5 * agent
                rows.append([f"a{agent}", f"{day}T{hour:02d}:00:00", seconds])
    _write(folder / "calls.csv", ["agent_id", "ended_at", "handle_seconds"], rows)
    people: list[list[object]] = [[f"a{n}", "program" if n % 2 else "waits"] for n in range(8)]
    _write(folder / "people.csv", ["agent_id", "arm"], people)
    (folder / "calls.yml").write_text(STUDY)
    return folder / "calls.yml"


def _write(path: Path, head: list[str], rows: list[list[object]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
