"""Every query and expression of a study, against its declared sources.

Question  Can each piece of SQL be run on the sources alone, and does it return what is needed?
"""

import re
from collections.abc import Iterator

from payoff.nouns.problem import Place, Problem
from payoff.study.codes import build_problem
from payoff.study.document import PERIODS
from payoff.study.sql import Reading, Span, SqlFindingError, read_expression, read_query
from payoff.study.structure import Draft, describe
from payoff.study.study_text import Mark
from payoff.study.suggest import suggestion
from payoff.study.tree import Path

PERIOD_COLUMNS = ("period", *PERIODS)
_EXPRESSIONS = ("arm", "launch", "wave", "cluster", "take_up", "strata", "exposed", "dose")


def check_sql(draft: Draft) -> Iterator[Problem]:
    """Problems P301 to P308 of all SQL in the study."""
    for name, metric in draft.doc.metrics.items():
        if metric.sql is not None:
            yield from _check_metric(draft, ("metrics", name, "sql"), metric.sql)
    for name, assumption in draft.doc.assumptions.items():
        if assumption.sql is not None:
            yield from _check_assumption(draft, ("assumptions", name, "sql"), assumption.sql)
    yield from _check_cohort(draft)


def source_names(draft: Draft) -> tuple[str, ...]:
    """Sources as declared, well written or not."""
    return draft.tree.names("sources")


def place_in_sql(draft: Draft, path: Path, span: Span) -> Place:
    """The place of a position inside the SQL at `path`; the start of the SQL where lines do not map."""
    node = draft.tree.find(*path)
    text = draft.tree.text
    if node is None or not isinstance(node.value, str):
        return draft.place(*path)
    if node.block_line is not None:
        body = text.lines[node.block_line - 1 :]
        indent = next((len(row) - len(row.lstrip(" ")) for row in body if row.strip()), 0)
        return text.place(Mark(node.block_line + span.line - 1, indent + span.column, span.width))
    on_one_line = node.mark.width - 2 * node.quoted == len(node.value)
    if on_one_line and span.line == 1:
        return text.place(Mark(node.mark.line, node.mark.column + span.column - 1 + node.quoted, span.width))
    return draft.place(*path)


def _problem(draft: Draft, path: Path, finding: SqlFindingError) -> Problem:
    problem = finding.at(place_in_sql(draft, path, finding.span))
    return build_problem(problem.code, f"{describe(path)}: {problem.what}", problem.fix, problem.place)


def _read(draft: Draft, path: Path, sql: str) -> Reading | Problem:
    raw = draft.tree.find(*path)
    text = raw.value if raw is not None and isinstance(raw.value, str) else sql
    try:
        return read_query(text, source_names(draft))
    except SqlFindingError as finding:
        return _problem(draft, path, finding)


def _check_metric(draft: Draft, path: Path, sql: str) -> Iterator[Problem]:
    reading = _read(draft, path, sql)
    if isinstance(reading, Problem):
        yield reading
        return
    if reading.columns is None:
        return
    returned = {column.lower() for column in reading.columns}
    design = draft.doc.design
    if design is not None and design.unit.lower() not in returned:
        yield _lacks(draft, path, design.unit, f"{design.unit} (design.unit)")
    if not returned & set(PERIOD_COLUMNS):
        yield _lacks(draft, path, "period", f"a period column ({', '.join(PERIOD_COLUMNS)})")
    if "value" not in returned:
        yield _lacks(draft, path, "value", "value")


def _lacks(draft: Draft, path: Path, column: str, said: str) -> Problem:
    fix = f"return it: … as {column}"
    return build_problem("P306", f"{describe(path)} returns no {said}", fix, draft.place(*path))


def _check_assumption(draft: Draft, path: Path, sql: str) -> Iterator[Problem]:
    reading = _read(draft, path, sql)
    if isinstance(reading, Problem):
        yield reading
    elif reading.n_returned != 1:
        what = f"{describe(path)} returns {reading.n_returned} columns"
        yield build_problem("P306", what, "return one number: select avg(…) from …", draft.place(*path))


def _check_cohort(draft: Draft) -> Iterator[Problem]:
    cohort, design = draft.doc.cohort, draft.doc.design
    columns: tuple[str, ...] | None = None
    if cohort is not None and cohort.sql is not None:
        reading = _read(draft, ("cohort", "sql"), cohort.sql)
        if isinstance(reading, Problem):
            yield reading
        elif reading.columns is not None:
            columns = reading.columns
            if design is not None and design.unit.lower() not in {c.lower() for c in columns}:
                yield _lacks(draft, ("cohort", "sql"), design.unit, f"{design.unit} (design.unit)")
    if cohort is not None and cohort.include is not None:
        yield from _check_expression(draft, ("cohort", "include"), columns)
    for key in _EXPRESSIONS:
        if design is not None and getattr(design, key) is not None:
            yield from _check_expression(draft, ("design", key), columns)
    for position in range(len(design.covariates) if design is not None else 0):
        yield from _check_expression(draft, ("design", "covariates", position), columns)
    for section, key in (("design", "factors"), ("design", "subgroups"), ("explore", "funnel")):
        part = getattr(draft.doc, section)
        for name in getattr(part, key) if part is not None else ():
            yield from _check_expression(draft, (section, key, name), columns)
    yield from _check_plain_columns(draft, columns)


def _check_expression(draft: Draft, path: Path, columns: tuple[str, ...] | None) -> Iterator[Problem]:
    node = draft.tree.find(*path) or draft.tree.find(*path[:-1])
    if node is None or not isinstance(node.value, str):
        return
    try:
        reading = read_expression(node.value, source_names(draft))
    except SqlFindingError as finding:
        yield _problem(draft, path, finding)
        return
    known = {c.lower() for c in columns or ()} | {"_row"}
    for mention in reading.mentions:
        if columns is not None and mention.name.lower() not in known:
            what = f"{describe(path)}: the cohort has no column {mention.name}"
            place = place_in_sql(draft, path, mention.span)
            yield build_problem("P308", what, suggestion(mention.name, columns), place)


def _check_plain_columns(draft: Draft, columns: tuple[str, ...] | None) -> Iterator[Problem]:
    """Columns named outside SQL: filters and strata of the lot."""
    cohort, design = draft.doc.cohort, draft.doc.design
    lot = design.randomise.stratify if design is not None and design.randomise is not None else []
    written = [("cohort", "filters", i, c) for i, c in enumerate(cohort.filters if cohort else [])]
    written += [("design", "randomise", i, c) for i, c in enumerate(lot)]
    for section, key, position, column in written:
        path: Path = (section, key, position) if section == "cohort" else (section, key, "stratify", position)
        if not re.fullmatch(r"[A-Za-z_]\w*", column):
            yield build_problem(
                "P307", f"{column[:60]!r} is not a column", "name a column", draft.place(*path)
            )
        elif columns is not None and column.lower() not in {c.lower() for c in columns}:
            what = f"{describe(path)}: the cohort has no column {column}"
            yield build_problem("P308", what, suggestion(column, columns), draft.place(*path))
