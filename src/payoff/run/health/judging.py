"""The health of every source of a study: what is wrong with its rows, asked of the store once.

Question  Which rows, days, words and clocks of each source are not as they must be, and may a result rest on
          them?
Method    Rules (`payoff.metrics.health_*`) → queries → counts → findings. Another load of the same source is
          asked the same and held against this one.
Blind     Nothing asked here knows who took part in the program.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from payoff.metrics import health_clock, health_drift, health_hours, health_queries, health_volume
from payoff.metrics.health_findings import Told, build_finding, judge_rows
from payoff.metrics.health_rows import RowRule, declared_of, list_row_rules, required_of
from payoff.metrics.health_score import mark_kinds, score
from payoff.metrics.health_subject import Subject, build_subject, spell
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.nouns.source_health import Finding, HealthKind, SourceHealth
from payoff.nouns.study import Source, Study
from payoff.nouns.wording import counted, listed
from payoff.run.health.health_asking import ask_health
from payoff.run.health.health_moves import look_at_moves
from payoff.study.profiles import PROFILES
from payoff.warehouse import fetch
from payoff.warehouse.earlier import find_earlier, landed_at
from payoff.warehouse.engine import Engine

CHECK = "data health"


@dataclass(frozen=True, slots=True)
class _Answers:
    """Tables by what was asked of one load of one source. rules: in the order of `r0`, `r1` …"""

    file: SourceFile
    rules: tuple[RowRule, ...]
    tables: dict[str, pa.Table] = field(default_factory=dict)

    def rows(self, what: str) -> list[dict[str, Any]]:
        """Records of one answer; none where it was not asked."""
        table = self.tables.get(what)
        rows: list[dict[str, Any]] = [] if table is None else table.to_pylist()
        return rows

    @property
    def totals(self) -> dict[str, Any]:
        return self.rows("rows")[0]


def look_at_sources(
    study: Study, files: Sequence[SourceFile], warehouse: Path, today: dt.date, engine: Engine | None = None
) -> tuple[SourceHealth, ...]:
    """Health of each source, in the order of the study; counted by DuckDB where no other engine is given."""
    subjects = read_subjects(study, files, warehouse)
    people = _only_people(subjects)
    rules = {s.name: _rules(s, subjects, people) for s in subjects}
    queries = [query for s in subjects for query in _ask(s, rules[s.name])]
    shifts = [] if len(subjects) < 2 else list(health_queries.ask_shifts([s for s in subjects if s.declared]))
    tables = ask_health((*queries, *(query for _, _, query in shifts)), files, warehouse, engine)
    found = []
    for subject in subjects:
        now = _answers(subject, rules[subject.name], tables)
        before = _ask_earlier(subject, warehouse, engine)
        told = [*_judge(study, subject, now, before, today)]
        told += _judge_hours(study, subject, now, before, warehouse, engine)
        for earlier, later, query in shifts:
            if later.name == subject.name:
                told += _judge_shift(earlier, later, tables[query.name])
        found.append(_describe(study, subject, now, told))
    return tuple(found)


def read_subjects(study: Study, files: Sequence[SourceFile], warehouse: Path) -> tuple[Subject, ...]:
    """Every source with the kinds of its columns, as they were landed."""
    declared = {source.name: source for source in study.sources}
    shapes = fetch(
        [
            Query(f"health:{f.source}:shape", f'select * from "{f.source}" limit 0', (f.source,))
            for f in files
        ],
        files,
        warehouse,
    )
    return tuple(
        build_subject(
            declared[file.source],
            file,
            _table_of(declared[file.source]),
            shapes[f"health:{file.source}:shape"].schema,
            landed_at(file, warehouse) or dt.datetime.now(dt.UTC),
        )
        for file in files
    )


def describe_check(health: Sequence[SourceHealth]) -> tuple[Check, ...]:
    """What of it the evidence grade hears: findings that rest on the rows alone and would stop a result.

    The same rows give the same check tomorrow; an acceptance opens the gate and leaves the check as it is.
    """
    looked = [one for one in health if any(kind != "freshness" for kind, _ in one.marks)]
    if not looked:
        return ()
    bad = [f for one in looked for f in one.findings if f.blocks and f.rests_on == "rows"]
    if not bad:
        text = f"Nothing in the rows of {listed([one.source for one in looked])} keeps a result back."
        return (Check(CHECK, "data", Verdict.PASS, text, costs=1),)
    text = f"{counted(len(bad), 'finding')} in the rows: {'; '.join(f'{f.source}: {f.text}' for f in bad)}."
    return (Check(CHECK, "data", Verdict.FAIL, text, costs=1),)


def _table_of(source: Source) -> str | None:
    """The canonical table a profile makes; None without a profile."""
    return PROFILES[source.layout.profile].kind if source.layout is not None else None


def _only_people(subjects: Sequence[Subject]) -> str | None:
    names = [s.name for s in subjects if s.table == "people" and "person_id" in s.columns]
    return names[0] if len(names) == 1 else None


def _rules(subject: Subject, subjects: Sequence[Subject], people: str | None) -> tuple[RowRule, ...]:
    off = dict(subject.rules.off)
    return tuple(rule for rule in list_row_rules(subject, subjects, people) if rule.kind not in off)


def _ask(subject: Subject, rules: tuple[RowRule, ...]) -> Iterator[Query]:
    yield health_queries.ask_rows(subject, rules)
    if subject.declared:
        yield from health_queries.ask_over_time(subject)
        yield from health_queries.ask_states(subject)
        yield from health_queries.ask_leavers(subject)


def _answers(subject: Subject, rules: tuple[RowRule, ...], tables: dict[str, pa.Table]) -> _Answers:
    head = f"health:{subject.name}:"
    mine = {name.removeprefix(head): table for name, table in tables.items() if name.startswith(head)}
    return _Answers(subject.file, rules, mine)


def _ask_earlier(subject: Subject, warehouse: Path, engine: Engine | None) -> tuple[Subject, _Answers] | None:
    """The load before, asked the same without the rules of rows."""
    file = find_earlier(subject.file, warehouse)
    if file is None or file.sha256 == subject.file.sha256:
        return None
    shape = Query("shape", f'select * from "{file.source}" limit 0', (file.source,))
    schema = fetch([shape], [file], warehouse)["shape"].schema
    before = build_subject(subject.source, file, subject.table, schema, subject.landed_at)
    return before, _answers(before, (), ask_health(list(_ask(before, ())), [file], warehouse, engine))


def _judge(
    study: Study,
    subject: Subject,
    now: _Answers,
    earlier: tuple[Subject, _Answers] | None,
    today: dt.date,
) -> Iterator[Told]:
    totals = now.totals
    n_rows = int(totals["n"])
    declared = (*required_of(subject), *declared_of(subject)) if subject.declared else ()
    missing = [name for name in dict.fromkeys(declared) if spell(subject, name) not in subject.columns]
    yield from health_drift.judge_columns(
        missing, tuple(earlier[0].columns) if earlier else (), tuple(subject.columns)
    )
    if subject.rules.when is not None and subject.when is None and subject.rules.when not in missing:
        yield health_clock.not_a_time(subject.rules.when)
    yield from judge_rows(subject, now.rules, [int(totals[f"r{n}"]) for n in range(len(now.rules))], n_rows)
    yield from health_clock.judge_age(subject, totals.get("last_on"), study.design.follow_up.end_on, today)
    if subject.declared:
        yield from _judge_clock(subject, now, n_rows)
        yield from _judge_time(study, subject, now)
    if earlier is not None:
        yield from _judge_load(subject, now, earlier)


def _judge_clock(subject: Subject, now: _Answers, n_rows: int) -> Iterator[Told]:
    totals, names = now.totals, list(subject.columns)
    at_midnight = 0
    for n, column in enumerate(subject.only("instant", "time")):
        filled = int(totals[f"c{names.index(column)}"])
        yield from health_clock.judge_midnights(subject, column, int(totals[f"m{n}"]), filled)
        if column == subject.when:
            at_midnight = int(totals[f"m{n}"])
    months = now.rows("months")
    if months and "night" in months[0]:
        nights = sum(int(month["night"]) for month in months)
        yield from health_clock.judge_nights(subject, nights, n_rows, at_midnight)


def _judge_time(study: Study, subject: Subject, now: _Answers) -> Iterator[Told]:
    days = {row["on_day"]: int(row["n"]) for row in now.rows("days")}
    yield from health_volume.judge_days(subject, days, study.events)
    months = now.rows("months")
    for n, column in enumerate(health_queries.measures_of(subject)):
        medians = [(m["month"], m[f"v{n}"], int(m[f"k{n}"]), int(m[f"f{n}"])) for m in months]
        yield from health_drift.judge_magnitude(subject, column, medians)
    words: dict[str, dict[dt.date, dict[str, int]]] = {}
    for row in now.rows("words"):
        words.setdefault(row["column_name"], {}).setdefault(row["month"], {})[row["word"]] = int(row["n"])
    for column, by_month in words.items():
        yield from health_drift.judge_words(subject, column, by_month)
    leavers = [(row["month"], int(row["hired"]), int(row["gone"])) for row in now.rows("leavers")]
    yield from health_drift.judge_leavers(leavers)


def _judge_load(subject: Subject, now: _Answers, earlier: tuple[Subject, _Answers]) -> Iterator[Told]:
    before, then = earlier
    n_now, n_then = int(now.totals["n"]), int(then.totals["n"])
    halved = list(health_volume.judge_load(n_now, n_then))
    yield from halved
    if not halved:
        yield from health_volume.judge_vanished(subject, _days(now), _days(then))
    names, theirs = list(subject.columns), list(before.columns)
    for column in names:
        if column in theirs and column not in required_of(subject):
            mine = (n_now - int(now.totals[f"c{names.index(column)}"]), n_now)
            was = (n_then - int(then.totals[f"c{theirs.index(column)}"]), n_then)
            yield from health_drift.judge_blanks(column, mine, was)
    yield from _judge_magnitudes(subject, now, before, then)
    words, old = _states(now), _states(then)
    for column in words.keys() & old.keys():
        yield from health_drift.judge_words_of_load(column, words[column], old[column])


def _judge_magnitudes(subject: Subject, now: _Answers, before: Subject, then: _Answers) -> Iterator[Told]:
    """Medians of months that both loads hold."""
    mine, theirs = health_queries.measures_of(subject), health_queries.measures_of(before)
    old = {row["month"]: row for row in then.rows("months")}
    for column in (name for name in mine if name in theirs):
        key, other = f"v{mine.index(column)}", f"v{theirs.index(column)}"
        both = [
            (row[key], old[row["month"]][other])
            for row in now.rows("months")
            if row["month"] in old and row[key] and old[row["month"]][other]
        ]
        if both and int(sum(row[f"k{mine.index(column)}"] for row in now.rows("months"))) >= 20:
            ratios = sorted(a / b for a, b in both)
            middle = ratios[len(ratios) // 2]
            yield from health_drift.judge_magnitude_of_load(column, middle, 1.0)


def _judge_hours(
    study: Study,
    subject: Subject,
    now: _Answers,
    earlier: tuple[Subject, _Answers] | None,
    warehouse: Path,
    engine: Engine | None,
) -> list[Told]:
    """Rows that moved since the load before; where none did, hours that jumped within this one."""
    if earlier is not None:
        moved = list(look_at_moves(subject, earlier[0], study.design.period, warehouse, engine))
        if moved:
            return moved
    counts = {(row["on_day"], int(row["hour"])): int(row["n"]) for row in now.rows("hours")}
    return list(health_hours.judge_hours(subject, counts))


def _judge_shift(earlier: Subject, later: Subject, table: pa.Table) -> Iterator[Told]:
    shared = health_queries.shared_by(earlier, later)
    if shared is not None and "clock" not in dict(later.rules.off):
        hours = [(int(row["hours"]), int(row["n"]), int(row["whole"])) for row in table.to_pylist()]
        yield from health_clock.judge_shift(earlier, later, shared, hours)


def _describe(study: Study, subject: Subject, now: _Answers, told: Sequence[Told]) -> SourceHealth:
    off = dict(subject.rules.off)
    n_rows = int(now.totals["n"])
    findings = tuple(
        build_finding(subject, one, n_rows, study.metrics) for one in told if one.kind not in off
    )
    marks = mark_kinds(_asked(subject, now, findings), findings)
    last = now.totals.get("last_on")
    return SourceHealth(
        source=subject.name,
        steward=subject.source.steward,
        load=subject.file.sha256,
        n_rows=n_rows,
        score=score(marks),
        marks=marks,
        findings=findings,
        last_on=last.isoformat() if last is not None else None,
        off=subject.rules.off,
    )


def _asked(subject: Subject, now: _Answers, findings: Sequence[Finding]) -> set[HealthKind]:
    """Kinds that could have been found, and those that were."""
    asked: set[HealthKind] = {rule.kind for rule in now.rules} | {finding.kind for finding in findings}
    if now.rows("days"):
        asked |= {"volume"}
    if subject.rules.fresh_days is not None or subject.rules.every is not None:
        asked |= {"freshness"}
    if subject.declared and (now.rows("months") or now.rows("leavers")):
        asked |= {"drift"} if now.rows("months") else {"completeness"}
    if subject.declared and subject.only("instant", "time"):
        asked |= {"clock"}
    return {kind for kind in asked if kind not in dict(subject.rules.off)}


def _days(answers: _Answers) -> dict[dt.date, int]:
    return {row["on_day"]: int(row["n"]) for row in answers.rows("days")}


def _states(answers: _Answers) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in answers.rows("states"):
        found.setdefault(row["column_name"], {})[row["word"]] = int(row["n"])
    return found
