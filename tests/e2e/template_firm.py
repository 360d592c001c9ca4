"""Invented exports for the starter studies, in the columns each one names; no effect of any program."""

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

Row = list[Any]
Tables = dict[str, tuple[str, list[Row]]]


def write_template_data(template: str, folder: Path, until: dt.date) -> None:
    """Every file of the template's sources, with the rows dated `until` or before."""
    for name, (head, rows) in MAKERS[template](np.random.default_rng(5), until).items():
        path = folder / "data" / f"{name}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([head.split(), *rows])


def months(first: dt.date, n: int, until: dt.date) -> Iterator[dt.date]:
    """The tenth of each of n months."""
    for k in range(first.month - 1, first.month - 1 + n):
        day = dt.date(first.year + k // 12, k % 12 + 1, 10)
        if day <= until:
            yield day


def sales(rng: np.random.Generator, until: dt.date) -> Tables:
    people, deals = [], []
    for n in range(120):
        rep, manager = f"r{n:03d}", n % 24
        people.append(
            [rep, "account_executive", 400 + n, f"m{manager:02d}", "NS"[manager % 2], "AB"[manager // 2 % 2]]
        )
        for day in months(dt.date(2025, 10, 1), 9, until):
            for stage, mean in (("Closed Won", 6), ("Closed Lost", 12)):
                deals += [
                    [
                        rep,
                        stage,
                        round(float(rng.normal(5000, 800)), 2),
                        day - dt.timedelta(days=int(age)),
                        day,
                    ]
                    for age in rng.integers(20, 90, rng.poisson(mean))
                ]
    return {
        "people": ("rep_id role tenure_days manager_id region wave", people),
        "deals": ("rep_id stage amount opened_on closed_on", deals),
    }


def support(rng: np.random.Generator, until: dt.date) -> Tables:
    agents, calls = [], []
    for n in range(80):
        agent, team = f"a{n:03d}", n % 20
        agents.append([agent, f"t{team:02d}", "NS"[team % 2], "AB"[team // 2 % 2]])
        for day in months(dt.date(2025, 10, 1), 9, until):
            for seconds in rng.normal(360 + n, 60, 25):
                sent_up, solved, stars = rng.random() < 0.1, rng.random() < 0.7, int(rng.integers(1, 6))
                calls.append([agent, day, round(float(seconds)), sent_up, solved, stars])
    return {
        "agents": ("agent_id team_id site wave", agents),
        "calls": ("agent_id called_on handle_seconds escalated resolved_first csat", calls),
    }


def onboarding(rng: np.random.Generator, until: dt.date) -> Tables:
    sites, hires = [], []
    for n in range(40):
        sites.append([f"s{n:02d}", "NS"[n % 2], "2026-01-01" if n < 20 else ""])
        for day in months(dt.date(2025, 7, 1), 12, until):
            for k in range(3):
                ready = day + dt.timedelta(days=int(rng.normal(70, 10)))
                hires.append([f"h{n}-{day}-{k}", f"s{n:02d}", day, ready, round(float(rng.normal(80, 5)), 1)])
    return {
        "sites": ("site_id region launched_on", sites),
        "hires": ("hire_id site_id started_on independent_on quality", hires),
    }


def safety(rng: np.random.Generator, until: dt.date) -> Tables:
    sites, reports = [], []
    for n in range(40):
        sites.append([f"s{n:02d}", "NS"[n % 2], "2026-01-01" if n < 20 else ""])
        for day in months(dt.date(2025, 1, 1), 24, until):
            kinds = ["incident"] * rng.poisson(3) + ["near_miss"] * rng.poisson(6)
            reports += [[f"i{n}-{day}-{k}", f"s{n:02d}", day, kind] for k, kind in enumerate(kinds)]
    return {
        "sites": ("site_id region launched_on", sites),
        "incidents": ("report_id site_id happened_on kind", reports),
    }


def coaching(rng: np.random.Generator, until: dt.date) -> Tables:
    teams, leavers, pulse, output = [], [], [], []
    for n in range(60):
        team = f"t{n:02d}"
        teams.append([team, f"m{n:02d}", "NS"[n % 2], 8 + n % 5, "coached" if n // 2 % 2 else "later"])
        for day in months(dt.date(2025, 7, 1), 15, until):
            gone = range(rng.poisson(0.6))
            leavers += [[f"p{n}-{day}-{k}", team, day, rng.random() < 0.8] for k in gone]
            pulse.append([team, day, round(float(rng.normal(3.6, 0.3)), 2), 8])
            output.append([team, day, int(rng.normal(300, 20))])
    return {
        "teams": ("team_id manager_id department headcount arm", teams),
        "leavers": ("person_id team_id left_on voluntary", leavers),
        "pulse": ("team_id asked_on engagement answers", pulse),
        "output": ("team_id worked_on tasks", output),
    }


def pilot_four_weeks(rng: np.random.Generator, until: dt.date) -> Tables:
    agents, reviews, calls = [], [], []
    for n in range(120):
        agent, team = f"a{n:03d}", n % 30
        agents.append([agent, f"t{team:02d}", "NS"[team % 2]])
        for day in weeks(dt.date(2026, 1, 7), 17, until):
            reviews += [[agent, day, round(float(mark), 1)] for mark in rng.normal(3.2 + n % 3 / 10, 0.4, 4)]
            calls += [[agent, day, round(float(seconds))] for seconds in rng.normal(360, 60, 10)]
    return {
        "agents": ("agent_id team_id site", agents),
        "reviews": ("agent_id reviewed_on listening", reviews),
        "calls": ("agent_id called_on handle_seconds", calls),
    }


def pilot_ninety_days(rng: np.random.Generator, until: dt.date) -> Tables:
    people, deals, practice = [], [], []
    for n in range(60):
        people.append([f"r{n:03d}", "NS"[n % 2], 4 + n % 30])
        for day in weeks(dt.date(2025, 12, 3), 30, until):
            won = range(rng.poisson(6 + n % 3))
            deals += [[f"d{n}-{day}-{k}", f"r{n:03d}", "Closed Won", day] for k in won]
            practice.append([f"r{n:03d}", day, round(float(rng.normal(60, 8)), 1)])
    return {
        "people": ("rep_id region tenure_months", people),
        "deals": ("deal_id rep_id stage closed_on", deals),
        "practice": ("rep_id practised_on score", practice),
    }


def weeks(first: dt.date, n: int, until: dt.date) -> Iterable[dt.date]:
    return [day for k in range(n) if (day := first + dt.timedelta(days=7 * k)) <= until]


MAKERS: dict[str, Callable[[np.random.Generator, dt.date], Tables]] = {
    "sales": sales,
    "support": support,
    "onboarding": onboarding,
    "safety": safety,
    "coaching": coaching,
    "pilot-4-weeks": pilot_four_weeks,
    "pilot-90-days": pilot_ninety_days,
}
