"""Published numbers of randomised designs: NSW job training, and an online test with CUPED.

NSW: Dehejia & Wahba (1999), JASA 94(448), table 3. CUPED: the user guide of
tea-tasting, whose simulated users come with the package.
"""

from dataclasses import replace
from typing import Any

import causaldata
import numpy as np
import pytest
import tea_tasting
from scipy.special import stdtr
from test_reference_causal import design, metric, panel, study

from payoff.causal import estimate
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study, Term

Trial = tuple[Study, Panel]


def trial(method: str, values: Floats, program: Any, **more: Any) -> Trial:
    second: Any = None
    measure = replace(metric("outcome", "Outcome", "USD/person"), better="higher")
    plan = study(
        measure, design("rct", method, second, (Term("assigned", 0, None),), "person", randomised=True)
    )
    return plan, panel(measure, values, 2000, in_program=program, **more)


def rows(found: Trial) -> dict[str, Effect]:
    answers = estimate(*found)
    assert all(isinstance(a, Effect) for a in answers), answers
    return {a.method: a for a in answers if isinstance(a, Effect)}


def p_value(effect: Effect) -> float:
    return 2 * float(stdtr(effect.df[0], -abs(effect.estimate / effect.std_error)))


def test_nsw_difference_in_means_with_both_errors() -> None:
    data = causaldata.nsw_mixtape.load_pandas().data.astype({"re78": "float64"})
    after = data["re78"].to_numpy()
    values = np.column_stack([np.full(len(after), np.nan), after])
    found = rows(trial("difference_in_means", values, data["treat"].to_numpy() == 1))
    locked, pooled = found["difference_in_means"], found["difference_in_means, pooled errors"]
    assert locked.estimate == pytest.approx(1794.34, abs=0.05)
    assert locked.std_error == pytest.approx(671.0, abs=0.05)
    assert pooled.estimate == locked.estimate
    assert pooled.std_error == pytest.approx(632.85, abs=0.05)
    assert (locked.role, pooled.role) == ("locked", "reference")


@pytest.fixture(scope="module")
def users() -> dict[str, Floats]:
    table = tea_tasting.make_users_data(rng=42, covariates=True)
    return {name: np.array(table[name].to_pylist(), dtype=np.float64) for name in table.column_names}


def test_revenue_per_user_raw_and_with_cuped(users: dict[str, Floats]) -> None:
    values = np.column_stack([users["revenue_covariate"], users["revenue"]])
    raw = rows(trial("difference_in_means", values, users["variant"] == 1))["difference_in_means"]
    assert raw.estimate == pytest.approx(0.489083, abs=1e-5)
    assert p_value(raw) == pytest.approx(0.12307, abs=1e-5)
    found = rows(trial("cuped", values, users["variant"] == 1))
    locked, plug_in = found["cuped"], found["cuped, plug-in formula"]
    assert plug_in.estimate == pytest.approx(0.731014, abs=1e-5)
    assert float(plug_in.lift(plug_in.estimate)) == pytest.approx(0.142736, abs=1e-5)
    assert p_value(plug_in) == pytest.approx(0.006744, abs=1e-5)
    np.testing.assert_allclose(plug_in.lift_interval(), (0.038, 0.26), atol=0.002)
    assert locked.estimate == pytest.approx(plug_in.estimate, abs=1e-3)
    assert locked.std_error == pytest.approx(plug_in.std_error, rel=2e-3)


def test_orders_per_session_with_cuped(users: dict[str, Floats]) -> None:
    pairs = (("orders_covariate", "sessions_covariate"), ("orders", "sessions"))
    weights = np.column_stack([users[below] for _, below in pairs])
    values = np.column_stack([users[above] for above, _ in pairs]) / np.where(weights > 0, weights, np.nan)
    found = rows(trial("ratio_of_totals_cuped", values, users["variant"] == 1, weights=weights))
    locked, plug_in = found["ratio_of_totals_cuped"], found["ratio_of_totals_cuped, plug-in formula"]
    assert p_value(plug_in) == pytest.approx(0.00229, abs=1e-5)
    assert locked.estimate == pytest.approx(plug_in.estimate, rel=5e-3)
    assert locked.std_error == pytest.approx(plug_in.std_error, rel=5e-3)
