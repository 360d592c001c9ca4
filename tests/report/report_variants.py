"""Results of every kind a brief must survive: each a small change of the two demos."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping

import numpy as np
from report_costed import costed
from report_illinois import illinois_result
from report_michigan import grant_effect, michigan_result

from payoff.nouns.arrays import frozen
from payoff.nouns.evidence import Check, EffectVerdict, Evidence, Grade, Verdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Result
from payoff.nouns.study import Amendment, Quote
from payoff.nouns.valuation import Figure, MoneyVerdict, Valuation

replace = dataclasses.replace


def with_effect(result: Result, verdict: str, estimate: float, error: float) -> Result:
    """The same study with another headline estimate (log points) and the verdict that goes with it."""
    first = grant_effect(
        "fixed_effects",
        "Firm and year fixed effects",
        "locked",
        [estimate, 1.3 * estimate],
        [error, 1.4 * error],
    )
    return replace(
        result,
        effects=(first, *result.effects[1:]),
        verdict=EffectVerdict(verdict, "by hand", 0.09, pays=True),
    )


def with_money(result: Result, verdict: str, in_ten: int, scale: float) -> Result:
    """Benefits scaled and figures shifted with them."""
    money = result.valuation
    assert isinstance(money, Valuation)
    roi = money.figures["roi"]
    assert isinstance(roi, Figure)
    assert roi.point is not None
    assert roi.low is not None
    assert roi.high is not None
    larger = replace(
        roi, point=(1 + roi.point) * scale - 1, low=(1 + roi.low) * scale - 1, high=(1 + roi.high) * scale - 1
    )
    return replace(
        result,
        valuation=replace(
            money,
            figures={**money.figures, "roi": larger, "probability": _share(in_ten)},
            verdict=MoneyVerdict(verdict, in_ten),
            draws=replace(money.draws, benefits=frozen(money.draws.benefits * scale)),
            point=replace(money.point, benefits=frozen(money.point.benefits * scale)),
        ),
    )


def _share(in_ten: int) -> Figure:
    return Figure("probability", in_ten / 10, in_ten / 10, in_ten / 10, "share", 24, "by hand")


def with_grade(result: Result, locks: int) -> Result:
    grade = Grade(locks, 4, ("teams drawn by lot", "groups alike beforehand"))
    return replace(result, evidence=replace(result.evidence, grade=grade))


def on_time(result: Result) -> Result:
    """The plan was locked before launch, and measured costs are not assumed."""
    assert result.study.lock is not None
    lock = replace(result.study.lock, retrospective=False, on=dt.date(1987, 6, 1))
    known = tuple(replace(a, assumed=False, source="ledger") for a in result.assumptions)
    return replace(result, study=replace(result.study, lock=lock, assumptions=known), assumptions=known)


def known_cost(result: Result) -> Result:
    money = result.valuation
    assert isinstance(money, Valuation)
    costs = tuple(replace(c, assumed=False) for c in money.costs)
    return replace(result, valuation=replace(money, costs=costs, ceiling={}))


def worked() -> Result:
    quote = Quote("We fix the cause now, not the part.", "line lead", True)
    result = known_cost(with_money(on_time(with_grade(michigan_result(), 4)), "pays back", 10, 3.0))
    result = with_effect(result, "worked", -0.35, 0.06)
    return replace(result, study=replace(result.study, quote=quote))


def helped() -> Result:
    return with_effect(
        with_money(with_grade(michigan_result(), 3), "likely", 8, 1.6), "helped, size unclear", -0.2, 0.09
    )


def no_effect() -> Result:
    return with_effect(
        with_money(michigan_result(), "unlikely", 1, 0.05), "no meaningful effect", -0.01, 0.02
    )


def no_gain_harm_open() -> Result:
    return with_effect(with_money(michigan_result(), "unlikely", 0, 0.02), "no meaningful effect", 0.03, 0.05)


def harmed() -> Result:
    return with_effect(with_money(michigan_result(), "unlikely", 0, -0.5), "harmed", 0.3, 0.1)


def good_bet() -> Result:
    return with_money(known_cost(on_time(michigan_result())), "likely", 8, 2.0)


def unusually_high() -> Result:
    return with_money(known_cost(on_time(michigan_result())), "pays back", 10, 24.0)


def blocked() -> Result:
    gate = Check(
        "sample ratio",
        "assignment",
        Verdict.FAIL,
        "2,900 of 4,834 were offered the program; 3,300 were planned.",
        blocks=True,
        owner="demo analyst",
    )
    result = illinois_result()
    return replace(
        result,
        evidence=Evidence((gate, *result.evidence.checks[1:]), Grade(0, 4, ("assignment failed",)), ()),
        verdict=EffectVerdict("blocked", "a gate failed", 0.022, reason=gate.text, owner=gate.owner),
        valuation=Refusal("money", "the effect is blocked"),
    )


def refused() -> Result:
    """The estimator declined; money follows."""
    refusal = Refusal("fixed effects", "only 4 firms have a grant; 8 in each arm are needed")
    return replace(
        michigan_result(),
        effects=(refusal,),
        verdict=EffectVerdict("blocked", "the locked method refused", 0.09, reason=refusal.reason),
        valuation=Refusal("return on investment", "there is no effect to value"),
    )


def part_refused() -> Result:
    """Some figures and one secondary method refused, the rest stand."""
    result = michigan_result()
    money = result.valuation
    assert isinstance(money, Valuation)
    figures = {
        **money.figures,
        "payback_months": Refusal("payback", "no draw pays back"),
        "roi": Refusal("return on investment", "a cost line is blank, and blank is not zero"),
    }
    effects = (result.effects[0], Refusal("first difference", "no firm has two years in a row"))
    return replace(result, effects=effects, valuation=replace(money, figures=figures))


def no_money() -> Result:
    """A study that declares no value formulas."""
    return replace(michigan_result(), valuation=None)


def health() -> Result:
    result = michigan_result()
    return replace(
        result,
        state="health",
        study=replace(result.study, lock=None),
        effects=(),
        verdict=None,
        valuation=None,
    )


def exploratory() -> Result:
    result = michigan_result()
    return replace(result, state="exploratory", study=replace(result.study, lock=None))


def amended() -> Result:
    result = michigan_result()
    assert result.study.lock is not None
    change = Amendment(
        dt.date(2026, 2, 3),
        "Finance corrected the margin",
        "p.okoro",
        "f" * 64,
        ("assumptions.cost_share: 0.4 → 0.5",),
    )
    return replace(result, study=replace(result.study, lock=replace(result.study.lock, amendments=(change,))))


def hostile() -> Result:
    """Names that would break a page that does not escape."""
    evil = "<script>alert('x')</script> & \"rate\""
    result = michigan_result()
    metric = replace(result.study.metrics[0], label=evil)
    study = replace(result.study, metrics=(metric,), title=evil, program=evil, ask=evil, question=evil)
    return replace(result, study=study, panels=(replace(result.panels[0], metric=metric),))


def monthly() -> Result:
    """Twelve months before and six after launch: a run chart worth its name."""
    result = michigan_result()
    rng = np.random.default_rng(3)
    panel = result.panels[0]
    periods = np.arange("1987-01", "1988-07", dtype="datetime64[M]").astype("datetime64[D]")
    after = (np.arange(18) >= 12) & panel.in_program[:, None]
    values = np.exp(1.2 + 0.1 * np.sin(np.arange(18) / 2) - 0.3 * after + rng.normal(0, 0.3, (54, 18)))
    longer = replace(
        panel,
        periods=frozen(periods),
        values=frozen(values),
        weights=frozen(np.ones((54, 18))),
        pre=frozen(np.arange(18) < 12),
        post=frozen(np.arange(18) >= 12),
        launch=frozen(np.where(panel.in_program, 12, -1)),
    )
    design = replace(result.study.design, period="month")
    return replace(result, panels=(longer,), study=replace(result.study, design=design))


VARIANTS: Mapping[str, Callable[[], Result]] = {
    f.__name__: f
    for f in (
        michigan_result,
        illinois_result,
        worked,
        helped,
        no_effect,
        no_gain_harm_open,
        harmed,
        good_bet,
        unusually_high,
        blocked,
        refused,
        part_refused,
        no_money,
        health,
        exploratory,
        amended,
        hostile,
        monthly,
        costed,
    )
}
