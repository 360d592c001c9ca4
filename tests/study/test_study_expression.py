"""Metrics written as expressions: their SQL runs in DuckDB and gives hand-computed values."""

import duckdb
import pytest
from study_valid import VALID

from payoff.nouns.study import Study
from payoff.study import read_study, read_template

ROWS = """
create table crm as select * from (values
  (1, 10, 'won',  100.0, date '2026-01-03', date '2026-01-20', date '2026-02-02'),
  (2, 10, 'won',  300.0, date '2026-01-05', date '2026-01-25', null),
  (3, 10, 'lost',  50.0, date '2026-01-05', date '2026-01-26', date '2026-01-27'),
  (4, 11, 'won',  200.0, date '2026-02-01', date '2026-02-11', null)
) t(deal_id, rep_id, stage, amount, opened_on, closed_on, refunded_on)
"""


def run(study: Study, name: str) -> list[tuple[object, ...]]:
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute(ROWS)
        return sorted(connection.execute(study.metric(name).sql).fetchall(), key=str)


def shown(rows: list[tuple[object, ...]]) -> list[tuple[object, str, object]]:
    return [(unit, str(period)[:10], value) for unit, period, value in rows]


@pytest.fixture
def study() -> Study:
    return read_study(VALID.encode(), "x.yml")


def test_an_aggregate_is_written_out_by_unit_and_period(study: Study) -> None:
    rows = [row for row in shown(run(study, "refunds")) if row[1] != "None"]
    assert rows == [(10, "2026-01-01", 1), (10, "2026-02-01", 1)]
    assert study.metric("refunds").sources == ("crm",)


def test_a_ratio_joins_its_parts_and_counts_missing_as_its_parts_do(study: Study) -> None:
    rows = [row for row in shown(run(study, "refund_rate")) if row[1] != "None"]
    # Rep 10 won two deals in January and refunded one; in February it won none, so there is no rate.
    # Rep 11 refunded nothing: zero over one deal.
    assert rows == [(10, "2026-01-01", 0.5), (10, "2026-02-01", None), (11, "2026-02-01", 0.0)]


def test_metrics_may_be_built_on_derived_metrics() -> None:
    spare = "  spare:\n    unit: refunds/deal\n    better: lower\n    owner: x\n"
    spare += "    expr: max(2 * refund_rate, -refund_rate) ** 1 + refund_rate - refund_rate\n"
    text = VALID.replace("\noutcome:\n", f"{spare}\noutcome:\n")
    text = text.replace("secondary: [refunds]", "secondary: [spare]")
    rows = [row for row in shown(run(read_study(text.encode(), "x.yml"), "spare")) if row[1] != "None"]
    assert rows == [(10, "2026-01-01", 1.0), (10, "2026-02-01", None), (11, "2026-02-01", 0.0)]


def test_the_sales_starter_computes_its_three_kpis() -> None:  # OUT-02
    study = read_study(read_template("sales").encode(), "sales.yml")
    text = ROWS.replace("'won'", "'Closed Won'").replace("'lost'", "'Closed Lost'")
    with duckdb.connect() as connection:
        connection.execute(text)
        found = {
            name: sorted(shown(connection.execute(study.metric(name).sql).fetchall()), key=str)
            for name in ("deals_won", "win_rate", "average_deal")
        }
        cycle = connection.execute(study.metric("cycle_days").sql).fetchall()
    assert found["deals_won"] == [(10, "2026-01-01", 2), (11, "2026-02-01", 1)]
    assert found["win_rate"] == [(10, "2026-01-01", pytest.approx(200 / 3)), (11, "2026-02-01", 100.0)]
    assert found["average_deal"] == [(10, "2026-01-01", 200.0), (11, "2026-02-01", 200.0)]
    assert sorted((row[0], row[2], row[3]) for row in cycle) == [(10, 18.5, 2), (11, 10.0, 1)]
