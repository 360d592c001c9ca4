"""An invented firm in the layouts payoff keeps: segments of fed statements, a landed package of tickets.

Every value is a hash of row number and seed, so that the same seed gives the same rows; DuckDB writes them,
a slice in memory at a time.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from payoff.warehouse.package import Load, find_folder, name_package, write_load
from payoff.warehouse.statement_columns import SEGMENT_SCHEMA

N_PEOPLE = 20_000
N_WEEKS = 52
FIRST_US = 1_735_516_800_000_000  # Monday, 30 December 2024
WEEK_US = 604_800_000_000
ROWS_A_SEGMENT = 320_000  # sixteen batches of a feed, merged
ROWS_A_SLICE = 1_000_000

STUDY = """\
payoff: 1
study: panels
title: Panels
program: Drills
question: How long does it take to build the panels of a large firm?
people: {analyst: a, finance: b, sponsor: c}
currency: USD
price_base: 2025 prices
horizon_months: 12
sources:
  lrs:
    statements: .payoff/statements
    columns: [person, timestamp, touchpoint, activity_id, session_id, success, score_scaled]
    steward: a
  tickets: {parquet: tickets.parquet, columns: [agent_id, created_at, solved_at, replies], steward: a}
  people: {parquet: people.parquet, key: [person], columns: [person, trained], steward: a}
metrics:
  views: {use: content_views, source: lrs, owner: a, columns: {unit: person}}
  practice: {use: practice_frequency, source: lrs, owner: a, columns: {unit: person}}
  attempts: {use: assessment_attempts, source: lrs, owner: a, columns: {unit: person}}
  returning: {use: repeat_visits, source: lrs, owner: a, columns: {unit: person}}
  depth: {use: session_depth, source: lrs, owner: a, columns: {unit: person}}
  score: {use: assessment_score, source: lrs, owner: a, columns: {unit: person}}
  passed: {use: pass_rate, source: lrs, owner: a, columns: {unit: person}}
  solved_at_once: {use: first_contact_resolution, source: tickets, owner: a, columns: {unit: agent_id}}
  reopened: {use: reopen_rate, source: tickets, owner: a, columns: {unit: agent_id}}
  escalated:
    use: ticket_escalations
    source: tickets
    owner: a
    columns: {unit: agent_id, escalated: reassignments > 0}
outcome:
  primary: solved_at_once
  secondary: [reopened, escalated]
  leading: [views, practice, attempts, returning, depth, score, passed]
cohort:
  sql: select person, trained from people
design:
  type: rct
  unit: person
  unit_label: agent
  period: week
  arm: trained
  baseline: 2024-12-30..2025-06-29
  follow_up: 2025-06-30..2025-12-28
hypotheses:
  - {id: H1, claim: Drills solve more at once, metric: solved_at_once, expected: 1%..4%,
     worth_it_above: "max(break_even, 1%)", source: pilot}
value:
  time_saved:
    label: Time saved
    category: cost
    metric: solved_at_once
    formula: lift * baseline * agents * months * tickets_a_month * cost_of_reply
    cash: true
assumptions:
  tickets_a_month: {low: 60, mid: 80, high: 100, unit: 1/agent/month, source: desk, owner: b}
  cost_of_reply: {low: 4, mid: 5, high: 6, unit: USD, source: desk, owner: b}
  price: {low: 40, mid: 50, high: 70, unit: USD/agent, source: invoice, owner: b}
  discount: {value: 8%, source: treasury, owner: b}
costs:
  - {item: Program, amount: price * agents, kind: one_time, category: implementation}
