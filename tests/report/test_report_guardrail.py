"""A breached guardrail stands where nobody can miss it, whatever the verdict."""

import dataclasses

from report_variants import worked

from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.result import Result
from payoff.report import compose

TEXT = "First-contact resolution: 41 pp worse (95%: 38 pp worse to 44 pp worse); the plan allows 1.0 pp."


def with_guardrail(verdict: Verdict) -> Result:
    result = worked()
    check = Check("guardrail first contact resolution", "guardrail", verdict, TEXT)
    evidence = dataclasses.replace(result.evidence, checks=(*result.evidence.checks, check))
    return dataclasses.replace(result, evidence=evidence)


def test_a_breach_is_a_banner_and_the_first_constraint() -> None:
    brief = compose(with_guardrail(Verdict.FAIL))
    said = f"Guardrail breached: {TEXT}"
    assert said in brief.banners
    assert brief.page.constraints[0] == said


def test_a_kept_guardrail_is_a_check_among_others() -> None:
    brief = compose(with_guardrail(Verdict.PASS))
    assert not any("Guardrail breached" in text for text in (*brief.banners, *brief.page.constraints))
