"""People, currency, horizon, sources, cohort, privacy: the frame around the question."""

from collections.abc import Iterator

from payoff.nouns.problem import Problem
from payoff.nouns.source_file import format_of
from payoff.nouns.study import PLACEHOLDER_ASK
from payoff.study.check_sql import source_names
from payoff.study.codes import build_problem
from payoff.study.currency import CURRENCIES, FREQUENT
from payoff.study.sql import SqlFindingError, read_expression
from payoff.study.structure import Draft
from payoff.study.suggest import nearest, suggestion

MAX_HORIZON_MONTHS = 120
RECOGNISABLE_BELOW = 5
_FORMATS = ("file", "csv", "parquet", "excel", "statements", "folder", "database", "rest", "lrs")
_RESERVED = frozenset(
    """
    all analyse analyze and any array as asc asymmetric both case cast check collate column constraint
    create default deferrable desc describe distinct do else end except false fetch for foreign from
    grant group having in initially intersect into lambda lateral leading limit not null offset on only
    or order pivot pivot_longer pivot_wider placing primary qualify references returning select show
    some summarize symmetric table then to trailing true union unique unpivot using variadic when where
    window with
    """.split()  # noqa: SIM905
)


def check_frame(draft: Draft) -> Iterator[Problem]:
    """Problems of everything that is not a metric, the design or money."""
    doc = draft.doc
    people = doc.people
    if people is not None and people.analyst.casefold() == people.finance.casefold():
        what = f"{people.analyst} is both analyst and finance partner"
        yield build_problem("P607", what, "name a second person", draft.place("people", "finance"))
    if doc.currency is not None and doc.currency not in CURRENCIES:
        place = draft.place("currency")
        near = nearest(doc.currency, FREQUENT) or nearest(doc.currency, CURRENCIES)
        fix = f"did you mean {near}?" if near else "such as USD, EUR or GBP"
        yield build_problem("P115", f"{doc.currency[:40]!r} is not an ISO 4217 code", fix, place)
    if doc.horizon_months is not None and not 1 <= doc.horizon_months <= MAX_HORIZON_MONTHS:
        what = f"horizon_months is {doc.horizon_months}"
        fix = f"write 1 to {MAX_HORIZON_MONTHS}"
        yield build_problem("P606", what, fix, draft.place("horizon_months"))
    if doc.ask == PLACEHOLDER_ASK:
        what = "ask is still the starter's sentence"
        yield build_problem("P611", what, "say what the reader is to decide", draft.place("ask"))
    if doc.privacy is not None and doc.privacy.min_cell < RECOGNISABLE_BELOW:
        what = f"groups of {doc.privacy.min_cell} are shown"
        yield build_problem("P608", what, "min_cell: 5", draft.place("privacy", "min_cell"))
    if doc.design is not None and doc.design.unit.lower() in _RESERVED:
        fix = "rename the column in the queries: … as unit_id"
        yield build_problem("P111", f"{doc.design.unit} is a word of SQL", fix, draft.place("design", "unit"))
    yield from _check_sources(draft)
    yield from _check_cohort(draft)


def _check_sources(draft: Draft) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, source in draft.doc.sources.items():
        place = draft.tree.key_place("sources", name)
        if name.lower() in _RESERVED:
            yield build_problem("P111", f"{name} is a word of SQL", "choose another name", place)
        written = [f for f in _FORMATS if draft.is_written("sources", name, f)]
        if len(written) != 1:
            what = (
                f"sources.{name} names {len(written)} files" if written else f"sources.{name} names no file"
            )
            fix = "keep one" if written else f"add one of: {', '.join(_FORMATS)}"
            yield build_problem("P113" if written else "P102", what, fix, place)
        if written == ["file"] and source.file is not None and format_of(source.file) is None:
            what = f"sources.{name}.file: {source.file[-40:]} ends in no format that is read"
            fix = "end it in .csv, .tsv, .txt, .parquet, .xlsx, .jsonl, .gz or .zip"
            yield build_problem("P109", what, fix, draft.place("sources", name, "file"))
        path = source.file or source.folder
        is_workbook = written == ["excel"] or (path is not None and format_of(path) == "excel")
        if draft.is_written("sources", name, "sheet") and not is_workbook:
            what = f"sources.{name}.sheet: only workbooks have sheets"
            yield build_problem("P113", what, "delete sheet", draft.place("sources", name, "sheet"))
        if not draft.is_written("sources", name, "steward"):
            yield build_problem("P210", f"sources.{name} has no steward", "add steward: …", place)
        if name.lower() in seen:
            what = (
                f"sources {seen[name.lower()]} and {name} differ in case only; SQL does not tell them apart"
            )
            yield build_problem("P111", what, "rename one", place)
        seen[name.lower()] = name
        doubled = sorted({c for c in source.key if source.key.count(c) > 1})
        if doubled:
            what = f"sources.{name}.key lists {doubled[0][:60]} twice"
            yield build_problem("P113", what, "list it once", draft.place("sources", name, "key"))
    if draft.is_written("sources") and not source_names(draft):
        yield build_problem("P102", "there is no source", "name the files to read", draft.place("sources"))


def _check_cohort(draft: Draft) -> Iterator[Problem]:
    cohort, sources = draft.doc.cohort, source_names(draft)
    if cohort is None:
        return
    written = [key for key in ("sql", "source") if draft.is_written("cohort", key)]
    if len(written) == 2:
        yield build_problem(
            "P113", "cohort has both sql and source", "keep one", draft.place("cohort", "source")
        )
    if cohort.source is not None and cohort.source not in sources:
        what = f"cohort.source: {cohort.source[:60]} is not a declared source"
        yield build_problem("P303", what, suggestion(cohort.source, sources), draft.place("cohort", "source"))
    if not written and cohort_source(draft) is None:
        fix = "add source: a table with one row per unit, or sql: a query that returns one"
        yield build_problem(
            "P102", "cohort does not say where its units are listed", fix, draft.place("cohort")
        )


def cohort_source(draft: Draft) -> str | None:
    """The source `cohort.include` names by itself, as in `hris.role = 'rep'`; None when unclear."""
    cohort = draft.doc.cohort
    if cohort is None or cohort.include is None:
        return None
    names = {name.lower(): name for name in source_names(draft)}
    try:
        mentions = read_expression(cohort.include, source_names(draft)).mentions
    except SqlFindingError:
        return None
    tables = {names.get(mention.table.lower()) for mention in mentions}
    return tables.pop() if len(tables) == 1 else None
