"""What a brief says, whatever the result."""

import dataclasses
import re

import pytest
from report_texts import charts_of, claims_of, sentences_of, study_texts, tables_of
from report_variants import VARIANTS

from payoff.nouns.brief import Brief, Tile
from payoff.nouns.result import Result
from payoff.report import compose, render
from payoff.report.reading import Reading

MONEY = re.compile(r"(?:\$|USD )\d|ROI −?\d|[Rr]eturn on investment −?\d")
RANGE = re.compile(r"\d\S* to |to −?\$?\d|\bfixed\b|Free|never to|to never")
SECTIONS = ["context", "baseline", "timeline", "comparison", "uplift", "dollars", "next"]


def test_seven_sections_in_order(any_brief: Brief) -> None:
    assert [s.id for s in any_brief.sections] == SECTIONS


def test_no_bare_money_figure(any_brief: Brief) -> None:
    """CAU-03, FIN-32: money or a return without a range in the same sentence is a defect."""
    own = study_texts(any_brief)
    for where, text in sentences_of(any_brief):
        for part in re.split(r"(?<=[.!?]) (?=[A-Z])", text):
            level = where in {"outcome", "baseline"}  # a measured level, not what the program is worth
            if MONEY.search(part) and part not in own and not level:
                assert RANGE.search(part), f"{where}: {part}"


def test_the_lint_itself_can_fail() -> None:
    assert MONEY.search("ROI 270% over 12 months.")
    assert not RANGE.search("ROI 270% over 12 months.")


def test_tables_of_money_have_their_ends(any_brief: Brief) -> None:
    """A money table carries low and high columns, or ranges in its cells, or is a set of scenarios."""
    for table in tables_of(any_brief):
        shown = [at for at, column in enumerate(table.columns) if column != "Basis"]  # it tells, not claims
        cells = [str(row[at]) for row in table.rows for at in shown]
        if any(MONEY.search(c) for c in cells) and table.id not in {
            "scenarios",
            "switching",
            "tornado-table",
            "two-way",  # its margins are settings, not findings
        }:
            ends = any("80% low" in c for c in table.columns) or all(
                RANGE.search(c) for c in cells if MONEY.search(c)
            )
            percentiles = "Percentile of simulations" in table.columns
            measured = table.id in {"kpi", "baseline-arms", "outcome-table", "baseline-table"}
            assert ends or percentiles or measured, f"{table.id}: {cells}"


def test_every_claim_rests_on_evidence(any_brief: Brief) -> None:
    page = any_brief.page
    for claim in (*claims_of(any_brief), page.headline, page.money, page.conservative, page.bold):
        assert claim.text
        assert claim.evidence
        assert all(claim.evidence)


def test_a_tile_has_range_and_note(any_brief: Brief) -> None:
    for tile in any_brief.page.tiles:
        assert tile.value
        assert tile.range
        assert tile.note


def test_rendering_refuses_a_bare_tile(michigan: Result) -> None:
    brief = compose(michigan)
    page = dataclasses.replace(brief.page, tiles=(Tile("ROI", "270%", "", "over 12 months"),))
    with pytest.raises(ValueError, match="without its range: ROI"):
        render(dataclasses.replace(brief, page=page), "json")


def test_unknown_formats_are_named(michigan: Result) -> None:
    with pytest.raises(ValueError, match="'docx'"):
        render(compose(michigan), "docx")


def test_page_charts_exist(any_brief: Brief) -> None:
    assert set(any_brief.page.charts) <= {c.id for c in charts_of(any_brief)}
    assert len(any_brief.page.charts) <= 2


def test_every_refusal_is_printed(any_result: Result, any_brief: Brief) -> None:
    said = " ".join(any_brief.refusals).lower()
    for refusal in Reading(any_result).refusals:
        assert refusal.reason.lower() in said


def _everything(brief: Brief) -> str:
    return render(brief, "html").decode() + render(brief, "brief-json").decode()


