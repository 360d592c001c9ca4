"""A person erased everywhere we can reach, and a certificate of it that names nobody.

Question  Was everything of this person erased or parted from them, who ordered it, and what is out of reach?
Order     The store; the analytic tables, from what the store says was erased; the entry in the audit log with
          the end of the job; the database's own files. Broken off, the same order goes on from there.
Feed      A pass of the feed that began before holds its lock until its rows are on disk, and one that begins
          after reads the erased store: so the tables, taken after the store, cannot get anybody back.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from payoff.connectors.pseudonym import name_text
from payoff.nouns.problem import PayoffError
from payoff.run.privacy.forgotten_statements import Turn, leave_forgotten
from payoff.statements.audit_log import Deed, Event, read_entries, verify
from payoff.statements.clock import read_now_us
from payoff.statements.connection import Connection, Engine
from payoff.statements.erased import find_changed
from payoff.statements.erasing import TOUCHED, erase, finish_erasure
from payoff.statements.erasure_job import Counts, Job, Mode, Order
from payoff.statements.keys import find_tenants
from payoff.statements.links import Direction, Links
from payoff.statements.store import Store
from payoff.warehouse.statement_replacing import Replaced, replace_rows
from payoff.warehouse.statement_segments import hold_folder
from payoff.xapi.event import Event as Row
from payoff.xapi.event import shape_event
from payoff.xapi.times import write_time

WAIT_SECONDS = 60.0
_LOOK_SECONDS = 0.2
NOT_SEARCHED = (
    "activity profiles, and state and agent profiles of others",
    "attachments of statements that do not name the person, and attachments that are not plain text",
    "the person's name in texts of statements that do not give it to them",
    "results already computed: they hold aggregates; run the studies again",
)
NOT_SEARCHED_POSTGRES = (
    "PostgreSQL: WAL archives, base backups, replicas' files, and free space until it is reused"
)


@dataclass(frozen=True, slots=True)
class Tables:
    """Analytic tables fed from the store, the secret of their pseudonyms. turn: who was erased from them."""

    folder: Path
    secret: bytes
    turn: Turn = nullcontext


def _keep_quiet(job: Job) -> None:
    """Nothing is told."""


def conduct_erasure(
    store: Store,
    order: Order,
    who: str,
    tables: Tables | None = None,
    tell: Callable[[Job], None] = _keep_quiet,
) -> dict[str, Any]:
    """Erase, and give the certificate. Raises PayoffError, UnavailableError; then order the same again."""
    engine = store.engine
    with _connected(engine) as connection:
        job = erase(connection, order, tell)
        replaced = bring_in_line(store, tables) if tables else None
        tenant = next(t.name for t in find_tenants(connection) if t.id == order.tenant)
        detail = {"mode": order.mode.value, **_count(job.counts), **_count_rows(replaced)}
        finish_erasure(
            connection, job, Event(who, Deed.ERASED, tenant, {k: str(v) for k, v in detail.items()})
        )
        is_clean = connection.scrub(TOUCHED)
        return {
            "schema_version": 1,
            "certificate": "erasure" if order.mode is Mode.ERASE else "de-linking",
            "at": write_time(read_now_us()),
            "ordered_by": who,
            "tenant": tenant,
            "counts": detail,
            "signatures_removed_from": job.counts.signatures,
            "files_clean": is_clean,
            "audit_head": verify(connection).head,
            "out_of_reach": _find_out_of_reach(connection, engine, order.tenant, tables),
        }


def bring_in_line(store: Store, tables: Tables) -> Replaced:
    """Make the tables forget all that their store has forgotten."""
    with _connected(store.engine) as connection:
        gone, changed = find_changed(connection)

    def read(stored_us: Sequence[int]) -> list[Row]:
        found = [row for us in stored_us for row in store.read_after(us - 1, 1) if row.stored_us == us]
        name = lambda text: name_text(text, tables.secret)  # noqa: E731
        return [shape_event(r.tenant, r.stored_us, r.id, r.raw, r.version, name) for r in found]

    if not tables.folder.is_dir():
        return Replaced()
    with tables.turn() as forgotten, hold_tables(tables.folder):
        return replace_rows(tables.folder, gone, changed, read, lambda rows: leave_forgotten(rows, forgotten))


@contextmanager
def hold_tables(folder: Path) -> Iterator[None]:
    """The feed's lock; a pass that is at work is waited for."""
    end = time.monotonic() + WAIT_SECONDS
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(hold_folder(folder))
                break
            except PayoffError:
                if time.monotonic() > end:
                    raise
            time.sleep(_LOOK_SECONDS)
        yield


def _count(counts: Counts) -> dict[str, int]:
    told = asdict(counts)
    return {**told, "signatures": len(counts.signatures)}


def _count_rows(replaced: Replaced | None) -> dict[str, int]:
    if replaced is None:
        return {}
    return {"rows_erased": replaced.n_gone, "rows_changed": replaced.n_changed}


def _find_out_of_reach(
    connection: Connection, engine: Engine, tenant: int, tables: Tables | None
) -> dict[str, Any]:
    links = [link for link in Links(connection).find_all() if link.tenant == tenant]
    searched = list(NOT_SEARCHED)
    if engine.many_writers:
        searched.append(NOT_SEARCHED_POSTGRES)
    if tables is None:
        searched.append("analytic tables: no workspace was named")
    return {
        "backups": [
            {
                "made_at": write_time(entry.at_us),
                "keep_until": msgspec.json.decode(entry.detail).get("keep_until", "not recorded"),
            }
            for entry in read_entries(connection)
            if entry.what == Deed.BACKED_UP
        ],
        "forwarded_to": [link.name for link in links if link.direction is Direction.TO],
        "pulled_from": [link.name for link in links if link.direction is Direction.FROM],
        "not_searched": searched,
    }


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    connection = engine.connect(writing=True)
    try:
        yield connection
    finally:
        connection.close()
