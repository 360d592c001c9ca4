"""The study before anybody is assigned: its units and their baseline, nothing after it.

Question  Who could take part, and what is known of them on the day the lot is drawn?
Method    The cohort and the metrics are asked as for a run, but for every expression that says who got the
          program or what it did with it: those columns need not exist yet. Whatever the sources hold
          after the baseline is blanked before anything reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from payoff.metrics import build_panel, describe_health, plan_queries, read_measured
from payoff.nouns.arrays import frozen
from payoff.nouns.cohort import Cohort
from payoff.nouns.evidence import Check
from payoff.nouns.money_plan import Assumption
from payoff.nouns.panel import Panel
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Study
from payoff.run.arrival import land_sources
from payoff.run.asking import ask
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Baseline:
    """study: as written. cohort, panels: everybody, nobody assigned; values of the baseline only.

    tables: answers of the store by query, with whatever they hold after the baseline.
    """

    study: Study
    sources: tuple[SourceFile, ...]
    cohort: Cohort
    panels: tuple[Panel, ...]
    assumptions: tuple[Assumption, ...]
    health: tuple[Check, ...]
    tables: Mapping[str, pa.Table]


def read_baseline(study: Study, workspace: Workspace, progress: Progress) -> Baseline:
    """Everybody's baseline. Raises PayoffError on bad sources or queries."""
    open_study = unassigned(study)
    queries = plan_queries(open_study)
    needed = {name for query in queries for name in query.sources}
    asked = replace(open_study, sources=tuple(s for s in study.sources if s.name in needed))
    sources = land_sources(asked, workspace, progress)
    tables = ask(queries, sources, workspace)
    cohort, panels = build_panel(open_study, tables, tuple(s.sha256 for s in sources))
    panels = tuple(blind(panel) for panel in panels)
    health = describe_health(open_study, cohort, panels[0])
    return Baseline(study, sources, cohort, panels, read_measured(open_study, tables), health, tables)


def unassigned(study: Study) -> Study:
    """The study without anything that is decided or known only once the program has started."""
    design = replace(study.design, type="before_after", method="before_after", second=None)
    design = replace(design, arm=None, arms=(), factors=(), launch=None, wave=None, waves=())
    design = replace(design, take_up=None, exposed=None, dose=None)
    return replace(study, design=design, explore=replace(study.explore, funnel=()))


def blind(panel: Panel) -> Panel:
    """The panel with every value outside the baseline window blanked."""
    values = np.where(panel.pre[None, :], panel.values, np.nan)
    weights = np.where(panel.pre[None, :], panel.weights, 0.0)
    return replace(panel, values=frozen(values), weights=frozen(weights))
