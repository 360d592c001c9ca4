"""An invented firm in the tables of the catalogue, with the rows that trip a careless query.

Nulls, zero denominators, instants on either side of local midnight and of a year's end, a person who moves
teams in mid-month, leavers on the last day of a period, rows without a team.
"""

import datetime as dt
import random
from typing import Any

import duckdb

from payoff.metrics.catalogue import TABLES

TYPES = {
    "text": "varchar", "number": "double", "flag": "boolean", "day": "date",
    "instant": "timestamptz", "local day": "timestamptz",
}  # fmt: skip
KNOWN = dt.date(2026, 3, 31)
FIRST, LAST = dt.date(2025, 12, 1), dt.date(2026, 3, 31)
TOUCHPOINTS = (
    "launch", "completion", "assessment", "application", "practice done", "prompt answered", "prompt shown",
    "nudge sent", "nudge acted", "job aid viewed", None,
)  # fmt: skip
EDGES = tuple(dt.date.fromisoformat(day) for day in ("2026-01-01", "2026-01-31", "2026-02-01", "2026-03-01"))
Row = dict[str, Any]


def open_firm(seed: int = 7) -> duckdb.DuckDBPyConnection:
    """A connection that holds every table of the catalogue, with the column `team` for the unit."""
    connection = duckdb.connect(":memory:", config={"threads": "1"})
    connection.execute("set timezone = 'UTC'")
    rows = invent(random.Random(seed))
    for table in TABLES.values():
        columns = {c.name: TYPES[c.kind] for c in table.columns} | (
            {"team": "varchar"} if table.person else {}
        )
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        connection.execute(f"create table {table.name} ({declared})")
        marks = ", ".join("?" * len(columns))
        values = [[row.get(name) for name in columns] for row in rows[table.name]]
        connection.executemany(f"insert into {table.name} values ({marks})", values)
    return connection


def invent(lot: random.Random) -> dict[str, list[Row]]:
    """The rows of every table."""
    teams = {f"p{n}": lot.choice("AB") for n in range(24)}
    return {
        "people": people(lot, teams),
        "statements": statements(lot, teams),
        "completions": completions(lot, teams),
        "pathways": [
            {"pathway": path, "course": course}
            for path, course in (("x", "c1"), ("x", "c2"), ("y", "c2"), ("y", "c3"))
        ],
        "hierarchy": [{"unit_id": team, "level": "team"} for team in "AB"],
        "interactions": [
            {"agent_id": who, "team": team(lot, teams, who), "ended_at": instant(lot),
             "handle_seconds": maybe(lot, lot.randint(20, 900)), "escalated": maybe(lot, lot.random() < 0.2)}
            for who in picks(lot, teams, 400)
        ],
        "tickets": tickets(lot, teams),
        "opportunities": opportunities(lot, teams),
        "leads": [
            {"owner_id": who, "team": team(lot, teams, who), "created_on": (on := day(lot)),
             "known_until": KNOWN,
             "converted_on": maybe(lot, on + dt.timedelta(lot.choice([-1, 0, 5, 30, 31, 60])), 0.5)}
            for who in picks(lot, teams, 200)
        ],
        "pos": [
            {"seller_id": who, "team": team(lot, teams, who), "sold_at": instant(lot),
             "amount": maybe(lot, lot.randint(-20, 200))} for who in picks(lot, teams, 200)
        ],
        "work": [
            {"person_id": who, "team": team(lot, teams, who), "done_on": day(lot),
             "items": maybe(lot, lot.choice([0, 0, 5, 12])), "errors": maybe(lot, lot.choice([0, 1, 2])),
             "hours": maybe(lot, lot.choice([0, 4, 7.5]))} for who in picks(lot, teams, 120)
        ],
        "incidents": [
            {"person_id": who, "team": team(lot, teams, who), "occurred_on": day(lot),
             "recordable": maybe(lot, lot.random() < 0.5)} for who in picks(lot, teams, 12)
        ],
        "checks": [
            {"person_id": who, "team": team(lot, teams, who), "checked_on": day(lot),
             "passed": maybe(lot, lot.random() < 0.8)} for who in picks(lot, teams, 60)
        ],
        "ratings": [
            {"person_id": who, "team": team(lot, teams, who), "rated_on": day(lot),
             "score": maybe(lot, lot.randint(1, 5))} for who in picks(lot, teams, 60)
        ],
        "surveys": [
            {"person_id": who, "team": team(lot, teams, who), "answered_on": day(lot),
             "score": maybe(lot, lot.randint(0, 5)), "score_max": maybe(lot, lot.choice([0, 5]))}
            for who in picks(lot, teams, 60)
        ],
        "nudges": [
            {"person_id": who, "team": team(lot, teams, who), "sent_at": (at := instant(lot)),
             "acted_at": maybe(lot, at + dt.timedelta(lot.choice([-1, 0, 1, 7, 7.01, 20])), 0.6),
             "known_until": KNOWN} for who in picks(lot, teams, 150)
        ],
    }  # fmt: skip


