"""Difference in means between the arms of a randomised design, as assigned.

Question  What did offering the program change?
Estimand  Intention to treat: the mean outcome over follow-up if all were assigned, minus if none were.
          Several arms, or factors: see `arms` and `factorial`; the verdict's is the answer, all of them
          stand in a row of reference.
Assumes   Assignment by lot; no spill-over between units (or clusters); outcomes missing alike.
Refuses   What `unit_sample` and `arms` refuse; an error of zero; a comparison mean that may be zero.
Cites     Neyman (1923); MacKinnon & White (1985), doi:10.1016/0304-4076(85)90158-7: HC2;
          Bell & McCaffrey (2002): degrees of freedom, Welch-Satterthwaite's at equal variances.
Proof     tests/reference/test_reference_causal.py (Illinois wellness), test_reference_trials.py (NSW);
          scipy's Welch test in tests/causal.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.arms import Contrasts, find_contrasts, simultaneous_band
from payoff.causal.cluster_errors import Inference, ordinary, trusted
from payoff.causal.fixed_effects import collinear_refusal
from payoff.causal.floors import cluster_noun
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import ClusterFit, fit_rows
from payoff.causal.relative_lift import lift_intervals
from payoff.causal.unit_sample import UnitSample, trial_sample
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Role, Shows
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import number

METHOD = "difference_in_means"
ESTIMAND = "effect of being assigned to the program (intention to treat)"


@dataclass(frozen=True, slots=True)
class TrialFit:
    """A regression on (contrasts, constant, …) over a sample, everything else centred."""

    method: str
    sample: UnitSample
    contrasts: Contrasts
    fit: ClusterFit


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Refuse, or prepare, fit and name the numbers."""
    trial = _prepare(study, panel)
    if isinstance(trial, Refusal):
        return (trial,)
    noun = cluster_noun(study)
    label = (
        f"Everyone assigned against everyone not assigned, errors by {noun}: trusted, because the lot "
        f"decided and no {noun} was sorted afterwards"
    )
    rows = compose_trial(study, panel, role, trial, label, "Everyone assigned against everyone not assigned")
    if role == "locked" and not trial.contrasts.what and not isinstance(rows[0], Refusal):
        return (*rows, *_reference_rows(study, panel, trial))
    return rows


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind the answer: the verdict's contrast first, then others and the constant."""
    trial = _prepare(study, panel)
    return trial if isinstance(trial, Refusal) else trial.fit


def _prepare(study: Study, panel: Panel) -> TrialFit | Refusal:
    sample = trial_sample(study, panel, panel.post, METHOD)
    if isinstance(sample, Refusal):
        return sample
    contrasts = find_contrasts(study, panel, sample, METHOD)
    if isinstance(contrasts, Refusal):
        return contrasts
    return TrialFit(METHOD, sample, contrasts, fit_contrasts(sample, contrasts))


def fit_contrasts(sample: UnitSample, contrasts: Contrasts) -> ClusterFit:
    """Outcome on (contrasts, 1); HC2 errors where each unit is its own cluster, CR2 otherwise."""
    rows = np.column_stack([contrasts.columns, np.ones(sample.n_units)])
    return fit_rows(rows, sample.outcome, sample.weight, sample.cluster, sample.smaller_arm)


def fit_means(sample: UnitSample) -> ClusterFit:
    """Outcome on (arm, 1)."""
    rows = np.column_stack([sample.arm.astype(np.float64), np.ones(sample.n_units)])
    return fit_rows(rows, sample.outcome, sample.weight, sample.cluster, sample.smaller_arm)


def compose_trial(
    study: Study,
    panel: Panel,
    role: Role,
    trial: TrialFit,
    label: str,
    short: str,
    inference: Inference | None = None,
) -> tuple[Answer, ...]:
    """The verdict's effect and, for a locked answer over several, all of them in one row of reference.

    inference: of the contrasts and the constant; None: the trusted one. A row with errors of its own is a
        detail of an answer, not an answer beside it.
    """
    shows: Shows = "answer" if inference is None else "detail"
    k = len(trial.contrasts.names)
    plain = len(trial.fit.coefficients) == 2  # two means cannot be tied to anything
    refusal = None if plain else collinear_refusal(trial.fit, trial.contrasts.names, trial.method)
    if refusal is not None:
        return (refusal,)
    inference = inference or trusted(trial.fit, k + 1)
    mean, covariance = _idle_mean(panel, trial, inference.covariance)
    refusal = baseline_refusal(panel, mean, trial.method)
    if refusal is not None:
        return (refusal,)
    lifts = None
    if panel.metric.scale == "level" and (inference.df > 0).all():
        estimates = trial.fit.coefficients[:k]
        lifts = lift_intervals(estimates, mean, covariance, inference.df, panel.metric.better)
        if lifts is None:
            return (_mean_refusal(panel, trial.method, mean, float(np.sqrt(covariance[k, k]))),)
    parts = _Parts(study, panel, trial, inference, lifts, mean, shows)
    verdict = parts.effect(role, (0,), trial.method, label, short)
    if role != "locked" or not trial.contrasts.what or isinstance(verdict, Refusal):
        return (verdict,)
    each = f"every {trial.contrasts.what}"
    more = f"{short}: {each}"
    return verdict, parts.effect("reference", trial.contrasts.order, f"{trial.method}, {each}", more, more)


