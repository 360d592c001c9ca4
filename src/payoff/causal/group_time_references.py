"""The rows beside a locked group-time answer: every average the article defines, with its kind of errors.

Question  What is behind the average: which launch, which period, how long since launch, and does it last?
Estimand  Averages of ATT(g, t): `group_time_average`. Trend with exposure: by least squares over the event
          times from launch on, the change of the effect per further period.
Assumes   As `group_time`.
Refuses   What `compose_effect` refuses; a trend over fewer than three periods since launch.
Cites     Callaway & Sant'Anna (2021), section 3; bands: `group_time_band`.
Proof     tests/reference/test_reference_group_time.py (minimum wages), tests/causal (onset, decay).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference
from payoff.causal.event_study import EventStudy, study_by_exposure
from payoff.causal.floors import cluster_noun
from payoff.causal.group_time_average import (
    Average,
    average_by_calendar,
    average_by_exposure,
    average_by_group,
    average_each_exposure,
    average_simple,
    each_cell,
    join_averages,
)
from payoff.causal.group_time_band import find_band
from payoff.causal.group_time_fit import RolloutFit
from payoff.causal.protocol import Answer
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Shows
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study
from payoff.nouns.wording import plural

MIN_PERIODS_FOR_TREND = 3
BY_LAUNCH = "by launch"
AVERAGES, BY_CALENDAR, EVERY_CELL, TREND = "averages", "by calendar", "every cell", "change with exposure"
MIXED = (AVERAGES, BY_CALENDAR, EVERY_CELL, TREND)  # each weighs the waves in a way of its own


@dataclass(frozen=True, slots=True)
class _Row:
    """name: behind the method's. estimand, label, short: in words. bands (q, 2)."""

    name: str
    average: Average
    inference: Inference
    estimand: str
    label: str
    short: str
    bands: Floats | None = None
    shows: Shows = "detail"


def reference_rows(study: Study, panel: Panel, fit: RolloutFit, method: str) -> Iterator[Answer]:
    """fit: with varying base, as the article and R print it."""
    if not (fit.cells.event >= 0).any():
        return
    for row in _rows(study, panel, fit):
        rollout = fit.rollout
        yield compose_effect(
            study,
            panel,
            method=f"{method}, {row.name}",
            role="reference",
            terms=row.average.names,
            estimates=row.average.estimates,
            inference=row.inference,
            estimand=row.estimand,
            label=row.label + rollout.note,
            short=row.short,
            baseline=rollout.baseline,
            n_units=rollout.n_units,
            n_clusters=rollout.n_clusters,
            n_observations=rollout.n_observations,
            bands=row.bands,
            shows=row.shows,
        )


def _rows(study: Study, panel: Panel, fit: RolloutFit) -> Iterator[_Row]:
    cells, effects, share = fit.cells, fit.effects.estimates, fit.effects.share
    noun, period = cluster_noun(study), study.design.period
    printed = f"with plain errors by {noun}, as articles print them"
    each = average_each_exposure(cells, effects, share)
    by_group, by_date = (f(cells, effects, share) for f in (average_by_group, average_by_calendar))
    by_exposure = average_by_exposure(cells, effects, share)
    overall = join_averages(
        average_simple(cells, effects, share), *(a.only(1) for a in (by_group, by_exposure, by_date))
    )
    yield _trusted_by_exposure(study, fit, each)
    trend = _trend(study, fit, each)
    if trend is not None:
        yield trend
    by = f"effect by {plural(period)} since launch"
    yield _plain(
        "event study", study, fit, each, by, f"By {plural(period)} since launch, {printed}", band=True
    )
    said = "Averages of all launch dates: over all cells, by launch, by exposure, by calendar"
    yield _plain(AVERAGES, study, fit, overall, "average effect on the treated", f"{said}, {printed}")
    named = by_group.rest().renamed(_period_name(study, panel, int(n)) for n in by_group.names[1:])
    yield _plain(BY_LAUNCH, study, fit, named, "effect by launch date", f"By launch date, {printed}")
    named = by_date.rest().renamed(_period_name(study, panel, int(n)) for n in by_date.names[1:])
    yield _plain(BY_CALENDAR, study, fit, named, f"effect by {period}", f"By {period}, {printed}")
    names = (
        f"att_{_period_name(study, panel, int(g))}_{_period_name(study, panel, int(t))}"
        for g, t in zip(cells.launch, cells.at, strict=True)
    )
    every = each_cell(cells, effects, share).renamed(names)
    said = f"Every launch date in every {period}, {printed}"
    yield _plain(EVERY_CELL, study, fit, every, "group-time effects ATT(g, t)", said, band=True)


def _plain(
    name: str,
    study: Study,
    fit: RolloutFit,
    average: Average,
    estimand: str,
    label: str,
    *,
    band: bool = False,
) -> _Row:
    inference = fit.plain(average)
    bands = None
    if band:
        rng = np.random.default_rng(study.seed)
        bands = find_band(average.estimates, inference.covariance, inference.df, rng).ends
    return _Row(name, average, inference, estimand, label, name[0].upper() + name[1:], bands)


def _trusted_by_exposure(study: Study, fit: RolloutFit, each: Average) -> _Row:
    """Errors we trust, a band over all event times, and since when it lies on one side of zero."""
    found = study_by_exposure(fit, study.seed)
    period, noun = plural(study.design.period), cluster_noun(study)
    label = f"By {period} since launch, errors by {noun} ({found.inference.kind}) and a band that holds all; "
    label += _onset_words(found, study.design.period)
    name = "event study, trusted errors"
    by = f"effect by {period} since launch"
    return _Row(name, each, found.inference, by, label, f"By {period} since launch", found.bands, "course")


def _onset_words(found: EventStudy, period: str) -> str:
    """When the effect begins to show, for a reader."""
    onset = found.onset
    if onset is None:
        return f"the band holds zero in every {period} from launch on"
    return f"first to show {onset} {plural(period, onset)} after launch" if onset else "shows from launch on"


def _trend(study: Study, fit: RolloutFit, each: Average) -> _Row | None:
    """By how much the effect changes per further period since launch: decay where it points to zero."""
    times = np.array([int(name[1:]) for name in each.names])
    post = times >= 0
    if post.sum() < MIN_PERIODS_FOR_TREND:
        return None
    centred = np.where(post, times - times[post].mean(), 0.0)
    slope = each.then(["per_period"], (centred / (centred @ centred))[:, None])
    period = study.design.period
    label = f"How the effect changes with each further {period} since launch (straight line over all of them)"
    estimand = f"change of the effect per further {period} since launch"
    return _Row(TREND, slope, fit.trusted(slope), estimand, label, f"Change per {period}")


def _period_name(study: Study, panel: Panel, period: int) -> str:
    """2004, 2004-03 or 2004-03-01, as fine as the study's period."""
    unit = {"year": "Y", "month": "M"}.get(study.design.period, "D")
    return str(panel.periods[period].astype(f"datetime64[{unit}]"))
