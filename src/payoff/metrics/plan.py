"""What the study must ask the store, said once: its cohort, its metrics, its measured assumptions."""

from payoff.metrics.ledger_totals import plan_ledgers
from payoff.nouns.metric import Metric
from payoff.nouns.query import Query
from payoff.nouns.study import Study


def plan_queries(study: Study) -> tuple[Query, ...]:
    """Queries "cohort", "metric:<name>" (primary first), "assumption:<name>" and "ledger:<source>", once."""
    metrics = [Query(f"metric:{m.name}", m.sql, m.sources) for m in list_metrics(study)]
    measured = [
        Query(f"assumption:{a.name}", a.sql, a.sources) for a in study.assumptions if a.sql is not None
    ]
    return (_plan_cohort(study), *metrics, *measured, *plan_ledgers(study))


def list_metrics(study: Study) -> tuple[Metric, ...]:
    """The metrics in use, each once: primary, secondary, leading, guardrails, placebo, mediator."""
    outcome = study.outcome
    names = [outcome.primary, *outcome.secondary, *outcome.leading, *(g.metric for g in outcome.guardrails)]
    names += [*outcome.placebo, *([study.explore.mediator] if study.explore.mediator else [])]
    return tuple(study.metric(name) for name in dict.fromkeys(names))


def _plan_cohort(study: Study) -> Query:
    """One row per unit: key, what the design says of it, and whether it belongs to the population.

    Those who do not belong are fetched too, so that they can be counted.
    """
    design, cohort = study.design, study.cohort
    fields: list[tuple[str, str | None]] = [
        ("unit", design.unit),
        ("arm", design.arm),
        ("launch", design.launch),
        ("wave", design.wave),
        ("cluster", design.cluster),
        ("take_up", design.take_up),
        ("strata", design.strata),
        ("exposed", design.exposed),
        ("dose", design.dose),
        *((name_column("covariate", n), text) for n, text in enumerate(design.covariates)),
        *((name_column("factor", n), column.sql) for n, column in enumerate(design.factors)),
        *((name_column("subgroup", n), column.sql) for n, column in enumerate(design.subgroups)),
        *((name_column("stage", n), column.sql) for n, column in enumerate(study.explore.funnel)),
    ]
    columns = [f"({text}) as {name}" for name, text in fields if text is not None]
    columns.append(f"coalesce(cast(({cohort.include or 'true'}) as boolean), false) as included")
    return Query("cohort", f"select {', '.join(columns)}\nfrom {_origin(study)}", cohort.sources)


def plan_table(study: Study, key: str) -> Query:
    """Query "columns": the unit's key as text under the name `key`, and the cohort's table as it is."""
    select = f"select cast(({study.design.unit}) as varchar) as {key}, *"
    return Query("columns", f"{select}\nfrom {_origin(study)}", study.cohort.sources)


def _origin(study: Study) -> str:
    """A bare source keeps its name, so that `include` may say hris.role."""
    table = study.cohort.table
    return f"{table} as cohort" if table.lstrip().startswith("(") else table


def name_column(kind: str, n: int) -> str:
    """Column of the n-th covariate, factor, subgroup or stage (from 0) in the cohort query."""
    return f"{kind}_{n + 1}"