def test_before_the_lock_no_effect_leaves() -> None:
    """An unlocked study shows data health and power; nothing measured after launch."""
    health = VARIANTS["health"]()
    whole = VARIANTS["michigan_result"]()
    leaky = dataclasses.replace(whole, state="health", study=health.study)  # a careless caller
    for result in (health, leaky):
        brief = compose(result)
        text = _everything(brief)
        assert {c.id for c in charts_of(brief)} <= {"baseline", "balance"}
        for leak in ("2.9% worse", "41% better", "−0.252", "Net benefit", "ROI", "$"):
            assert leak not in text.replace("${", ""), leak
        assert brief.result["effects"] == []
        assert brief.result["money"] == {}
        assert any("Not locked" in b for b in brief.banners)
        assert any("Smallest visible change" in t.label for t in brief.page.tiles)


def test_a_failed_gate_shows_no_effect_and_no_money() -> None:
    brief = compose(VARIANTS["blocked"]())
    assert brief.banners[0].startswith("Blocked")
    assert not {"methods", "terms", "outcome", "waterfall"} & {c.id for c in charts_of(brief)}
    assert "10.8" not in _everything(brief)
    assert brief.workbook is None


def test_banners_come_first_and_dated() -> None:
    assert compose(VARIANTS["exploratory"]()).banners[0].startswith("Exploratory")
    amended = compose(VARIANTS["amended"]())
    assert amended.banners[0].startswith("Retrospective: the plan was locked on 2026-01-05")
    assert amended.banners[1].startswith("Amended 2026-02-03 by p.okoro: Finance corrected the margin")
    assert compose(VARIANTS["worked"]()).banners == ()


def test_a_quote_needs_consent() -> None:
    """BRF-04."""
    worked = VARIANTS["worked"]()
    assert worked.study.quote is not None
    assert "We fix the cause" in str(compose(worked).page.quote)
    silent = dataclasses.replace(worked.study.quote, consent=False)
    refused = dataclasses.replace(worked, study=dataclasses.replace(worked.study, quote=silent))
    assert compose(refused).page.quote is None
    assert "We fix the cause" not in _everything(compose(refused))


def test_the_bold_case_names_its_driver(michigan: Result) -> None:
    """BRF-03: conservative first, bold with its rationale."""
    page = compose(michigan).page
    assert "10th percentile" in page.conservative.text
    assert "effect near its low end" in page.conservative.text
    assert "delivery per worker near its high end" in page.conservative.text
    assert "90th percentile" in page.bold.text
    assert "delivery per worker near its low end" in page.bold.text


def test_illinois_shows_why_the_dashboard_misleads(illinois: Result) -> None:
    brief = compose(illinois)
    text = " ".join(c.text for c in brief.page.how_we_know)
    for figure in ("$137", "$115", "+$10.8", "The dashboard misleads", "already"):
        assert figure in text
    story = " ".join(c.text for c in claims_of(brief))
    assert "That is not an effect of the program." in story
    assert "different people chose to take part" in story
    assert "methods" in brief.page.charts
    assert brief.page.headline.text.startswith("We cannot tell")
    assert "Unlikely to pay back" in brief.page.money.text


def test_assumed_costs_say_so(michigan: Result) -> None:
    brief = compose(michigan)
    waterfall = next(c for c in charts_of(brief) if c.id == "waterfall")
    assert any("Delivery (assumed)" in str(row[0]) for row in waterfall.table.rows)
    assumptions = next(t for t in brief.appendix if t.id == "assumptions")
    assert ("assumed", "assumed", "demo finance partner") in [row[6:] for row in assumptions.rows]


def test_constraints_are_never_empty(any_brief: Brief) -> None:
    """BRF-08."""
    assert 1 <= len(any_brief.page.constraints) <= 3


def test_composing_twice_gives_the_same(any_result: Result, any_brief: Brief) -> None:
    assert compose(any_result) == any_brief
