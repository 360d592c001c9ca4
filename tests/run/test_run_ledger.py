"""Costs from the ledger, worked by hand: in the lines to the cent, each leads back to its bookings."""

from pathlib import Path
from typing import Any

import pytest
from firm import write_firm

from payoff.metrics.ledger_totals import add_up, plan_ledgers
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Verdict
from payoff.nouns.problem import PayoffError
from payoff.nouns.valuation import Figure, Valuation
from payoff.report.workbook_case import Case, build_frame, cash_flow, paid_in, shared_formula
from payoff.run.main_path import Prepared, find_result, prepare
from payoff.run.plan import read
from payoff.run.workspace import find_workspace
from payoff.warehouse import fetch, trace_rows

BOOKS = """\
period,account,cost_line,one_time_or_recurring,amount,currency,source
2025-11-01,0641,content,one_time,1000.10,USD,inv-1
2025-12-01,0641,content,one_time,2000.20,USD,inv-2
2026-01-01,0642,licences,recurring,300.30,USD,inv-3
2026-02-01,0642,licences,recurring,300.30,USD,inv-4
2026-02-01,0642,licences,recurring,-100.15,USD,credit-1
2026-02-01,0999,parties,one_time,50.05,USD,inv-5
"""
LINES = """\
costs:
  - {item: Drills, amount: fee * reps, kind: one_time, category: implementation}
  - {item: Content, ledger: books, account: "0641", share: 80%, kind: one_time, category: curation, owner: b}
  - {item: Licences, ledger: books, account: ["0642"], kind: run, category: platform}
"""


def write_books(folder: Path, books: str = BOOKS, lines: str = LINES) -> Path:
    study = write_firm(folder, n_reps=64)
    text = study.read_text()
    start = text.index("costs:\n")
    text = text[:start] + lines + text[text.index("\nprivacy:") :]
    source = "  books: {csv: books.csv, profile: ledger, steward: finance}\n\nmetrics:\n"
    study.write_text(text.replace("\nmetrics:\n", source))
    (folder / "books.csv").write_text(books)
    return study


def prepared(study: Path) -> Prepared:
    return prepare(find_workspace(study))


def mids(found: Prepared) -> dict[str, float]:
    return {a.name: a.mid for a in found.assumptions if a.name.startswith("booked_")}


def test_a_ledger_worked_by_hand(tmp_path: Path) -> None:
    found = prepared(write_books(tmp_path))
    assert mids(found) == {"booked_2": 3000.30, "booked_3": 500.45}
    content, licences = found.study.costs[1:]
    assert (content.amount.text, licences.amount.text) == ("booked_2 * 0.8", "booked_3")
    assert (content.owner, licences.source) == ("b", "books, account 0642")
    (check,) = [check for check in found.health if check.name == "ledger"]
    assert check.verdict is Verdict.FAIL  # account 0999 is in no line
    assert check.text == (
        "books: 3,550.80 USD booked, 2025-11 to 2026-02; 2,900.69 is in cost lines, "
        "600.06 is the share of others, 50.05 is in no line (account 0999: 50.05)."
    )


def test_in_lines_and_left_out_add_up_to_the_cent(tmp_path: Path) -> None:
    found = prepared(write_books(tmp_path))
    workspace = find_workspace(tmp_path / "drills.yml")
    (query,) = plan_ledgers(found.study)
    rows = fetch([query], found.sources, workspace.warehouse)[query.name]
    total = add_up(found.study, "books", rows)
    assert total.booked == sum(round(float(line.split(",")[4]) * 100) for line in BOOKS.splitlines()[1:])
    assert total.in_lines + total.to_others + sum(total.loose.values()) == total.booked


def test_bookings_fall_in_their_months_and_are_discounted_from_there(tmp_path: Path) -> None:
    """Launch is 2026-01: the November booking of 1,000.10, 80 % of it, costs 1.08 ^ (2/12) as much."""
    found = find_result(prepared(write_books(tmp_path)), "exploratory")
    value = found.valuation
    assert isinstance(value, Valuation)
    drills = next(line.point for line in value.costs if line.item == "Drills")
    paid = dict(zip(value.point.months.tolist(), value.point.costs[0].tolist(), strict=True))
    wanted = {-2: 800.08, -1: 1600.16, 0: drills + 300.30, 1: 200.15}
    assert {month: amount for month, amount in paid.items() if amount} == pytest.approx(wanted, abs=1e-9)
    worth = (
        800.08 * 1.08 ** (2 / 12) + 1600.16 * 1.08 ** (1 / 12) + drills + 300.30 + 200.15 / 1.08 ** (1 / 12)
    )
    gained = (value.point.benefits[0] * 1.08 ** (-value.point.months / 12)).sum()
    npv = value.figures["npv"]
    assert isinstance(npv, Figure)
    assert npv.point == pytest.approx(gained - worth, rel=1e-12)
    content = next(line for line in value.costs if line.item == "Content")
    assert content.payments == ((-2, 100010), (-1, 200020))


