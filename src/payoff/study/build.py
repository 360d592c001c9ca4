"""Document → Study: defaults filled in, expressions written out, every text read into its noun."""

from collections.abc import Iterator, Mapping

from payoff.nouns.fiscal_calendar import FiscalCalendar
from payoff.nouns.metric import Metric
from payoff.nouns.profile import Layout
from payoff.nouns.source_file import format_of
from payoff.nouns.study import (
    Chosen,
    CohortPlan,
    Column,
    Design,
    DesignType,
    Event,
    Explore,
    Hypothesis,
    Matching,
    Outcome,
    Privacy,
    Quote,
    Source,
    SourceFormat,
    Study,
    Term,
)
from payoff.nouns.unit import read_unit
from payoff.study.build_money import (
    build_assumptions,
    build_benefits,
    build_correlations,
    build_costs,
    build_intangibles,
    build_sustain,
)
from payoff.study.build_origin import build_origin, describe_origin
from payoff.study.check_frame import cohort_source
from payoff.study.check_identifying import build_identifying
from payoff.study.document import (
    CalendarPart,
    DesignPart,
    EventPart,
    ExplorePart,
    HypothesisPart,
    OutcomePart,
    SourcePart,
)
from payoff.study.expression import write_sql
from payoff.study.guardrails import read_guardrail
from payoff.study.health_part import build_health
from payoff.study.methods import choose_methods
from payoff.study.pilot import build_exit, build_pilot, build_scaling, override_note
from payoff.study.plan import canonical_plan, hash_plan
from payoff.study.sql import read_expression, read_query
from payoff.study.sql_text import flatten_sql
from payoff.study.structure import Draft
from payoff.study.values import (
    read_date,
    read_expectation,
    read_term,
    read_threshold,
    read_window,
)


def build_study(draft: Draft, folder: str) -> Study:
    """The study of a document without errors."""
    doc, plan = draft.doc, canonical_plan(draft.doc)
    # The checks guarantee these parts; the assertions tell the type checker.
    assert doc.people
    assert doc.outcome
    assert doc.design
    assert doc.study
    assert doc.question
    assert doc.currency
    assert doc.horizon_months
    scaling = build_scaling(doc.scale)
    return Study(
        name=doc.study,
        title=doc.title or doc.study,
        program=doc.program or "The program",
        question=doc.question,
        people={key: name for key, name in doc.people.model_dump().items() if name},
        currency=doc.currency,
        price_base=doc.price_base or f"current {doc.currency}",
        horizon_months=doc.horizon_months,
        sources=tuple(build_source(name, part) for name, part in doc.sources.items()),
        metrics=tuple(_metric(draft, name) for name in doc.metrics),
        outcome=_outcome(draft, doc.outcome),
        cohort=_cohort(draft),
        design=_design(doc.design, doc.calendar),
        hypotheses=tuple(_hypothesis(part) for part in doc.hypotheses),
        benefits=build_benefits(draft, doc.outcome.primary),
        assumptions=build_assumptions(draft),
        costs=build_costs(draft),
        sustain=build_sustain(draft),
        correlations=build_correlations(draft),
        intangibles=build_intangibles(draft),
        privacy=_privacy(draft),
        plan_lock=hash_plan(plan),
        ask=doc.ask or "",
        quote=Quote(doc.quote.text, doc.quote.role, doc.quote.consent) if doc.quote else None,
        notes=(*doc.notes, *override_note(scaling)),
        plan=plan,
        seed=doc.seed,
        n_draws=doc.draws,
        explore=_explore(doc.explore),
        events=tuple(_event(part) for part in doc.events),
        pilot=build_pilot(doc.pilot, doc.design.period),
        exit=build_exit(doc.exit),
        scaling=scaling,
        folder=folder,
    )


def build_source(name: str, part: SourcePart) -> Source:
    """One source as it was declared."""
    origin = build_origin(part)
    form, path = describe_origin(name, origin) if origin is not None else _file(part)
    return Source(
        name=name,
        format=form,
        path=path,
        key=tuple(part.key),
        columns=tuple(part.columns),
        sheet=part.sheet,
        steward=part.steward,
        stale_after_days=part.stale_after_days,
        licence=part.licence,
        encoding=part.encoding,
        layout=_layout(part),
        health=build_health(part.health),
        identifying=build_identifying(part),
        origin=origin,
        cursor=part.cursor,
        version=part.version,
        snapshot=part.snapshot,
        renames=tuple(part.mapping.items()) if part.profile is None else (),
    )


def _file(part: SourcePart) -> tuple[SourceFormat, str]:
    if part.csv is not None:
        return "csv", part.csv
    if part.parquet is not None:
        return "parquet", part.parquet
    if part.statements is not None:
        return "statements", part.statements
    if part.file is not None:
        form = format_of(part.file)
        assert form  # checked
        return form, part.file
    return "excel", str(part.excel)


def _layout(part: SourcePart) -> Layout | None:
    if part.profile is None:
        return None
    return Layout(
        profile=part.profile,
        timezone=part.timezone,
        date_format=part.date_format,
        decimal=part.decimal,
        language=part.language,
        duration_unit=part.duration_unit,
        mapping=tuple(part.mapping.items()),
        values=tuple((name, tuple(_words(words))) for name, words in part.values.items()),
        leavers=part.leavers,
        confirmed_by=part.confirmed_by,
    )


def _words(words: Mapping[str, str | bool | int]) -> Iterator[tuple[str, str]]:
    """Each word of the file and what it means, true and false as words."""
    for theirs, ours in words.items():
        yield theirs, str(ours).lower() if isinstance(ours, bool) else str(ours)


