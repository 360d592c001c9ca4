"""The alternate request syntax: how much of a form is read of somebody who may not ask."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from in_process import KEY, SECRET, InProcess, basic, open_store
from served_store import build_statement, unique_activity, unique_agent

from payoff.apps.lrs.receiving import START_BYTES
from payoff.apps.lrs.settings import Settings
from payoff.statements.engines import find_engine
from payoff.statements.key_changes import KeyChanges, NewKey
from payoff.statements.keys import KeyLimits
from payoff.statements.scopes import Scope

PIECE = 16 * 1024
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def lrs(tmp_path: Path) -> Iterator[InProcess]:
    with open_store(Settings(str(tmp_path / "r.db"), dev_key=(KEY, SECRET)), "1.0.3") as opened:
        yield opened


class Sender:
    """Sends a form in pieces and counts how many bytes of it were taken."""

    def __init__(self, lrs: InProcess, form: bytes, authorization: str | None = None) -> None:
        self.lrs, self.form, self.taken = lrs, form, 0
        self.sent: list[Mapping[str, Any]] = []
        headers = {"content-type": FORM, "x-experience-api-version": "1.0.3"}
        if authorization is not None:
            headers["authorization"] = authorization
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def receive(self) -> Mapping[str, Any]:
        piece = self.form[self.taken : self.taken + PIECE]
        self.taken += len(piece)
        return {"type": "http.request", "body": piece, "more_body": self.taken < len(self.form)}

    async def send(self, message: Mapping[str, Any]) -> None:
        self.sent.append(message)

    def put(self) -> int:
        """The status of a PUT of a statement."""
        scope = {"type": "http", "method": "POST", "path": "/xapi/statements", "headers": self.headers}
        asked = self.lrs.application({**scope, "query_string": b"method=PUT"}, self.receive, self.send)
        self.lrs.run(asked)
        status: int = self.sent[0]["status"]
        return status


def write_form(*, first: Mapping[str, str] | None = None, last: Mapping[str, str] | None = None) -> bytes:
    """A PUT of a statement much longer than what is read of a stranger."""
    statement = build_statement(unique_agent(), unique_activity())
    statement["result"] = {"response": "x" * 10 * START_BYTES}
    pairs = {"statementId": str(uuid4()), "content": json.dumps(statement)}
    return urlencode({**(first or {}), **pairs, **(last or {})}).encode()


def test_of_a_wrong_header_no_byte_is_read(lrs: InProcess) -> None:
    sender = Sender(lrs, write_form(), basic(KEY, "wrong"))
    assert sender.put() == 401
    assert sender.taken == 0


def test_of_wrong_credentials_in_the_form_the_start_is_read(lrs: InProcess) -> None:
    sender = Sender(lrs, write_form(first={"Authorization": basic(KEY, "wrong")}))
    assert sender.put() == 401
    assert sender.taken <= START_BYTES + PIECE


def test_credentials_behind_a_long_content_come_too_late(lrs: InProcess) -> None:
    sender = Sender(lrs, write_form(last={"Authorization": basic(KEY, SECRET)}))
    assert sender.put() == 401
    assert sender.taken <= START_BYTES + PIECE
    assert b"among the first 65,536 bytes of the form" in sender.sent[1]["body"]


@pytest.mark.parametrize("where", ["header", "form"])
def test_who_may_ask_sends_a_long_form(lrs: InProcess, where: str) -> None:
    mine = basic(KEY, SECRET)
    form = write_form(first={"authorization": mine} if where == "form" else None)
    sender = Sender(lrs, form, mine if where == "header" else None)
    assert sender.put() == 204
    assert sender.taken == len(form)


@pytest.mark.parametrize("where", ["header", "form"])
def test_a_form_ends_at_the_limit_of_its_key(tmp_path: Path, where: str) -> None:
    path = str(tmp_path / "k.db")
    with open_store(Settings(path), "1.0.3") as lrs:
        new = NewKey("default", "narrow", (Scope.ALL,), limits=KeyLimits(body_bytes=PIECE))
        fresh = KeyChanges(find_engine(path), "test").add_key(new)
        mine = basic(fresh.key.key, fresh.secret)
        form = write_form(first={"Authorization": mine} if where == "form" else None)
        sender = Sender(lrs, form, mine if where == "header" else None)
        assert sender.put() == 413
        assert sender.taken <= START_BYTES + 4 * PIECE