@dataclass(frozen=True, slots=True)
class _Parts:
    study: Study
    panel: Panel
    trial: TrialFit
    inference: Inference
    lifts: Floats | None
    mean: float
    shows: Shows

    def effect(self, role: Role, terms: tuple[int, ...], method: str, label: str, short: str) -> Answer:
        """The effects at positions `terms` of the contrasts."""
        n, sample, contrasts = list(terms), self.trial.sample, self.trial.contrasts
        estimates = self.trial.fit.coefficients[n]
        covariance, df = self.inference.covariance[np.ix_(n, n)], self.inference.df[n]
        sound = bool((df > 0).all() and (np.diag(covariance) > 0).all())
        band = len(n) > 1 and sound
        return compose_effect(
            self.study,
            self.panel,
            method=method,
            role=role,
            terms=tuple(contrasts.names[t] for t in n),
            estimates=estimates,
            inference=Inference(self.inference.kind, covariance, df, self.inference.intervals[n]),
            estimand=_estimand(contrasts, n),
            label=label,
            short=short,
            baseline=self.mean,
            n_units=sample.n_units,
            n_clusters=self.trial.fit.n_clusters,
            n_observations=sample.n_observations,
            bands=simultaneous_band(estimates, covariance, df, self.study.seed) if band else None,
            shows="group" if len(n) > 1 else self.shows,
            lift_intervals=None if self.lifts is None else self.lifts[n],
        )


def _estimand(contrasts: Contrasts, terms: list[int]) -> str:
    if contrasts.what == "factor":
        return "effect of being assigned each factor, averaged over the others (intention to treat)"
    if contrasts.what == "arm":
        which = f"the arm {contrasts.names[terms[0]]}" if len(terms) == 1 else "each program arm"
        return f"effect of being assigned to {which} against the comparison (intention to treat)"
    return ESTIMAND


def _idle_mean(panel: Panel, trial: TrialFit, covariance: Floats) -> tuple[float, Floats]:
    """Mean of a unit without any program, and the covariance (k + 1, k + 1) of (effects, that mean)."""
    idle, k = trial.contrasts.idle, len(trial.contrasts.idle)
    turn = np.eye(k + 1)
    turn[k, :k] = idle
    if panel.metric.scale == "log":
        outside = ~panel.in_program[trial.sample.index]
        weight = trial.sample.weight[outside]
        raw = trial.sample.raw[outside]
        return (float(np.average(raw, weights=weight)) if len(raw) else float("nan")), covariance
    return float(turn[k] @ trial.fit.coefficients[: k + 1]), turn @ covariance @ turn.T


def _mean_refusal(panel: Panel, method: str, mean: float, error: float) -> Refusal:
    reason = (
        f"{panel.metric.label} without the program averages {number(mean, 3)}, give or take "
        f"{number(2 * error, 3)}: it may be zero, and a change cannot be stated as a share of it."
    )
    return Refusal(method, reason)


def _reference_rows(study: Study, panel: Panel, trial: TrialFit) -> tuple[Answer, ...]:
    """The errors articles print: pooled, and of units taken one by one where whole teams were drawn."""
    why = "takes both groups to vary alike, and units for independent"
    kinds = [("pooled errors", why, ordinary(trial.fit, 2))]
    sample = trial.sample
    if sample.n_clusters < sample.n_units:
        rows = np.column_stack([trial.contrasts.columns, np.ones(sample.n_units)])
        alone = fit_rows(rows, sample.outcome, sample.weight, np.arange(sample.n_units), sample.smaller_arm)
        noun = cluster_noun(study)
        kinds.append(("each unit by itself", f"forgets that a {noun} moves together", trusted(alone, 2)))
    found: list[Answer] = []
    for name, why, inference in kinds:
        one = TrialFit(f"{METHOD}, {name}", sample, trial.contrasts, trial.fit)
        label = f"The same with errors as articles print them, {name}: not trusted, {why}"
        found += compose_trial(study, panel, "reference", one, label, f"As assigned, {name}", inference)
    return tuple(found)