"""

_TOUCHPOINTS = (
    "launch", "launch", "completion", "assessment", "practice done", "practice done", "prompt answered",
    "prompt shown", "nudge sent", "job aid viewed",
)  # fmt: skip
# one statement: u is drawn anew for each column from row number and seed
_STATEMENT = """
select 1::bigint as tenant, md5(n::varchar)::uuid::varchar as statement_id,
  make_timestamp(stored_us) as stored, make_timestamp(stored_us - 2000000) as timestamp,
  2.0::double as clock_skew_seconds, who as actor, who as person, 'person' as actor_kind,
  touchpoint, 'http://adlnet.gov/expapi/verbs/' || split_part(touchpoint, ' ', 1) as verb_id,
  split_part(touchpoint, ' ', 1) as verb, 'activity' as object_kind,
  'https://learn.example/activities/' || (hash(n, {seed}, 3) % 400) as activity_id, 'lesson' as activity_type,
  'http://adlnet.gov/expapi/activities/lesson' as activity_type_id,
  case when n % 2000 = 7 then md5((n - 7)::varchar)::uuid::varchar end as voids,
  case when touchpoint = 'assessment' then hash(n, {seed}, 4) % 10 < 7 end as success,
  case when touchpoint = 'assessment' then (hash(n, {seed}, 5) % 101) / 100.0 end as score_scaled,
  (hash(n, {seed}, 6) % 600)::double as duration_seconds, 'learn' as platform, 'en' as language,
  case when hash(n, {seed}, 7) % 10 < 8
    then left(who, 8) || '-' || (stored_us // 86400000000) end as session_id,
  '2.0.0' as version, {from_us}::bigint as segment_from_us, {to_us}::bigint as segment_to_us
from (
  select n, {first} + n * {step} + 1 as stored_us,
    left(md5((hash(n, {seed}, 1) % {people})::varchar), 20) as who,
    {touchpoints}[(1 + hash(n, {seed}, 2) % {n_touchpoints})::bigint] as touchpoint
  from range({start}, {stop}) as r(n)
) order by n"""
_TICKET = """
select 'INC' || n as ticket_id, left(md5((hash(n, {seed}, 11) % {people})::varchar), 20) as agent_id,
  'desk ' || (hash(n, {seed}, 12) % 40) as "group", 'incident' as type,
  'category ' || (hash(n, {seed}, 13) % 25) as category, 'closed' as status,
  '' || (1 + hash(n, {seed}, 14) % 4) as priority, 'phone' as channel,
  make_timestamp({first} + n * {step}) as created_at,
  case when hash(n, {seed}, 15) % 20 > 0
    then make_timestamp(({first} + n * {step} + 1000000 * (hash(n, {seed}, 16) % 400000))::bigint)
    end as solved_at,
  (hash(n, {seed}, 17) % 20 = 0)::bigint as reopens, (hash(n, {seed}, 18) % 4)::bigint as replies,
  case when hash(n, {seed}, 19) % 10 < 7 then 0 else 1 + hash(n, {seed}, 20) % 3 end::bigint as reassignments,
  (hash(n, {seed}, 21) % 2000)::double as elapsed_minutes, n + 1 as _row
from range({start}, {stop}) as r(n) order by n"""


def invent_firm(folder: Path, n_statements: int, n_tickets: int, seed: int = 1) -> None:
    """Write study, people, segments and the tickets' package into an empty folder."""
    (folder / "payoff.yml").write_text("payoff: 1\n")
    (folder / "panels.yml").write_text(STUDY)
    with duckdb.connect(":memory:", config={"threads": "1"}) as connection:
        connection.execute("set timezone = 'UTC'")
        _write_statements(connection, folder / ".payoff" / "statements", n_statements, seed)
        tickets = folder / ".payoff" / "warehouse"
        _write_tickets(connection, tickets, n_tickets, seed)
        who = "left(md5(n::varchar), 20) as person, hash(n, 99) % 2 = 0 as trained, n + 1 as _row"
        people = connection.execute(f"select {who} from range({N_PEOPLE}) as r(n)").to_arrow_table()
    _write_package(tickets, "people", people.schema, [people])


def _write_statements(connection: duckdb.DuckDBPyConnection, folder: Path, n_rows: int, seed: int) -> None:
    folder.mkdir(parents=True)
    step = N_WEEKS * WEEK_US // n_rows
    reached = 0
    for start in range(0, n_rows, ROWS_A_SEGMENT):
        stop = min(start + ROWS_A_SEGMENT, n_rows)
        to_us = FIRST_US + (stop - 1) * step + 1
        sql = _STATEMENT.format(
            seed=seed, people=N_PEOPLE, first=FIRST_US, step=step, start=start, stop=stop, from_us=reached,
            to_us=to_us, touchpoints=list(_TOUCHPOINTS), n_touchpoints=len(_TOUCHPOINTS),
        )  # fmt: skip
        found = connection.execute(sql).to_arrow_table()
        table = _in_schema(found, SEGMENT_SCHEMA)
        pq.write_table(table, folder / f"{reached:016d}-{to_us:016d}.parquet", compression="zstd")
        reached = to_us


def _in_schema(found: pa.Table, schema: pa.Schema) -> pa.Table:
    """Columns that were not invented are there and empty, as in a feed of such statements."""
    n = found.num_rows
    columns = [
        found[f.name].cast(f.type)
        if f.name in found.column_names
        else pa.array([[]] * n, f.type)
        if pa.types.is_list(f.type)
        else pa.nulls(n, f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)


def _write_tickets(connection: duckdb.DuckDBPyConnection, root: Path, n_rows: int, seed: int) -> None:
    step = N_WEEKS * WEEK_US // n_rows

    def slices() -> Iterator[pa.Table]:
        for start in range(0, n_rows, ROWS_A_SLICE):
            stop = min(start + ROWS_A_SLICE, n_rows)
            told = {"seed": seed, "people": N_PEOPLE, "first": FIRST_US, "step": step}
            yield connection.execute(_TICKET.format(**told, start=start, stop=stop)).to_arrow_table()

    first = connection.execute(
        _TICKET.format(seed=seed, people=N_PEOPLE, first=FIRST_US, step=step, start=0, stop=0)
    ).to_arrow_table()
    utc = pa.timestamp("us", tz="UTC")
    instants = [f.with_type(utc) if pa.types.is_timestamp(f.type) else f for f in first.schema]
    _write_package(root, "tickets", pa.schema(instants), slices())


def _write_package(root: Path, source: str, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    """As landing leaves it; the file it came from is not kept, so its hash is that of a name."""
    sha256 = hashlib.sha256(source.encode()).hexdigest()
    package = find_folder(root, source) / name_package(sha256, "bench")
    package.mkdir(parents=True)
    n_rows = 0
    with pq.ParquetWriter(package / "rows.parquet", schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table.cast(schema))
            n_rows += table.num_rows
    with (package / "rows.parquet").open("rb") as file:
        rows_sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    columns = tuple((f.name, str(f.type)) for f in schema if f.name != "_row")
    load = Load("landed", source, f"{source}.parquet", sha256, "bench", n_rows, columns, ())
    write_load(package, replace(load, rows_sha256=rows_sha256, landed_at="2026-01-01"))
    (package.parent / "current").write_text(package.name + "\n")