def people(lot: random.Random, teams: dict[str, str]) -> list[Row]:
    """One stay each; p0 moves from A to B on 16 January, p1 leaves on the last day of January."""
    found: list[Row] = [
        {"person_id": "p0", "team": "A", "hired_on": dt.date(2025, 6, 2), "left_on": dt.date(2026, 1, 15),
         "voluntary": False},
        {"person_id": "p0", "team": "B", "hired_on": dt.date(2026, 1, 16)},
        {"person_id": "p1", "team": "A", "hired_on": dt.date(2026, 1, 31), "left_on": dt.date(2026, 1, 31),
         "voluntary": True},
        {"person_id": "late", "team": "A", "hired_on": dt.date(2026, 5, 1)},
    ]  # fmt: skip
    for who in list(teams)[2:]:
        hired = lot.choice([*EDGES, FIRST + dt.timedelta(lot.randint(-200, 60))])
        later = [edge for edge in EDGES if edge >= hired]
        left = maybe(lot, lot.choice([*later, hired + dt.timedelta(lot.randint(0, 200))]), 0.6)
        found.append(
            {"person_id": who, "team": teams[who], "hired_on": hired, "left_on": left,
             "voluntary": left and lot.choice([True, True, False, None])}
        )  # fmt: skip
    return [{**row, "known_until": KNOWN} for row in found]


