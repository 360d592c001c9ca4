"""Nudges from an export: the rate that statements of the same nudges give."""

import datetime as dt
from pathlib import Path

from payoff.connectors import read_source
from payoff.metrics.catalogue import CATALOGUE, TABLES
from payoff.nouns.query import Query
from payoff.study.build import build_source
from payoff.study.definition_sql import Asked, Binding, write_definition
from payoff.study.document import SourcePart
from payoff.warehouse import fetch, land

GOLDEN = Path(__file__).parents[1] / "connectors" / "golden" / "nudges"


def test_an_export_of_nudges_gives_the_rate_that_statements_give(tmp_path: Path) -> None:
    """Of four: ann within 7 days, bob an hour late, cat never, the days of the last one not over.

    tests/metrics/test_metrics_catalogue_by_hand.py has the same four as statements: 1 of 3.
    """
    part = SourcePart.model_validate(
        {"file": "export.csv", "profile": "nudges", "timezone": "Europe/Berlin", "key": "nudge_id"}
    )
    source = build_source("nudges", part)
    file = land(read_source(source, GOLDEN, b"a secret of this workspace"), source, tmp_path)
    binding = Binding({"nudges": "nudges"}, {"unit": "'all'", "known_until": "date '2026-01-25'"})
    asked = Asked("everybody", "month", dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    sql = write_definition(CATALOGUE["nudge_response_rate_exported"], TABLES, binding, asked)
    rows = fetch([Query("metric:m", sql, ("nudges",))], [file], tmp_path)["metric:m"].to_pylist()
    assert [(row["numerator"], row["denominator"]) for row in rows] == [(1.0, 3.0)]