def _metric(draft: Draft, name: str) -> Metric:
    doc = draft.doc
    assert doc.design
    assert doc.outcome
    part = doc.metrics[name]
    sql = write_sql(name, doc.metrics, doc.design.unit, doc.design.period)
    leading = name in doc.outcome.leading
    used = draft.catalogue.find(part.use) if part.use is not None else None
    return Metric(
        name=name,
        label=part.label or name.replace("_", " ").capitalize(),
        unit=read_unit(part.unit),
        unit_text=part.unit,
        better=part.better,
        owner=part.owner,
        sql=sql,
        sources=read_query(sql, doc.sources).tables,
        missing=part.missing,
        scale=part.scale,
        tier=part.tier or ("leading" if leading else "lagging"),
        version=part.version,
        vanity=used is not None and used.vanity,
        onset_weeks=used.onset_weeks if used is not None else None,
    )


def _outcome(draft: Draft, part: OutcomePart) -> Outcome:
    guardrails = tuple(
        read_guardrail(name, rule, metric.unit, metric.better)
        for name, rule in part.guardrail.items()
        for metric in (draft.doc.metrics[name],)
    )
    return Outcome(part.primary, tuple(part.secondary), tuple(part.leading), guardrails, tuple(part.placebo))


def _cohort(draft: Draft) -> CohortPlan:
    part, sources = draft.doc.cohort, draft.doc.sources
    assert part
    table = part.source or cohort_source(draft) or ""
    include = flatten_sql(part.include) if part.include else None
    read = set(read_expression(include, sources).tables) if include else set()
    if part.sql is not None:
        read |= set(read_query(part.sql, sources).tables)
        return CohortPlan(
            f"({part.sql.strip().rstrip(';')}\n)", include, tuple(part.filters), tuple(sorted(read))
        )
    return CohortPlan(table, include, tuple(part.filters), tuple(sorted(read | {table})))


def _design(part: DesignPart, calendar: CalendarPart | None) -> Design:
    kind: DesignType = "did" if part.type == "staggered" else part.type
    method, second = choose_methods(part)
    terms = _terms(part)
    lot = part.randomise
    strata = part.strata or (_strata(lot.stratify) if lot is not None and lot.stratify else None)
    return Design(
        type=kind,
        unit=part.unit,
        unit_label=part.label,
        period=part.period,
        calendar=FiscalCalendar(**calendar.model_dump()) if calendar is not None else FiscalCalendar(),
        baseline=read_window(part.baseline),
        follow_up=read_window(part.follow_up),
        method=method,
        second=second,
        terms=terms,
        verdict_term=part.verdict_term or terms[0].name,
        cluster=flatten_sql(part.cluster) if part.cluster else None,
        arm=flatten_sql(part.arm) if part.arm else None,
        launch=flatten_sql(part.launch) if part.launch else None,
        wave=flatten_sql(part.wave) if part.wave else None,
        waves=tuple((name, read_date(date)) for name, date in part.waves.items()),
        take_up=flatten_sql(part.take_up) if part.take_up else None,
        strata=flatten_sql(strata) if strata else None,
        covariates=tuple(flatten_sql(c) for c in part.covariates),
        randomised=(randomised := _is_randomised(part)),
        expected_share=part.expected_share,
        estimand=part.estimand,
        arms=tuple(part.arms),
        factors=_columns(part.factors),
        control=part.control,
        anticipation=part.anticipation,
        chosen=_chosen(part, randomised),
        exposed=flatten_sql(part.exposed) if part.exposed else None,
        dose=flatten_sql(part.dose) if part.dose else None,
        subgroups=_columns(part.subgroups),
        matching=Matching(**part.matching.model_dump()) if part.matching else None,
        decision_on=read_date(part.decision_on) if part.decision_on else None,
        looks=tuple(sorted(read_date(look) for look in part.looks)),
        harmonics=part.harmonics,
        lot_seed=lot.seed if lot is not None else None,
        draw_record=part.draw_record or "",
    )


def _terms(part: DesignPart) -> tuple[Term, ...]:
    """Spans of event time; a trial with several arms or factors has one term for each instead."""
    names = part.arms[1:] or list(part.factors)
    if names:
        return tuple(Term(name, 0, None) for name in names)
    declared = (Term(name, *read_term(span)) for name, span in part.terms.items())
    return tuple(sorted(declared, key=lambda term: term.first)) or (Term("post", 0, None),)


def _is_randomised(part: DesignPart) -> bool:
    lot = part.randomise is not None and part.randomised is None
    return part.type == "rct" or part.randomised is True or lot


def _chosen(part: DesignPart, randomised: bool) -> Chosen:
    return "lot" if randomised else part.chosen or "unknown"


def _columns(named: dict[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, flatten_sql(sql)) for name, sql in named.items())


def _explore(part: ExplorePart | None) -> Explore:
    return Explore(part.mediator, _columns(part.funnel), part.uplift) if part else Explore()


def _event(part: EventPart) -> Event:
    on = read_date(part.on)
    return Event(on, read_date(part.until) if part.until else on, part.what, part.affects)


def _strata(columns: list[str]) -> str:
    return columns[0] if len(columns) == 1 else f"concat_ws('|', {', '.join(columns)})"


def _hypothesis(part: HypothesisPart) -> Hypothesis:
    low, high, unit = read_expectation(part.expected)
    smallest, break_even, _ = read_threshold(part.worth_it_above)
    return Hypothesis(
        part.id, part.claim, part.metric, low, high, smallest, break_even, unit, part.source or ""
    )


def _privacy(draft: Draft) -> Privacy:
    part = draft.doc.privacy
    return Privacy(tuple(part.pseudonymise), part.min_cell, part.erase_after_days) if part else Privacy()
