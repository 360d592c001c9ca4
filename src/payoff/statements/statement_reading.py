"""Statements as they are asked for.

Question  Which statements match a query, a page at a time?
Cost      A page walks the posting list of the rarest term and probes the others at the same place, from where
          the page begins until it is full: no step depends on how much the store holds.
Mine      A key that sees its own statements only finds them by what its own statements say: not even by terms
          that came through a reference to a foreign one, which would tell what that one says.
"""

from collections.abc import Sequence
from typing import Any

from payoff.statements.connection import Connection, Row, encode
from payoff.statements.query import Page, StatementQuery, StoredStatement
from payoff.statements.terms import find_terms
from payoff.xapi.statement import Sets, Term, TermKind

COLUMNS = (
    "s.stored_us, s.id, s.raw, s.has, s.version, a.text, s.voided, s.voiding, s.refers_to, s.tenant "
    "FROM statement s CROSS JOIN authority a"
)
# compared with 1, not EXISTS, which PostgreSQL may turn into a join that reads all of the other list
PROBE = "SELECT 1 FROM posting q WHERE q.term = ? AND q.stored_us = p.stored_us AND q.via ="
LATEST_US = 2**62
COUNTED = 1_000  # a list that long is long; which of two such is longer matters little
RAREST_FIRST = (
    TermKind.REGISTRATION,
    TermKind.AGENT,
    TermKind.ANY_AGENT,
    TermKind.ACTIVITY,
    TermKind.ANY_ACTIVITY,
    TermKind.VERB,
    TermKind.AUTHORITY,
)


def find_page(connection: Connection, query: StatementQuery, consistent_through_us: int) -> Page:
    """A page; `consistent_through_us` was asked for before."""
    rows = _find_rows(connection, query)
    more = len(rows) > query.limit
    statements = tuple(build_statement(row) for row in rows[: query.limit])
    return Page(statements, statements[-1].stored_us if more and statements else None, consistent_through_us)


def find_statement(
    connection: Connection, tenant: int, id: bytes, mine: str | None
) -> StoredStatement | None:
    """The statement of that id, voided or not."""
    sql = f"SELECT {COLUMNS} WHERE s.tenant = ? AND s.id = ? AND a.id = s.authority"
    params: tuple[Any, ...] = (tenant, id)
    if mine is not None:
        sql, params = sql + " AND a.agent = ?", (*params, encode(mine))
    rows = connection.execute(sql, params)
    return build_statement(rows[0]) if rows else None


def build_statement(row: Row) -> StoredStatement:
    """A row of COLUMNS."""
    stored_us, id, raw, has, version, authority, voided, voiding, refers_to, tenant = row
    return StoredStatement(
        stored_us, id, raw, Sets(has), version, authority, bool(voided), bool(voiding), refers_to, tenant
    )


def _find_rows(connection: Connection, query: StatementQuery) -> list[Row]:
    terms = list(dict.fromkeys(query.terms))
    if query.mine is not None:
        terms.append(Term(TermKind.AUTHORITY, query.mine))
    order = "" if query.ascending else " DESC"
    if not terms:
        after, until = _find_bounds(query)
        return connection.execute(
            f"SELECT {COLUMNS} WHERE {connection.words['of_tenant']} "
            f"AND s.voided = 0 AND a.id = s.authority ORDER BY s.tenant{order}, s.stored_us{order} LIMIT ?",
            (
                query.tenant,
                -1 if after is None else after,
                query.tenant,
                LATEST_US if until is None else until,
                query.limit + 1,
            ),
        )
    numbers = find_terms(connection, query.tenant, terms)
    if numbers is None:
        return []
    matches, params = _build_matches(connection, query, terms, numbers)
    return connection.execute(
        f"SELECT {COLUMNS.replace('FROM', f'FROM ({matches}) f CROSS JOIN')} "
        f"WHERE s.stored_us = f.stored_us AND a.id = s.authority ORDER BY f.stored_us{order}",
        params,
    )


def _build_matches(
    connection: Connection, query: StatementQuery, terms: Sequence[Term], numbers: Sequence[int]
) -> tuple[str, list[Any]]:
    """SQL that gives `stored_us` of one row more than the page holds."""
    walked = _find_rarest(connection, query, terms, numbers)
    between, bounds = _find_range("p.stored_us", query)
    sql, params = f"p.term = ?{between}", [walked, *bounds]
    for number in numbers:
        if number != walked:
            sql += f" AND ({PROBE} p.via) = 1"
            params.append(number)
    if query.mine is not None:  # the last of `numbers`
        sql += f" AND ({PROBE} 0) = 1"
        params.append(numbers[-1])
    order = "" if query.ascending else " DESC"
    return (
        f"SELECT DISTINCT p.stored_us FROM posting p WHERE {sql} ORDER BY p.stored_us{order} LIMIT ?",
        [*params, query.limit + 1],
    )


def _find_rarest(
    connection: Connection, query: StatementQuery, terms: Sequence[Term], numbers: Sequence[int]
) -> int:
    if len(numbers) == 1:
        return numbers[0]
    between, bounds = _find_range("stored_us", query)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM posting WHERE term = ?{between} LIMIT {COUNTED}) c"
    lengths = [connection.execute(sql, (number, *bounds))[0][0] for number in numbers]
    kinds = [RAREST_FIRST.index(term.kind) for term in terms]
    return min(zip(lengths, kinds, numbers, strict=True))[2]


def _find_range(column: str, query: StatementQuery) -> tuple[str, list[int]]:
    after, until = _find_bounds(query)
    sql, params = "", []
    if after is not None:
        sql, params = f" AND {column} > ?", [after]
    if until is not None:
        sql, params = f"{sql} AND {column} <= ?", [*params, until]
    return sql, params


def _find_bounds(query: StatementQuery) -> tuple[int | None, int | None]:
    """`since` is exclusive, `until` inclusive; the page before ended at `after_us`."""
    after, until = query.since_us, query.until_us
    if query.after_us is not None:
        if query.ascending:
            after = query.after_us if after is None else max(after, query.after_us)
        else:
            until = query.after_us - 1 if until is None else min(until, query.after_us - 1)
    return after, until
