"""What leads is told first, with its weeks; a volume stands in the appendix alone."""

import dataclasses

from payoff.nouns.brief import Brief, Table
from payoff.nouns.effect import Effect
from payoff.nouns.result import Result
from payoff.report import compose

VIEWS, REACH = "Content views", "Reach"


def with_more_measures(result: Result) -> Brief:
    """The study, with a volume and a rate that lead, declared after the metrics that follow."""
    study = result.study
    primary = study.metric(study.outcome.primary)
    views = dataclasses.replace(
        primary, name="views", label=VIEWS, tier="leading", vanity=True, onset_weeks=(0, 2)
    )
    reach = dataclasses.replace(primary, name="reach", label=REACH, tier="leading", onset_weeks=(0, 4))
    outcome = dataclasses.replace(study.outcome, leading=("views", "reach"))
    grown = dataclasses.replace(study, metrics=(*study.metrics, views, reach), outcome=outcome)
    effect = next(e for e in result.effects if isinstance(e, Effect) and e.role == "locked")
    answered = tuple(dataclasses.replace(effect, metric=name) for name in ("views", "reach"))
    return compose(dataclasses.replace(result, study=grown, effects=(*result.effects, *answered)))


def table(brief: Brief, id: str) -> Table:
    tables = [*(t for section in brief.sections for t in section.tables), *brief.appendix]
    return next(t for t in tables if t.id == id)


def test_leading_measures_come_first_with_their_weeks(michigan: Result) -> None:
    """KPI-16."""
    brief = with_more_measures(michigan)
    kpi = table(brief, "kpi")
    moves = [str(row[kpi.columns.index("Moves")]) for row in kpi.rows]
    assert kpi.rows[0][0] == REACH
    assert moves[0] == "leading, 0 to 4 weeks after launch"
    assert set(moves[1:]) == {"lagging"}
    listed = table(brief, "definitions")
    assert [row[listed.columns.index("Moves")] for row in listed.rows][:2] == [
        "leading, 0 to 2 weeks after launch",
        "leading, 0 to 4 weeks after launch",
    ]


def test_a_volume_is_in_the_appendix_only_and_labelled(michigan: Result) -> None:
    """KPI-19."""
    brief = with_more_measures(michigan)
    told = repr((brief.page, brief.sections))
    assert VIEWS not in told
    assert REACH in told
    listed = table(brief, "definitions")
    (row,) = (row for row in listed.rows if row[0] == VIEWS)
    assert row[listed.columns.index("Role")] == "leading; a volume, kept off the page"
    assert any(row[0] == REACH for row in table(brief, "other-measures").rows)
