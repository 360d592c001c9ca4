"""One typing error among the deals: the run names it and states no money."""

import datetime as dt
from pathlib import Path

from firm import write_deals
from money_firms import write_sales

import payoff as po
from payoff.nouns.evidence import Verdict
from payoff.nouns.refusal import Refusal
from payoff.report.money_sentences import money_sentence
from payoff.report.reading import Reading


def slip(folder: Path) -> str:
    """Turns one figure of the last month into a million; the rep's key."""
    path = folder / "deals.csv"
    lines = path.read_text().splitlines()
    rep, month, _ = lines[12].split(",")
    lines[12] = f"{rep},{month},1000000"
    path.write_text("\n".join(lines) + "\n")
    return rep


def test_a_slip_stops_the_money_and_is_named(tmp_path: Path) -> None:
    path = write_sales(tmp_path)
    study = po.Study(path)
    write_deals(tmp_path, 6)
    study.lock("a.ruiz", "p.okoro", on=dt.date(2025, 12, 15))
    write_deals(tmp_path, 12)
    rep = slip(tmp_path)
    result = study.run()._result
    assert result is not None
    found = {c.name: c for c in result.evidence.checks}["extreme values"]
    assert found.verdict is Verdict.FAIL
    assert " in 2026-06: 1,000,000)" in found.text
    assert rep not in found.text  # the study keeps keys as pseudonyms, and so does the check
    assert isinstance(result.valuation, Refusal)
    said = money_sentence(Reading(result))
    assert said.startswith("No money figure: 1 value of Deals won lies absurdly far from the rest")
    assert "bet" not in said
    assert "the answer hangs on a value that can hardly be true" in result.evidence.grade.reasons
