"""The invented firm with people known by another identifier in every system, and lists that know them."""

import csv
import datetime as dt
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from firm import STUDY, name_rep, write_firm

N_REPS = 160
MOVED_ON = dt.date(2026, 1, 1)
SOURCES = """\
  deals:
    csv: deals.csv
    identifiers: {owner: salesforce}
    identified_on: month
    steward: sales-ops
  people:
    csv: people.csv
    identifiers: {rep_id: hr, mail: email}
    key: [rep_id]
    steward: hr-data
"""
PLAIN = """\
  deals: {csv: deals.csv, key: [rep_id, month], columns: [rep_id, month, deals], steward: sales-ops}
  people: {csv: people.csv, key: [rep_id], columns: [rep_id, team, drilled, region], steward: hr-data}
"""
NAMES = ("Ann", "Bo", "Cleo", "Dag", "Eve", "Finn", "Gus", "Hera")


def name_person(rep: int) -> str:
    return f"{NAMES[rep % 8]} {['Lee', 'Okoro', 'Ruiz', 'Stein'][rep // 8 % 4]}-{rep:03d}"


def name_mail(rep: int) -> str:
    return f"{NAMES[rep % 8]}.{rep:03d}@Firm.example"


def name_owner(rep: int, month: dt.date) -> str:
    """Salesforce ids; those of the first ten are handed on to the next ten when the year begins."""
    if month >= MOVED_ON and rep < 20:
        rep = rep - 10 if rep >= 10 else rep + 500
    return f"0055g00000Own{rep % 1000:03d}"[:12] + f"{rep:03d}"


def write_identified_firm(folder: Path) -> Path:
    """As `write_firm`, but people.csv has staff numbers and addresses, deals.csv ids of Salesforce."""
    path = write_firm(folder, N_REPS)
    rows = read_rows(folder / "people.csv")
    _write(
        folder / "people.csv",
        ["rep_id", "mail", "team", "drilled", "region"],
        ([f"H{n:04d}", name_mail(n), r["team"], r["drilled"], r["region"]] for n, r in enumerate(rows)),
    )
    numbers = {name_rep(n): n for n in range(N_REPS)}
    deals = read_rows(folder / "deals.csv")
    owned = (
        [name_owner(numbers[r["rep_id"]], dt.date.fromisoformat(r["month"])), r["month"], r["deals"]]
        for r in deals
    )
    _write(folder / "deals.csv", ["owner", "month", "deals"], owned)
    text = STUDY.replace(PLAIN, SOURCES).replace(
        "select rep_id, month, deals as value from deals",
        "select owner as rep_id, month, deals as value from deals",
    )
    path.write_text(text.replace("pseudonymise: [rep_id], ", ""))
    write_lists(folder)
    return path


def write_lists(folder: Path) -> None:
    """staff.csv: number, name, address. users.csv: address and id of Salesforce, with days."""
    staff = ([f"H{n:04d}", name_person(n), name_mail(n).lower()] for n in range(N_REPS))
    _write(folder / "staff.csv", ["Number", "Name", "Mail"], staff)
    users = list(_users())
    random.Random(3).shuffle(users)
    _write(folder / "users.csv", ["User", "Email", "From", "To"], users)


def _users() -> Iterator[list[str]]:
    for rep in range(N_REPS):
        before, after = (name_owner(rep, day) for day in (dt.date(2025, 7, 1), MOVED_ON))
        if before == after:
            yield [before, name_mail(rep), "", ""]
        else:
            yield [before, name_mail(rep), "", "2025-12-31"]
            yield [after, name_mail(rep), "2026-01-01", ""]


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
