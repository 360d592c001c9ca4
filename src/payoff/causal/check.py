"""The guard rails of a design, asked in order: before launch first, inference last."""

from payoff.causal import (
    checks_anticipation,
    checks_attrition,
    checks_balance,
    checks_before_fit,
    checks_compliance,
    checks_confounder,
    checks_contamination,
    checks_events,
    checks_extreme_values,
    checks_few_clusters,
    checks_honest_trend,
    checks_launch_dates,
    checks_overlap,
    checks_peeking,
    checks_placebo_date,
    checks_pre_trend,
    checks_regression_to_mean,
    checks_sample_ratio,
    checks_season,
    checks_series,
    checks_volunteers,
)
from payoff.causal.protocol import Answer, Guard
from payoff.nouns.evidence import Check
from payoff.nouns.panel import Panel
from payoff.nouns.study import DesignType, Study

COMPARED: tuple[DesignType, ...] = ("rct", "did", "matched", "synthetic")
EVERY: tuple[DesignType, ...] = (*COMPARED, "its", "before_after")
GUARDS: tuple[Guard, ...] = (
    Guard(checks_sample_ratio.NAME, ("rct",), checks_sample_ratio.look),
    Guard(checks_balance.NAME, ("rct", "did"), checks_balance.look),
    Guard(checks_attrition.NAME, ("rct", "did", "matched"), checks_attrition.look),
    Guard(checks_compliance.NAME, ("rct",), checks_compliance.look),
    Guard(checks_contamination.NAME, COMPARED, checks_contamination.look),
    Guard(checks_events.NAME, EVERY, checks_events.look),
    Guard(checks_extreme_values.NAME, EVERY, checks_extreme_values.look),
    Guard(checks_regression_to_mean.NAME, ("did", "matched", "before_after"), checks_regression_to_mean.look),
    Guard(checks_volunteers.NAME, ("did", "matched", "synthetic"), checks_volunteers.look),
    Guard(checks_season.NAME, ("its", "before_after"), checks_season.look),
    Guard(checks_overlap.NAME, ("matched",), checks_overlap.look),
    Guard(checks_before_fit.NAME, ("synthetic",), checks_before_fit.look),
    Guard(checks_series.TREND, ("its",), checks_series.look_trend),
    Guard(checks_series.ERRORS, ("its",), checks_series.look_errors),
    Guard(checks_launch_dates.NAME, ("did",), checks_launch_dates.look),
    Guard(checks_pre_trend.NAME, ("did",), checks_anticipation.look),
    Guard(checks_placebo_date.NAME, ("did", "matched", "its"), checks_placebo_date.look),
    Guard(checks_honest_trend.NAME, ("did",), checks_honest_trend.look),
    Guard(checks_confounder.NAME, ("did", "matched", "rct"), checks_confounder.look),
    Guard(checks_few_clusters.NAME, ("rct", "did", "before_after"), checks_few_clusters.look),
    Guard(checks_peeking.NAME, EVERY, checks_peeking.look),
)


def check_design(study: Study, panel: Panel, effect: Answer) -> tuple[Check, ...]:
    """Every guard rail of the study's design, for one metric's panel and the locked answer.

    Each `Check` passes, fails or is silent with a reason; none raises on data.
    """
    looks = (guard.look(study, panel, effect) for guard in GUARDS if study.design.type in guard.designs)
    return tuple(check for found in looks for check in _several(found))


def _several(found: Check | tuple[Check, ...] | None) -> tuple[Check, ...]:
    if found is None:
        return ()
    return found if isinstance(found, tuple) else (found,)
