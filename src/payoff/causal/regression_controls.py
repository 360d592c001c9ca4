"""Follow-up regressed on being in the program and on everything known before launch.

Question  How far do the groups still differ, once what is known of them is held constant?
Estimand  The coefficient of the program: its effect if it is the same for everybody and everything that
          sorted people is among the controls, straight lines.
Assumes   No unmeasured sorting; where the groups hardly overlap it extends lines to people who are not
          there, which the overlap check says and blocks.
Errors    Locked: CR2 by cluster with Satterthwaite degrees of freedom (HC2 where a cluster is one unit).
          Ordinary ones are a reference row.
Refuses   What `matching_sample` refuses; a program that is a combination of the controls.
Cites     Angrist & Pischke (2009), table 3.3.3; White (1980), doi:10.2307/1912934; Petersen (2009),
          doi:10.1093/rfs/hhn053; Cameron, Gelbach & Miller (2011), doi:10.1198/jbes.2010.07136: two ways.
Proof     tests/reference/test_reference_regression.py (CPS ladder, Michigan hours, Petersen's data);
          tests/causal/test_causal_regression_controls.py: statsmodels and linearmodels to 1e-6.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import ordinary, trusted
from payoff.causal.fixed_effects import collinear_refusal
from payoff.causal.floors import cluster_noun, compact
from payoff.causal.matching_answer import Row, printed_row
from payoff.causal.matching_sample import KnownSample, known_sample
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import ClusterFit, fit_rows
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.effect import Effect, Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

METHOD = "regression"
ESTIMAND = "effect of the program if everything that sorted people is held constant"


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Refuse, or fit and name the numbers."""
    known = known_sample(study, panel, METHOD, halves=False)
    if isinstance(known, Refusal):
        return (known,)
    fit, sample = _fit(known), known.sample
    refusal = baseline_refusal(panel, sample.level, METHOD)
    refusal = refusal or collinear_refusal(fit, (study.design.verdict_term,), METHOD)
    if refusal is not None:
        return (refusal,)
    effect = compose_effect(
        study,
        panel,
        method=METHOD,
        role=role,
        terms=(study.design.verdict_term,),
        estimates=fit.coefficients[:1],
        inference=trusted(fit, 1),
        estimand=ESTIMAND,
        label=f"Follow-up, what is known before launch held constant, errors by {cluster_noun(study)}"
        f"{known.note(study)}",
        short="What is known before launch held constant",
        baseline=sample.level,
        n_units=sample.n_units,
        n_clusters=fit.n_clusters,
        n_observations=sample.n_observations,
    )
    if isinstance(effect, Refusal) or role != "locked":
        return (effect,)
    return (effect, _ordinary_row(study, panel, effect, fit))


def regression(study: Study, panel: Panel) -> ClusterFit | Refusal:
    """The regression behind the answer: the program first, a constant, then the controls."""
    known = known_sample(study, panel, METHOD, halves=False)
    return known if isinstance(known, Refusal) else _fit(known)


def _fit(known: KnownSample) -> ClusterFit:
    sample = known.sample
    centred = known.known - np.average(known.known, axis=0, weights=sample.weight)
    rows = np.column_stack([sample.arm.astype(np.float64), np.ones(sample.n_units), centred])
    return fit_rows(rows, sample.outcome, sample.weight, sample.cluster, sample.smaller_arm)


def _ordinary_row(study: Study, panel: Panel, effect: Effect, fit: ClusterFit) -> Answer:
    plain = ordinary(fit, 1)
    why = "Ordinary errors, as articles print them: every unit takes the same chance; not trusted"
    row = Row(f"{METHOD}, ordinary errors", why, "The same, ordinary errors", ESTIMAND)
    error, df = float(np.sqrt(plain.covariance[0, 0])), float(plain.df[0])
    return printed_row(study, panel, row, effect, effect.estimate, error, df)


@dataclass(frozen=True, slots=True)
class LeastSquares:
    """Rows (n, k) regressed on; coefficients (k,), bread (k, k) = inverse of rows'rows, residual (n,).

    r_squared: about the mean, as printed where the rows hold a constant.
    """

    rows: Floats
    coefficients: Floats
    bread: Floats
    residual: Floats
    r_squared: float

    @property
    def df_residual(self) -> int:
        return len(self.residual) - int(np.linalg.matrix_rank(self.rows))

    def ordinary_errors(self) -> Floats:
        """(k,) textbook errors."""
        return _errors(self.bread * (self.residual @ self.residual) / self.df_residual)

    def robust_errors(self, kind: Literal["HC0", "HC1", "HC2", "HC3"] = "HC1") -> Floats:
        """(k,) errors under unequal variances (White 1980; MacKinnon & White 1985)."""
        squared = self.residual**2
        if kind in ("HC2", "HC3"):
            leverage = np.einsum("ij,jk,ik->i", self.rows, self.bread, self.rows)
            squared = squared / (1 - leverage) ** (1 if kind == "HC2" else 2)
        factor = len(squared) / self.df_residual if kind == "HC1" else 1.0
        return _errors(factor * self._sandwich(self.rows.T @ (self.rows * squared[:, None])))

    def clustered_errors(self, *clusters: Ints) -> Floats:
        """(k,) errors by one clustering (n,), or by two: first + second − both at once.

        Each with its own small-sample factor G/(G − 1) × (n − 1)/(n − k), as Petersen's data are printed.
        """
        total = self._clustered(clusters[0])
        if len(clusters) == 2:
            both = np.unique(np.column_stack(clusters), axis=0, return_inverse=True)[1].reshape(-1)
            total = total + self._clustered(clusters[1]) - self._clustered(both)
        return _errors(total)

    def _clustered(self, cluster: Ints) -> Floats:
        code = compact(np.asarray(cluster))
        n_clusters = int(code.max()) + 1
        scores = np.zeros((n_clusters, self.rows.shape[1]))
        np.add.at(scores, code, self.rows * self.residual[:, None])
        factor = n_clusters / (n_clusters - 1) * (len(code) - 1) / self.df_residual
        return factor * self._sandwich(scores.T @ scores)

    def _sandwich(self, meat: Floats) -> Floats:
        spread: Floats = self.bread @ meat @ self.bread
        return spread


def fit_least_squares(outcome: Floats, *columns: Floats) -> LeastSquares:
    """Ordinary least squares of outcome (n,) on a constant and columns (n,) or (n, k), constant last."""
    y = np.asarray(outcome, dtype=np.float64)
    parts = [np.asarray(c, dtype=np.float64).reshape(len(y), -1) for c in columns]
    rows = np.concatenate([*parts, np.ones((len(y), 1))], axis=1)
    inverse = np.linalg.pinv(rows)
    coefficients = inverse @ y
    residual = y - rows @ coefficients
    explained = 1 - float(residual @ residual) / float(((y - y.mean()) ** 2).sum())
    return LeastSquares(rows, coefficients, inverse @ inverse.T, residual, explained)


def _errors(covariance: Floats) -> Floats:
    root: Floats = np.sqrt(np.diag(covariance))
    return root
