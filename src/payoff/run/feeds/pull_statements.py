"""Statements of another record store as a study's source, pulled without a store of our own between.

Question  What has the other store that has not come yet?
Once      What came lies in segments under the workspace, and their watermark says where to go on: a pull that
          is broken off goes on behind its last segment. Statements stored in one moment stay in one segment.
Behind    Nothing past the other store's Consistent-Through is taken: something before it may be on its way.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from payoff.connectors.extract import unreachable
from payoff.connectors.pseudonym import name_text
from payoff.connectors.record_store import RecordStoreClient, RemoteError, RemotePage, RemoteStore
from payoff.connectors.secrets import Secrets
from payoff.nouns.origin import RecordStore
from payoff.nouns.study import Source
from payoff.records.tombstones import Forgotten
from payoff.run.privacy.erasing import hold_tables
from payoff.run.privacy.forgotten_statements import leave_forgotten
from payoff.warehouse.statement_segments import (
    find_watermark,
    merge_segments,
    remove_replaced,
    write_segment,
)
from payoff.xapi.event import Event, shape_event
from payoff.xapi.identifier import read_uuid
from payoff.xapi.members import read_members, read_text
from payoff.xapi.reading import find_declared_version
from payoff.xapi.statement import Version
from payoff.xapi.times import read_time

TENANT = 1  # a folder holds one organisation's statements
_PEOPLE = 100_000  # pseudonyms remembered


def pull_statements(
    source: Source,
    origin: RecordStore,
    folder: Path,
    secrets: Secrets,
    secret: bytes,
    forgotten: Forgotten | None = None,
) -> int:
    """How many statements came, and into the segments at `folder` but for those of whoever was erased.

    Raises PayoffError: exit code 7 when the other store cannot be asked, 4 when another pull stays at work.
    """
    user, _, password = secrets.read(source, origin.login).partition(":")
    client = RecordStoreClient(RemoteStore(origin.endpoint, user, password, Version.V2))
    try:
        client.agree()
        with hold_tables(folder):
            return _pull(client, folder, secret, forgotten)
    except RemoteError as error:
        fix = "look at lrs and login; payoff lrs key list names the scopes of a key"
        raise unreachable(source, f"the record store: {error}", fix) from None
    finally:
        client.close()


def _pull(client: RecordStoreClient, folder: Path, secret: bytes, forgotten: Forgotten | None) -> int:
    name = lru_cache(_PEOPLE)(lambda text: name_text(text, secret))
    came, held = 0, list[Event]()
    watermark = find_watermark(folder)
    for page in client.pull(watermark or None):
        held += [shape_event(TENANT, *told, name) for told in _read(page) if told[0] > watermark]
        whole = [event for event in held if event.stored < held[-1].stored]
        watermark, came = _write(folder, whole, watermark, forgotten), came + len(whole)
        held = held[len(whole) :]
    _write(folder, held, watermark, forgotten)
    remove_replaced(folder)
    return came + len(held)


def _write(folder: Path, events: list[Event], watermark: int, forgotten: Forgotten | None) -> int:
    if not events:
        return watermark
    segment = write_segment(folder, events, watermark, lambda rows: leave_forgotten(rows, forgotten))
    merge_segments(folder)
    return segment.to_us


def _read(page: RemotePage) -> Iterator[tuple[int, bytes, bytes, str]]:
    """(stored, id, text, version) up to the page's Consistent-Through."""
    for text in page.statements:
        members = read_members(text)
        try:
            stored = read_time(read_text(members["stored"]))
            own_id = read_uuid(read_text(members["id"]))
        except (KeyError, ValueError) as error:
            raise RemoteError("a statement of its page has no readable `stored` or `id`") from error
        if page.through_us is not None and stored > page.through_us:
            return
        yield stored, own_id, text, str(find_declared_version(text) or Version.V2)
