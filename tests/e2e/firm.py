"""An invented firm with a known truth: reps in teams, half the teams trained, monthly deals."""

import csv
import datetime as dt
from pathlib import Path

import numpy as np

STUDY = """\
payoff: 1
study: drills
title: Discovery drills
program: Discovery drills
question: Do weekly discovery drills raise closed deals per rep?
people: {analyst: a.ruiz, finance: p.okoro, sponsor: vp-sales}
currency: USD
price_base: 2026 prices
horizon_months: 12

sources:
  deals: {csv: deals.csv, key: [rep_id, month], columns: [rep_id, month, deals], steward: sales-ops}
  people: {csv: people.csv, key: [rep_id], columns: [rep_id, team, drilled, region], steward: hr-data}

metrics:
  deals:
    label: Deals won
    unit: deals/rep/month
    better: higher
    owner: a.ruiz
    sql: select rep_id, month, deals as value from deals

outcome: {primary: deals}

cohort:
  sql: select rep_id, team, region, case when drilled then date '2026-01-01' end as launch from people

design:
  type: did
  unit: rep_id
  period: month
  cluster: team
  launch: launch
  baseline: 2025-07-01..2025-12-31
  follow_up: 2026-01-01..2026-06-30

hypotheses:
  - {id: H1, claim: Drills raise deals, metric: deals, expected: 15%..25%,
     worth_it_above: "max(break_even, 2%)", source: 2025 pilot}

value:
  margin_gained:
    label: Margin on extra deals
    category: revenue
    metric: deals
    formula: lift * baseline * reps * months * deal_value * margin
    cash: true

assumptions:
  deal_value: {low: 4500, mid: 5000, high: 5500, unit: USD/deal, source: CRM FY25, owner: p.okoro}
  margin: {low: 30%, mid: 40%, high: 50%, source: FP&A FY25, owner: p.okoro}
  fee: {low: 800, mid: 1000, high: 1300, unit: USD/rep, source: assumed, owner: p.okoro}
  discount: {value: 8%, source: treasury, owner: p.okoro}

costs:
  - {item: Drills, amount: fee * reps, kind: one_time, category: implementation}

privacy: {pseudonymise: [rep_id], min_cell: 5}
ask: Extend the drills to the other teams.
"""


def name_rep(rep: int) -> str:
    """A key that must never leave the source files."""
    return f"rep{rep:04d}@firm.example"


def write_firm(folder: Path, n_reps: int = 160) -> Path:
    """Study and sources in `folder`, outcomes to the end of follow-up; the path of the study file."""
    with (folder / "people.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["rep_id", "team", "drilled", "region"])
        for rep in range(n_reps):
            writer.writerow([name_rep(rep), f"team{rep % 16:02d}", rep % 2 == 0, "NSEW"[rep % 4]])
    write_deals(folder, 12, n_reps)
    (folder / "payoff.yml").write_text("payoff: 1\n")
    path = folder / "drills.yml"
    path.write_text(STUDY)
    return path


def write_deals(folder: Path, n_months: int, n_reps: int = 160, lift: float = 0.2) -> None:
    """deals.csv from July 2025 for `n_months`; six of them lie before launch."""
    rng = np.random.default_rng(7)
    level = rng.normal(10, 1.5, n_reps)
    noise = rng.normal(size=(n_reps, 12))
    with (folder / "deals.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["rep_id", "month", "deals"])
        for rep in range(n_reps):
            for m in range(n_months):
                month = dt.date(2025 + (m + 6) // 12, (m + 6) % 12 + 1, 1)
                gain = 1 + lift * (rep % 2 == 0 and m >= 6)
                writer.writerow([name_rep(rep), month, round(level[rep] * gain + noise[rep, m], 3)])