def test_the_workbook_pays_what_is_booked_in_the_same_months(tmp_path: Path) -> None:
    found = find_result(prepared(write_books(tmp_path)), "exploratory")
    assert isinstance(found.valuation, Valuation)
    carrier = found.effects[0]
    assert isinstance(carrier, Effect)
    frame = build_frame(found.study, found.assumptions, found.counts, carrier, found.valuation)
    lifts = tuple(carrier.estimates.tolist())
    costs = cash_flow(frame, Case(lifts, {a.name: a.mid for a in found.assumptions}))[1]
    assert list(frame.months) == found.valuation.point.months.tolist()
    assert costs == pytest.approx(found.valuation.point.costs[0], rel=1e-12)
    november = paid_in(frame, frame.costs[1], -2)
    assert november is not None
    assert shared_formula("E6", november) == "E6*(100010/300030)"
    assert paid_in(frame, frame.costs[1], 0) is None


def test_a_line_whose_bookings_cancel_out_has_nothing_to_date(tmp_path: Path) -> None:
    lines = [line for line in BOOKS.splitlines() if ",0642," not in line]
    lines += ["2026-01-01,0642,licences,recurring,90.30,USD,inv-3"]
    lines += ["2026-03-01,0642,licences,recurring,-90.30,USD,credit-3"]
    found = prepared(write_books(tmp_path, "\n".join(lines) + "\n"))
    assert found.study.costs[2].payments(12) == tuple((month, 1) for month in range(1, 13))
    assert mids(found)["booked_3"] == 0


RATES = """\
rate,value,unit,valid_from,valid_to,source,owner,evidence_hash
hourly_rate_rep,40,USD/hour,2025-01-01,2025-12-31,payroll 2025,controller,
hourly_rate_rep,44.5,USD/hour,2026-01-01,,payroll 2026,controller,
hourly_rate_coach,60,USD/hour,2025-07-01,2026-03-31,payroll 2025,controller,
"""
HOURLY = """\
  hourly_rate_rep: {rates: pay, unit: USD/hour}
  time_off: {value: 1.2, unit: hour/rep, source: 12 drills of 6 minutes, owner: p.okoro}
  coached: {value: 10, unit: hour, source: calendar, owner: p.okoro}
"""
COACH = "  coach: {rates: pay, rate: hourly_rate_coach, on: 2026-04-01, unit: USD/hour, range: 90%..110%}\n"
OFF_WORK = """\
costs:
  - {item: Time off work, hours: reps * time_off, rate: hourly_rate_rep, kind: run, category: learner_time}
  - {item: Drills, amount: fee * reps, kind: one_time, category: implementation}
"""
COACHED = "  - {item: Coaching, hours: coached, rate: coach, kind: one_time, category: coaching}\n"


def write_rates(folder: Path, rates: str = RATES, also: str = "", lines: str = OFF_WORK) -> Path:
    study = write_books(folder, lines=lines)
    text = study.read_text().replace("\nassumptions:\n", f"\nassumptions:\n{HOURLY}{also}")
    source = "  pay: {csv: pay.csv, profile: rates, steward: finance}\n\nmetrics:\n"
    study.write_text(text.replace("\nmetrics:\n", source))
    (folder / "pay.csv").write_text(rates)
    return study


def test_an_hour_of_a_role_costs_what_is_valid_on_the_first_day_of_follow_up(tmp_path: Path) -> None:
    """32 reps in the program × 12 drills × 6 minutes × 44.50 = 1,708.80; the rate of 2025 gives 1,536."""
    found = find_result(prepared(write_rates(tmp_path)), "exploratory")
    rate = next(a for a in found.assumptions if a.name == "hourly_rate_rep")
    assert (rate.mid, rate.owner, rate.source) == (44.5, "p.okoro", "pay, hourly_rate_rep on 2026-01-01")
    assert isinstance(found.valuation, Valuation)
    line = next(line for line in found.valuation.costs if line.item == "Time off work")
    assert line.point == pytest.approx(32 * 12 * 0.1 * 44.5)


