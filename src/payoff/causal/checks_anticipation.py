"""Did the program's people stand out just before launch?

Scope     baseline. Looks before launch only. Costs one step together with the pre-trend.
Compares  The gap between the groups in the last period before launch (and before any declared lead) with
          its mean over the earlier ones.
Fails     p < 0.005. Two stories fit: word got round and people changed early, or they were picked for a bad
          spell that would have ended by itself (Ashenfelter's dip). Either way the last period is no base.
Silent    Fewer than three periods before launch: then the last one cannot be told from a drift.
Cites     Ashenfelter (1978), doi:10.2307/1924332; Malani & Reif (2015), doi:10.1016/j.jpubeco.2015.01.001.
"""

import numpy as np

from payoff.causal.checks_pre_trend import Leads, judge_trend, read_leads, say_size
from payoff.causal.protocol import Answer
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study
from payoff.nouns.wording import plural

NAME = "anticipation"
LEVEL = 0.005


def look(study: Study, panel: Panel, answer: Answer) -> tuple[Check, Check]:
    """Pre-trend and anticipation, which read the same gaps before launch."""
    leads = read_leads(study, panel)
    return judge_trend(study, panel, leads), _judge_last_period(study, panel, leads)


def _judge_last_period(study: Study, panel: Panel, leads: Leads | str) -> Check:
    """The last period before launch against the earlier ones, program minus comparison."""
    period = study.design.period
    if isinstance(leads, str):
        return _check(Verdict.SILENT, leads)
    if len(leads.gaps) < 2:
        text = (
            f"Cannot be tested: three {plural(period)} before launch are needed to tell the last one apart."
        )
        return _check(Verdict.SILENT, text)
    weights = np.full(len(leads.gaps), -1.0 / len(leads.gaps))  # the reference is the last period
    jump, p_value = float(weights @ leads.gaps), leads.p_value(weights)
    if p_value < LEVEL:
        way = "better" if (jump > 0) == (panel.metric.better == "higher") else "worse"
        why = "they may have changed early" if way == "better" else "a bad spell may have ended by itself"
        text = (
            f"In the last {period} before launch the program group stood {say_size(panel, jump)} {way} "
            f"against the comparison than before: {why}, which the result would count as effect."
        )
        return _check(Verdict.FAIL, text)
    text = (
        f"Nothing set the program group apart in the last {period} before launch "
        f"({say_size(panel, jump)}, p = {p_value:.2f})."
    )
    return _check(Verdict.PASS, text)


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "baseline", verdict, text, costs=1)