def statements(lot: random.Random, teams: dict[str, str]) -> list[Row]:
    """What people did; each nudge is of one activity, some acts name theirs."""
    found: list[Row] = []
    often = [who for rank, who in enumerate(teams) for _ in range(1 + rank**2 // 8)]
    for n, who in enumerate(lot.choices(often, k=1500)):
        nudges = [row["statement_id"] for row in found if row["touchpoint"] == "nudge sent"]
        found.append(
            {"person": who, "team": teams[who], "statement_id": f"s{n}", "timestamp": instant(lot),
             "touchpoint": (what := lot.choice(TOUCHPOINTS)), "activity_id": lot.choice(["m1", "m2", "m3"]),
             "session_id": maybe(lot, f"{who}-{lot.randint(0, 6)}", 0.6),
             "refers_to": maybe(lot, lot.choice(nudges), 0.2) if what == "nudge acted" and nudges else None,
             "success": maybe(lot, lot.random() < 0.7, 0.7),
             "score_scaled": maybe(lot, lot.choice([0.7, 0.75, 0.8, 0.9, 0.9, 1.0]), 0.8),
             "duration_seconds": maybe(lot, lot.randint(10, 900), 0.7)}
        )  # fmt: skip
    return found + nudges_at_their_edges()


def nudges_at_their_edges() -> list[Row]:
    """Acted on at once, on the last moment of seven days, and after two nudges of one moment."""
    sent = dt.datetime(2026, 2, 2, 8, tzinfo=dt.UTC)
    week = dt.timedelta(7)
    end = dt.datetime(2026, 3, 31, 22, tzinfo=dt.UTC)
    rows = [("e1", "nudge sent", sent), ("e1", "nudge acted", sent), ("e2", "nudge sent", sent)]
    rows += [
        ("e2", "nudge acted", sent + week),
        ("e3", "nudge sent", sent),
        ("e3", "nudge sent", sent + week / 2),
    ]
    rows += [("e3", "nudge acted", sent + week / 2), ("e4", "nudge sent", end - week), ("e4", "launch", end)]
    rows += [("e5", "completion", sent), ("e5", "launch", sent)]  # opened as it was completed: not again
    return [
        {
            "person": who,
            "team": "B",
            "statement_id": f"e{n}",
            "timestamp": at,
            "touchpoint": what,
            "activity_id": "n",
        }
        for n, (who, what, at) in enumerate(rows)
    ]


def completions(lot: random.Random, teams: dict[str, str]) -> list[Row]:
    """Courses with any of their days missing, some completed before they were assigned."""
    found = []
    for who in teams:
        for course in ("c1", "c2", "c3"):
            at = instant(lot)
            at = lot.choice([at, dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)])  # 30 days are just over
            shift = [dt.timedelta(lot.choice([0, 0, 1, 3, 10])) for _ in range(2)]
            found.append(
                {"person_id": who, "team": teams[who], "course": course, "known_until": KNOWN,
                 "assigned_at": maybe(lot, at, 0.8), "enrolled_at": maybe(lot, at + shift[0]),
                 "started_at": maybe(lot, at + shift[0] + shift[1], 0.8),
                 "completed_at": maybe(lot, at + dt.timedelta(lot.choice([-1, 0, 6, 20, 30, 31, 45])), 0.6)}
            )  # fmt: skip
    return found


def tickets(lot: random.Random, teams: dict[str, str]) -> list[Row]:
    """Open and solved ones."""
    return [
        {"agent_id": who, "team": team(lot, teams, who), "created_at": (at := instant(lot)),
         "solved_at": maybe(lot, at + dt.timedelta(hours=lot.randint(0, 200)), 0.8),
         "replies": maybe(lot, lot.randint(0, 3)), "reopens": maybe(lot, lot.choice([0, 0, 1, 2])),
         "escalated": maybe(lot, lot.random() < 0.3)}
        for who in picks(lot, teams, 250)
    ]  # fmt: skip


def opportunities(lot: random.Random, teams: dict[str, str]) -> list[Row]:
    """Won, lost and open ones; an open one has a forecast for its close date."""
    return [
        {"owner_id": who, "team": team(lot, teams, who), "opened_on": (on := day(lot)),
         "closed_on": maybe(lot, on + dt.timedelta(lot.choice([-2, 0, 9, 40]))),
         "is_closed": (closed := maybe(lot, lot.random() < 0.7)),
         "is_won": lot.random() < 0.5 if closed else None, "amount": maybe(lot, lot.randint(100, 9000))}
        for who in picks(lot, teams, 200)
    ]  # fmt: skip


def instant(lot: random.Random) -> dt.datetime:
    """A moment of the months, one in five close to midnight in Berlin, across month, week and year ends."""
    day_of = dt.datetime.combine(day(lot), dt.time(), dt.UTC)
    if lot.random() < 0.2:
        day_of = dt.datetime(2025, 12, 31, tzinfo=dt.UTC) if lot.random() < 0.3 else day_of
        return day_of + dt.timedelta(hours=lot.choice([21, 22, 23]), minutes=lot.choice([0, 59]))
    return day_of + dt.timedelta(seconds=lot.randint(0, 86_399))


def day(lot: random.Random) -> dt.date:
    return FIRST + dt.timedelta(lot.randint(0, (LAST - FIRST).days))


def maybe(lot: random.Random, value: Any, chance: float = 0.9) -> Any:
    return value if lot.random() < chance else None


def picks(lot: random.Random, teams: dict[str, str], n: int) -> list[str]:
    return [lot.choice(list(teams)) for _ in range(n)]


def team(lot: random.Random, teams: dict[str, str], who: str) -> str | None:
    return maybe(lot, teams[who], 0.97)  # type: ignore[no-any-return]
