"""Did those who took more of the program do better? An association, and nothing more.

Question  How does the metric go with the amount taken?
Estimand  Mean difference in the metric that goes with one more unit of dose, among program units alike
          before launch. No effect of anything: people choose their dose. The same slope before launch
          shows how far they differed already.
Assumes   Nothing; `causal` is False and no verdict or money may rest on it.
Refuses   Dose unknown for more than a fifth of the program group, or the same for all; too few of them.
Cites     Angrist & Pischke (2009), ch. 3, on bad controls and sorting.
Proof     tests/causal/test_causal_explore.py: a seeded gradient (CAU-09); sorting shown before launch.
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import trusted
from payoff.causal.covariate_adjusted import mean_before
from payoff.causal.floors import cluster_noun, compact
from payoff.causal.outcome import (
    MAX_SHARE_DROPPED,
    analysed_values,
    baseline_refusal,
    mean_level,
    observed_cells,
    unit_means,
)
from payoff.causal.protocol import Answer
from payoff.causal.regression import fit_rows
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.effect import Period
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted

METHOD = "dose_response"
TERM = "one more unit of dose"
MIN_UNITS = 10


def explore_dose(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """The slope over follow-up, units alike before launch compared; and the same slope before launch."""
    if panel.dose is None:
        return (Refusal(METHOD, "How much of the program each person took is not recorded."),)
    before = mean_before(study, panel, panel.pre)
    rows = [_row(study, panel, panel.dose, before, "follow_up")]
    if before.shape[1]:
        rows.append(_row(study, panel, panel.dose, before[:, :0], "baseline"))
    return tuple(rows)


def _row(study: Study, panel: Panel, dose: Floats, known: Floats, period: Period) -> Answer:
    method = METHOD if period == "follow_up" else f"{METHOD}, before launch"
    window = panel.post if period == "follow_up" else panel.pre
    values = analysed_values(study, panel, window, method)
    if isinstance(values, Refusal):
        return values
    cells = observed_cells(panel, window)
    means, weight = unit_means(values, panel.weights, cells)
    among = panel.in_program & ~np.isnan(means)
    usable = among & np.isfinite(dose) & np.isfinite(known).all(axis=1)
    refusal = _few(study, dose, among, usable, method)
    level = mean_level(panel, cells & usable[:, None])
    refusal = refusal or baseline_refusal(panel, level, method)
    if refusal is not None:
        return refusal
    rows = np.column_stack([dose[usable], np.ones(usable.sum()), known[usable]])
    cluster = compact(panel.cluster[usable])
    fit = fit_rows(rows, means[usable], weight[usable], cluster)
    if not fit.identified[0]:
        return Refusal(method, "The dose follows from what was known before launch: no slope can be told.")
    when = "" if period == "follow_up" else " before the program existed"
    short = f"Goes with one more unit of dose{when}"
    why = (
        "an association among people who chose their dose, compared at equal value before launch"
        if known.shape[1]
        else "a slope here was there already, and the program had no part in it"
        if period == "baseline"
        else "an association among people who chose their dose"
    )
    return compose_effect(
        study,
        panel,
        method=method,
        role="reference",
        terms=(TERM,),
        estimates=fit.coefficients[:1],
        inference=trusted(fit, 1),
        estimand="association with the amount taken" + when,
        label=f"{short}, errors by {cluster_noun(study)}: {why}",
        short=short,
        shows="exploration",
        baseline=level,
        n_units=int(usable.sum()),
        n_clusters=fit.n_clusters,
        n_observations=int(cells[usable].sum()),
        causal=False,
        period=period,
    )


def _few(study: Study, dose: Floats, among: Bools, usable: Bools, method: str) -> Refusal | None:
    lost, total = int((among & ~usable).sum()), int(among.sum())
    if lost > MAX_SHARE_DROPPED * total:
        who = counted(lost, study.design.unit_label)
        return Refusal(method, f"Dose or value before launch of {who} in the program group is unknown.")
    if usable.sum() < MIN_UNITS:
        who = counted(int(usable.sum()), study.design.unit_label)
        return Refusal(method, f"Only {who} in the program group with a known dose; {MIN_UNITS} are needed.")
    if np.ptp(dose[usable]) == 0:
        return Refusal(method, "Everybody in the program group took the same dose.")
    return None
