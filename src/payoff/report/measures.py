"""Which measures a reader is shown, and in which order.

Question  What moves first, what follows, and what counts volume only?
Order     Leading before lagging, as the study lists them within each (KPI-16).
Volumes   stand in the appendix, labelled: they grow with head count and lead on to nothing (KPI-19).
Proof     tests/report/test_report_measures.py
"""

from payoff.nouns.metric import Metric
from payoff.nouns.study import Study

OFF_THE_PAGE = "a volume, kept off the page"


def list_measures(study: Study, volumes: bool = True) -> tuple[Metric, ...]:
    """Those that lead first; without `volumes`, only what may stand beside the verdict."""
    shown = [metric for metric in study.metrics if volumes or not metric.vanity]
    return tuple(sorted(shown, key=lambda metric: metric.tier != "leading"))


def moves(metric: Metric) -> str:
    """Leading or lagging, and after how long a program is expected to show in it."""
    if metric.onset_weeks is None:
        return metric.tier
    first, last = metric.onset_weeks
    return f"{metric.tier}, {first} to {last} weeks after launch"