def test_a_rate_leads_back_to_its_row_and_takes_a_day_and_a_range(tmp_path: Path) -> None:
    also = COACH.replace("04-01", "03-31")
    found = prepared(write_rates(tmp_path, also=also, lines=OFF_WORK + COACHED))
    coach = next(a for a in found.assumptions if a.name == "coach")
    assert (coach.low, coach.mid, coach.high) == pytest.approx((54, 60, 66))
    query = next(q for q in found.queries if q.name == "assumption:coach")
    workspace = find_workspace(tmp_path / "drills.yml")
    assert [list(lineage.rows) for lineage in trace_rows(query, found.sources, workspace.warehouse)] == [[3]]


@pytest.mark.parametrize(
    ("rates", "also", "lines"),
    [
        (RATES, COACH, OFF_WORK + COACHED),
        (RATES.replace("2025-12-31,payroll", "2026-12-31,payroll"), "", OFF_WORK),
        (RATES.replace("44.5,USD", "44.5,EUR"), "", OFF_WORK),
    ],
    ids=["no longer valid", "two are valid", "in another unit"],
)
def test_a_rate_that_is_not_one_is_no_number(tmp_path: Path, rates: str, also: str, lines: str) -> None:
    with pytest.raises(PayoffError) as caught:
        prepared(write_rates(tmp_path, rates, also, lines))
    assert [problem.code for problem in caught.value.problems] == ["D309"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{rates: pay, value: 3, unit: USD/hour}", "P113"),
        ("{rates: pai, unit: USD/hour}", "P303"),
        ("{rates: books, unit: USD/hour}", "P303"),
        ("{rates: pay, on: soon, unit: USD/hour}", "P102"),
    ],
)
def test_what_an_assumption_with_rates_may_not_say(tmp_path: Path, said: str, code: str) -> None:
    study = write_rates(tmp_path, also=f"  coach: {said}\n", lines=OFF_WORK + COACHED)
    with pytest.raises(PayoffError) as caught:
        read(find_workspace(study))
    assert code in [problem.code for problem in caught.value.problems]


def test_a_line_leads_back_to_its_bookings(tmp_path: Path) -> None:
    found = prepared(write_books(tmp_path))
    workspace = find_workspace(tmp_path / "drills.yml")
    query = next(q for q in found.queries if q.name == "assumption:booked_3")
    traced = trace_rows(query, found.sources, workspace.warehouse)
    (rows,) = [lineage.rows for lineage in traced]
    assert list(rows) == [3, 4, 5]


def test_all_in_lines_is_fine_and_twice_is_told(tmp_path: Path) -> None:
    whole = prepared(write_books(tmp_path, BOOKS.replace("0999", "0641")))
    (check,) = [check for check in whole.health if check.name == "ledger"]
    assert check.verdict is Verdict.PASS
    (tmp_path / "again").mkdir()
    more = (
        LINES
        + "  - {item: Content again, ledger: books, account: '0641', kind: one_time, category: curation}\n"
    )
    twice = prepared(write_books(tmp_path / "again", lines=more))
    (check,) = [check for check in twice.health if check.name == "ledger"]
    assert "More than all is taken of account 0641." in check.text


@pytest.mark.parametrize(
    "books",
    [BOOKS.replace("300.30,USD,inv-4", "300.30,EUR,inv-4"), BOOKS.replace(",0642,", ",0643,")],
    ids=["another currency", "nothing booked"],
)
def test_what_cannot_be_added_is_no_number_and_never_zero(tmp_path: Path, books: str) -> None:
    with pytest.raises(PayoffError) as caught:
        prepared(write_books(tmp_path, books))
    (problem,) = caught.value.problems
    assert problem.code == "D309"
    assert "booked_3" in problem.what


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{item: X, ledger: books, kind: run}", "P102"),
        ("{item: X, ledger: boks, account: '1', kind: run}", "P303"),
        ("{item: X, ledger: deals, account: '1', kind: run}", "P303"),
        ("{item: X, ledger: books, account: '1', amount: 5, kind: run}", "P113"),
        ("{item: X, ledger: books, account: '1', month: 2, kind: one_time}", "P113"),
        ("{item: X, ledger: books, account: '1', share: 120%, kind: run}", "P604"),
    ],
)
def test_what_a_line_may_not_say(tmp_path: Path, line: str, code: str) -> None:
    study = write_books(tmp_path, lines=LINES + f"  - {line}\n")
    with pytest.raises(PayoffError) as caught:
        read(find_workspace(study))
    codes: list[Any] = [problem.code for problem in caught.value.problems]
    assert code in codes
