"""An invented sales team about to pilot: people, weekly deals and practice, as the starter wants them."""

import csv
import datetime as dt
from pathlib import Path

import numpy as np

from payoff.run.starting import start_study


def write_pilot(
    folder: Path, n_reps: int = 60, until: dt.date = dt.date(2026, 3, 29), lift: float = 0.0
) -> Path:
    """The starter study with its sources up to `until`; nobody is assigned. The path of the study file."""
    start_study("pilot-90-days", None, folder)
    (folder / "data").mkdir(exist_ok=True)
    with (folder / "data/people.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["rep_id", "region", "tenure_months"])
        writer.writerows([f"r{n:03d}", "NS"[n % 2], 4 + n % 30] for n in range(n_reps))
    write_weeks(folder, n_reps, until, lift)
    return folder / "pilot-90-days.yml"


def write_weeks(folder: Path, n_reps: int, until: dt.date, lift: float) -> None:
    """Deals and practice scores; from 30 March those the list names win `lift` more."""
    path = folder / "pilot-90-days.allocation.csv"
    with_program = set()
    if path.exists():
        with path.open() as file:
            with_program = {row["rep_id"] for row in csv.DictReader(file) if row["arm"] == "program"}
    rng = np.random.default_rng(11)
    deals, practice = [], []
    for n in range(n_reps):
        level = 6 + n % 3
        for week in range(26):
            day = dt.date(2025, 12, 1) + dt.timedelta(days=7 * week)
            gain = 1 + lift * (f"r{n:03d}" in with_program and day >= dt.date(2026, 3, 30))
            won, score = rng.poisson(level * gain), rng.normal(60, 8)
            if day <= until:
                deals += [[f"d{n}-{week}-{k}", f"r{n:03d}", "Closed Won", day] for k in range(won)]
                practice.append([f"r{n:03d}", day, round(float(score), 1)])
    for name, head, rows in (
        ("deals", ["deal_id", "rep_id", "stage", "closed_on"], deals),
        ("practice", ["rep_id", "practised_on", "score"], practice),
    ):
        with (folder / f"data/{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([head, *rows])
