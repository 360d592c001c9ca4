"""What changed, with its doubt: one method's answer for one metric, over one or more terms."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from payoff.nouns.arrays import Floats, frozen
from payoff.nouns.metric import Better, Scale

Role = Literal["locked", "second", "reference"]
Period = Literal["follow_up", "baseline"]
Shows = Literal["answer", "course", "group", "detail", "exploration"]


@dataclass(frozen=True, slots=True)
class Effect:
    """Estimates in the metric's own unit (or log points): raw, not yet turned towards "better".

    terms: names, e.g. ("grant", "grant_1"). estimates (n_terms,), covariance (n_terms, n_terms),
    df (n_terms,): degrees of freedom of each term's t distribution (inf: normal).
    intervals (n_terms, 2): the 95 % intervals, as the method makes them (t, bootstrap, inversion).
    headline: index of the term that carries the verdict.
    baseline: mean of the metric without the program (> 0), by which a level effect becomes a lift.
    causal: False for a comparison shown only to explain why it misleads. period: where the outcome was
        measured; "baseline" for a gap from before launch, which no program can have made.
    bands: (n_terms, 2) simultaneous 95 % band over the terms, where the method has one.
    shows: "answer" to the study's question, so that rivals stand on one scale; its "course" by time since
        launch (terms "e-1", "e0", …); by "group" (wave, arm, factor, subgroup); "detail" behind it, for who
        checks; or an "exploration" of something else (a mediator, a stage, a dose).
    draws: (n_draws, n_terms) where the method brings its own (bootstrap); else None.
    lift_intervals: (n_terms, 2) 95 % intervals of the lifts, low end first, where the method counts the
        doubt of `baseline` too; None: as if `baseline` were known.
    """

    metric: str
    terms: tuple[str, ...]
    estimand: str
    method: str
    unit: str
    scale: Scale
    better: Better
    estimates: Floats
    covariance: Floats
    df: Floats
    intervals: Floats
    n_units: int
    n_clusters: int
    role: Role
    baseline: float
    headline: int
    fingerprint: str
    label: str = ""  # plain words for a reader, with why the method is trusted or not
    short: str = ""  # the same in a few words, for a row of a chart: "Firm and year fixed effects"
    causal: bool = True
    n_observations: int | None = None
    draws: Floats | None = None
    period: Period = "follow_up"
    bands: Floats | None = None
    shows: Shows = "answer"
    lift_intervals: Floats | None = None

    @property
    def estimate(self) -> float:
        return float(self.estimates[self.headline])

    @property
    def std_errors(self) -> Floats:
        errors: Floats = np.sqrt(np.diag(self.covariance))
        return errors

    @property
    def std_error(self) -> float:
        return float(self.std_errors[self.headline])

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the headline term, in the effect's unit."""
        return float(self.intervals[self.headline, 0]), float(self.intervals[self.headline, 1])

    def lift(self, raw: Floats | float) -> Floats:
        """Relative improvement: positive is better whichever way the metric points. 0.1 = 10 %."""
        change = np.expm1(raw) if self.scale == "log" else np.asarray(raw, dtype=np.float64) / self.baseline
        turned: Floats = np.asarray(-change if self.better == "lower" else change, dtype=np.float64)
        return turned

    def gain(self, raw: Floats | float) -> Floats:
        """Improvement in the metric's own unit: lift × baseline."""
        return self.lift(raw) * self.baseline

    def lift_interval(self, term: int | None = None) -> tuple[float, float]:
        """95 % interval of a term (default: headline) as lift, low end first."""
        row = self.headline if term is None else term
        if self.lift_intervals is not None:
            return float(self.lift_intervals[row, 0]), float(self.lift_intervals[row, 1])
        ends = self.lift(self.intervals[row])
        return float(ends.min()), float(ends.max())

    def with_doubt_of(self, other: "Effect") -> "Effect":
        """These estimates with the doubt of another answer over the same terms, as wide in lifts as there.

        The fingerprint stays: it leads to where the estimates come from.
        """
        scale = other._lift_slopes() / self._lift_slopes()
        shift = self.lift(self.estimates) - other.lift(other.estimates)
        spans = (other.intervals - other.estimates[:, None]) * scale[:, None]
        cloud = None if other.draws is None else self.estimates + (other.draws - other.estimates) * scale
        lifts = None if other.lift_intervals is None else other.lift_intervals + shift[:, None]
        return replace(
            self,
            covariance=frozen(other.covariance * np.outer(scale, scale)),
            df=other.df,
            intervals=frozen(self.estimates[:, None] + spans),
            draws=None if cloud is None else frozen(cloud),
            lift_intervals=None if lifts is None else frozen(lifts),
            bands=None,
        )

    def _lift_slopes(self) -> Floats:
        """(n_terms,) how much lift a small step of each estimate is, whichever way better points."""
        level = np.full(len(self.terms), 1.0 / self.baseline)
        return np.exp(self.estimates) if self.scale == "log" else level
