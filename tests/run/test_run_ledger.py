"""Costs from the ledger, worked by hand: in the lines to the cent, each of them leads back to its bookings."""

from pathlib import Path
from typing import Any

import pytest
from firm import write_firm

from payoff.metrics.ledger_totals import add_up, plan_ledgers
from payoff.nouns.evidence import Verdict
from payoff.nouns.problem import PayoffError
from payoff.run.main_path import Prepared, prepare
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
        ("{item: X, ledger: books, account: '1', share: 120%, kind: run}", "P604"),
    ],
)
def test_what_a_line_may_not_say(tmp_path: Path, line: str, code: str) -> None:
    study = write_books(tmp_path, lines=LINES + f"  - {line}\n")
    with pytest.raises(PayoffError) as caught:
        read(find_workspace(study))
    codes: list[Any] = [problem.code for problem in caught.value.problems]
    assert code in codes
