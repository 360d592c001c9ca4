"""What a participation dashboard would report, and why it misleads.

Question  Do those who chose to take part differ from those who did not?
Estimand  A gap between people who sorted themselves: no effect of anything. The same gap in the
          baseline window, before the program existed, shows the sorting.
Assumes   Nothing; `causal` is False and no verdict or money may rest on it.
Refuses   What `unit_sample` refuses.
Proof     tests/reference/test_reference_causal.py (Illinois: −137.3 (68.6); before: −115.3 (52.2)).
"""

from collections.abc import Mapping

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import trusted
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.randomised import fit_means
from payoff.causal.unit_sample import unit_sample
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Period
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

METHOD = "participants_against_rest"
BEFORE = "participants_against_rest, before launch"
SHORT: Mapping[Period, str] = {
    "follow_up": "What a participation dashboard would report",
    "baseline": "The same comparison before the program existed",
}
WHY: Mapping[Period, str] = {
    "follow_up": "those who chose to take part against those who did not",
    "baseline": "a gap here cannot be the program's doing, so the dashboard's is not either",
}


def references(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """The dashboard's figure and its exposé; nothing where take-up is not recorded."""
    if panel.take_up is None:
        return ()
    rows = [_row(study, panel, panel.take_up, "follow_up")]
    if panel.pre.any():
        rows.append(_row(study, panel, panel.take_up, "baseline"))
    return tuple(rows)


def _row(study: Study, panel: Panel, take_up: Floats, period: Period) -> Answer:
    before = period == "baseline"
    method = BEFORE if before else METHOD
    among = panel.in_program & ~np.isnan(take_up)
    sample = unit_sample(study, panel, panel.pre if before else panel.post, take_up == 1, among, method)
    if isinstance(sample, Refusal):
        return sample
    refusal = baseline_refusal(panel, sample.level, method)
    if refusal is not None:
        return refusal
    fit = fit_means(sample)
    return compose_effect(
        study,
        panel,
        method=method,
        role="reference",
        terms=("took_part",),
        estimates=fit.coefficients[:1],
        inference=trusted(fit, 1),
        estimand="gap between participants and the rest" + (" before launch" if before else ""),
        label=f"{SHORT[period]}: {WHY[period]}",
        short=SHORT[period],
        period=period,
        baseline=sample.level,
        n_units=sample.n_units,
        n_clusters=sample.n_clusters,
        n_observations=sample.n_observations,
        causal=False,
    )
