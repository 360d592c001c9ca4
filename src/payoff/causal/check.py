"""The guard rails of a design, asked in order: before launch first, inference last."""

from payoff.causal import (
    checks_attrition,
    checks_balance,
    checks_before_fit,
    checks_few_clusters,
    checks_launch_dates,
    checks_overlap,
    checks_pre_trend,
    checks_sample_ratio,
)
from payoff.causal.protocol import Answer, Guard
from payoff.nouns.evidence import Check
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study

GUARDS: tuple[Guard, ...] = (
    Guard(checks_sample_ratio.NAME, ("rct",), checks_sample_ratio.look),
    Guard(checks_balance.NAME, ("rct", "did"), checks_balance.look),
    Guard(checks_attrition.NAME, ("rct", "did"), checks_attrition.look),
    Guard(checks_overlap.NAME, ("matched",), checks_overlap.look),
    Guard(checks_before_fit.NAME, ("synthetic",), checks_before_fit.look),
    Guard(checks_launch_dates.NAME, ("did",), checks_launch_dates.look),
    Guard(checks_pre_trend.NAME, ("did",), checks_pre_trend.look),
    Guard(checks_few_clusters.NAME, ("rct", "did", "before_after"), checks_few_clusters.look),
)


def check_design(study: Study, panel: Panel, effect: Answer) -> tuple[Check, ...]:
    """Every guard rail of the study's design, for one metric's panel and the locked answer.

    Each `Check` passes, fails or is silent with a reason; none raises on data.
    """
    looks = (guard.look(study, panel, effect) for guard in GUARDS if study.design.type in guard.designs)
    return tuple(check for check in looks if check is not None)
