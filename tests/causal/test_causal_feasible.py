"""Which designs the data allow: best evidence first, reasons for the rest, no outcome read."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_panel, make_study, rct_world

from payoff.causal.feasible import lay_out, list_designs
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Power
from payoff.nouns.study import Column, Term

POWER = Power(0.1, 0.05, 0.10, 0.03)


def units(n: int = 120, n_pre: int = 16, n_post: int = 4, clusters: int | None = 30) -> Panel:
    """Everybody's baseline, nobody assigned."""
    values, _, cluster = rct_world(np.random.default_rng(1), n, n_pre, n_post, clusters=clusters)
    values[:, n_pre:] = np.nan
    everyone = np.ones(n, dtype=bool)
    return make_panel(values, n_pre, in_program=everyone, launch=np.full(n, n_pre), cluster=cluster)


def test_designs_come_best_evidence_first() -> None:
    designs = list_designs(make_study("rct"), units(n_post=8), POWER)
    feasible = [d for d in designs if not isinstance(d.planned, Refusal)]
    assert [d.locks for d in feasible] == sorted((d.locks for d in feasible), reverse=True)
    assert {d.kind for d in feasible} == {
        "lot", "lot of groups", "waves", "did", "matched", "synthetic", "its", "before_after",
    }  # fmt: skip
    assert feasible[-1].kind == "before_after"
    assert all(d.concludes and d.needs for d in designs)


def test_what_cannot_be_done_says_why_and_comes_last() -> None:
    designs = list_designs(make_study("rct"), units(n=12, n_pre=3, n_post=1, clusters=None), POWER)
    refused = {d.kind: d.planned for d in designs if isinstance(d.planned, Refusal)}
    assert {"waves", "synthetic", "its"} <= set(refused)
    assert all(isinstance(r, Refusal) and r.reason.endswith(".") for r in refused.values())
    assert [isinstance(d.planned, Refusal) for d in designs] == sorted(
        isinstance(d.planned, Refusal) for d in designs
    )


def test_a_design_is_held_against_its_whole_plan_not_its_baseline_alone() -> None:
    found = {d.kind: d.planned for d in list_designs(make_study("rct"), units(n_post=6), POWER)}
    assert isinstance(found["its"], Refusal)
    assert "6 months after launch; 8 are needed" in found["its"].reason
    assert not isinstance(found["synthetic"], Refusal)


def test_outcomes_change_nothing() -> None:
    panel = units()
    other = panel.values.copy()
    other[:, panel.post] = np.random.default_rng(3).normal(1e6, 1e3, size=(120, 4))
    seen = replace(panel, values=other, weights=np.ones_like(panel.weights))
    one = [(d.kind, d.visible, d.locks) for d in list_designs(make_study("rct"), panel, POWER)]
    assert one == [(d.kind, d.visible, d.locks) for d in list_designs(make_study("rct"), seen, POWER)]


@pytest.mark.parametrize("values", ["constant", "empty", "one", "infinite"])
def test_hostile_baselines_end_in_reasons(values: str) -> None:
    panel = units(n=20, clusters=None)
    odd = {
        "constant": np.full_like(panel.values, 3.0),
        "empty": np.full_like(panel.values, np.nan),
        "one": np.where(np.arange(20)[:, None] == 0, panel.values, np.nan),
        "infinite": np.where(np.arange(20)[:, None] == 0, np.inf, panel.values),
    }[values]
    odd[:, panel.post] = np.nan
    panel = replace(panel, values=odd, weights=(~np.isnan(odd)).astype(float))
    for design in list_designs(make_study("rct"), panel, POWER):
        possible = values == "one" and design.kind == "its"  # one series is what that design is for
        assert possible or isinstance(design.planned, Refusal), design


def test_the_declared_design_is_laid_out_as_planned() -> None:
    panel = units()
    terms = (Term("a", 0, None), Term("b", 0, None))
    waves = (("A", dt.date(2026, 4, 26)), ("B", dt.date(2026, 6, 25)), ("C", dt.date(2030, 1, 1)))
    arms = lay_out(make_study("rct", arms=("none", "a", "b"), terms=terms), panel)
    factors = lay_out(make_study("rct", factors=(Column("a", "x"), Column("b", "y")), terms=terms), panel)
    some = lay_out(make_study("rct", expected_share=0.2), panel)
    assert isinstance(arms, Panel)
    assert arms.arm is not None
    assert np.bincount(arms.arm).tolist() == [40, 40, 40]
    assert isinstance(factors, Panel)
    assert factors.factors is not None
    assert factors.factors.mean() == pytest.approx(0.5, abs=0.05)
    assert isinstance(some, Panel)
    assert some.in_program.mean() == pytest.approx(0.2, abs=0.02)
    plan = make_study("did", waves=waves)
    plan = replace(
        plan,
        design=replace(plan.design, follow_up=replace(plan.design.follow_up, end_on=dt.date(2026, 8, 30))),
    )
    laid = lay_out(plan, panel)
    assert isinstance(laid, Panel)
    assert sorted(set(laid.launch.tolist())) == [-1, 16, 18]
