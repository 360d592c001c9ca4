"""Nudges and places of units that run backwards in time are found without a word in the study."""

import datetime as dt
from pathlib import Path

from health_firm import STUDY, Firm, invent

from payoff.study import read_study

SOURCES = """\
  org: {csv: org.csv, profile: hierarchy, steward: hr-data}
  nudges: {csv: nudges.csv, profile: nudges, timezone: UTC, steward: it}
metrics:
"""


def test_what_ends_before_it_began_is_found_row_by_row(tmp_path: Path) -> None:
    clean = invent(1)
    firm = Firm(clean.tables, read_study(STUDY.replace("metrics:\n", SOURCES, 1).encode(), "care.yml"))
    start, end = dt.date(2025, 6, 1), dt.date(2025, 5, 1)
    firm.tables["org"] = {
        "unit_id": ["t1", "t2", "r"], "level": ["team", "team", "region"], "parent_id": ["r", "r", None],
        "from_on": [start, start, None], "until_on": [None, end, None],
    }  # fmt: skip
    sent = [dt.datetime(2025, 6, 1, 9, n, tzinfo=dt.UTC) for n in range(3)]
    firm.tables["nudges"] = {
        "nudge_id": ["n1", "n2", "n3"], "person_id": ["a", "b", "c"], "sent_at": list(sent),
        "acted_at": [sent[0] + dt.timedelta(hours=1), None, sent[2] - dt.timedelta(days=1)],
    }  # fmt: skip
    health = firm.look(tmp_path)
    found = {f.id: f.n_rows for one in health if one.source in ("org", "nudges") for f in one.findings}
    assert found["org.order.from_on.until_on"] == 1
    assert found["nudges.order.sent_at.acted_at"] == 1
