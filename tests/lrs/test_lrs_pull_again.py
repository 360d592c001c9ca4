"""What was pulled before: counted once, and its attachments asked for anew when it is tried again."""

import json
import os
import uuid
from hashlib import sha256
from pathlib import Path

from served_store import ServedStore, unique_activity
from test_lrs_links import TENANT, add_link, attach, find_ids, make, open_store, reach, write

from payoff.run.feeds.carried import Carried
from payoff.run.feeds.pulling import pull, retry_pulled
from payoff.statements.links import Direction, Link, Links
from payoff.statements.store import Store
from payoff.statements.work import Outcome


def pull_on(store: Store, links: Links, served: ServedStore) -> Carried:
    """A run as `--follow` makes it: from where the one before came to."""
    link = links.find("other")
    assert link is not None
    client = reach(served)
    try:
        return pull(store, links, link, client)
    finally:
        client.close()


def test_the_second_before_the_cursor_is_counted_once(served: ServedStore, tmp_path: Path) -> None:
    activity = unique_activity()
    with open_store(tmp_path / "own.db") as (store, links):
        sent = make(activity, 4)
        assert write(store, [{**sent[1], "object": {"id": unique_activity()}}]) is Outcome.STORED
        link = add_link(links, served, Direction.FROM)
        assert served.post("statements", sent).status == 200
        first = pull_on(store, links, served)
        assert first.refused == 1
        assert first.through >= 3
        assert pull_on(store, links, served) == Carried()
        later = make(activity, 2)
        assert served.post("statements", later).status == 200
        # as where `stored` is in whole seconds: the cursor is past what came late
        links.move(link.name, links_cursor(links) + 900_000)
        assert pull_on(store, links, served) == Carried(2)
        assert pull_on(store, links, served) == Carried()
        here = [statement["id"] for n, statement in enumerate(sent) if n != 1]
        assert find_ids(store, activity) == [*here, *(statement["id"] for statement in later)]
        assert links.count_dead("other") == 1


def links_cursor(links: Links) -> int:
    link = links.find("other")
    assert link is not None
    return link.cursor_us


def bury_with_attachment(links: Links, link: Link, body: bytes) -> tuple[bytes, str, bytes]:
    """A dead letter that declares an attachment: the request that would store it, and its id."""
    content_type, message = attach(statement := make(unique_activity(), 1)[0], body)
    text = next(part for part in message.split(b"\r\n") if part.startswith(b"{"))
    statement_id = uuid.UUID(statement["id"]).bytes
    assert json.loads(text)["attachments"]
    links.bury(link.name, statement_id, text, "by the rules of an older release")
    return statement_id, content_type, message


def test_attachments_of_a_dead_letter_are_asked_for_anew(served: ServedStore, tmp_path: Path) -> None:
    body = os.urandom(500)
    with open_store(tmp_path / "own.db") as (store, links):
        link = add_link(links, served, Direction.FROM)
        statement_id, content_type, message = bury_with_attachment(links, link, body)
        bury_with_attachment(links, link, os.urandom(500))  # of a statement that is there no more
        assert served.post("statements", message, headers={"Content-Type": content_type}).status == 200
        client = reach(served)
        dead = links.find_dead(link.name)
        assert retry_pulled(store, links, link, client, dead) == Carried(1, 1)
        client.close()
        assert store.find_statement(TENANT, statement_id) is not None
        (found,) = store.find_attachments(TENANT, [sha256(body).hexdigest()])
        assert found.body == body
        (left,) = links.find_dead(link.name)
        assert left.statement_id != statement_id
        assert "attachment" in left.reason
