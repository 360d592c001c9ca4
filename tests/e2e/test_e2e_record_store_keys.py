"""Keys, tenants and the audit log at the command line, as their administrator types it."""

import json
import re
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from payoff.apps.cli.main import main
from payoff.run.codes import CODES
from payoff.statements.access import Gatekeeper
from payoff.statements.credentials import AccessError
from payoff.statements.engines import find_engine
from payoff.statements.scopes import Scope

SOURCE = Path(__file__).parents[2] / "src" / "payoff"


class Done(NamedTuple):
    """What a command said."""

    stdout: str
    stderr: str


class Office:
    """Somebody at a terminal with one store; commands run in this process, where starting costs nothing."""

    def __init__(
        self, store: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.store = store
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def run(self, *words: str, code: int = 0) -> Done:
        self._monkeypatch.setattr("sys.argv", ["payoff", "lrs", *words, "--store", self.store])
        with pytest.raises(SystemExit) as ended:
            main()
        done = Done(*self._capsys.readouterr())
        assert ended.value.code == code, done.stderr
        return done

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self.run(*words, "--json", code=code).stdout)


@pytest.fixture
def office(store_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(store_url, monkeypatch, capsys)


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(str(tmp_path / "records.db"), monkeypatch, capsys)


@pytest.fixture
def gate(office: Office) -> Iterator[Gatekeeper]:
    found = Gatekeeper(find_engine(office.store))
    yield found
    found.close()


def header(key: str, secret: str) -> str:
    return "Basic " + b64encode(f"{key}:{secret}".encode()).decode()


def test_a_key_from_its_making_to_its_end(office: Office, gate: Gatekeeper) -> None:
    office.run("tenant", "add", "acme", "--by", "ann")
    words = ("--tenant", "acme", "--label", "player", "--scope", "statements/write", "--scope", "state")
    limits = ("--rate", "50", "--max-body-mb", "0.5", "--max-batch", "10", "--expires", "2099-01-01")
    made = office.json("key", "add", *words, *limits, "--by", "ann")
    found = gate.find_access(header(made["key"], made["secret"]))
    assert (found.tenant_name, found.scopes) == ("acme", (Scope.WRITE, Scope.STATE))
    assert (found.limits.requests_per_second, found.limits.body_bytes, found.limits.batch) == (
        50,
        524_288,
        10,
    )

    rotated = office.json("key", "rotate", made["key"], "--overlap", "7d", "--by", "bob")
    assert rotated["secret"] != made["secret"]
    assert gate.find_access(header(made["key"], rotated["secret"])).name == made["key"]

    listed = office.run("key", "list", "--tenant", "acme")
    assert "“player”" in listed.stdout
    assert "secret before holds until" in " ".join(listed.stdout.split())  # wrapped at the terminal's width
    assert made["secret"] not in listed.stdout + listed.stderr
    ended = office.json("key", "revoke", made["key"], "--by", "ann")
    assert ended["revoked_at"]
    time.sleep(0.6)
    with pytest.raises(AccessError):
        gate.find_access(header(made["key"], rotated["secret"]))

    entries = office.json("audit")["entries"]
    told = [(entry["who"], entry["what"], entry["tenant"]) for entry in entries]
    assert told[:3] == [
        ("ann", "tenant added", "acme"),
        ("ann", "key added", "acme"),
        ("bob", "key rotated", "acme"),
    ]
    assert [what for _, what, _ in told[3:]] == ["keys read", "key revoked"]
    assert entries[1]["detail"]["scopes"] == "statements/write state"
    assert office.json("audit", "--verify")["whole"] is True


def test_without_scopes_a_key_writes_and_reads_its_own(local: Office) -> None:
    done = local.run("key", "add")
    assert "statements/write statements/read/mine" in done.stdout
    assert "one time it is shown" in done.stderr
    assert "one time it is shown" not in done.stdout
    assert local.json("tenant", "list")["tenants"] == [{"id": 1, "name": "default"}]


def test_a_log_that_was_changed_or_cut_off_is_told(local: Office) -> None:
    local.run("key", "add")
    head = local.json("audit", "--verify")["head"]
    connection = find_engine(local.store).connect(writing=True)
    connection.execute("UPDATE audit SET who = 'somebody else'")
    done = local.run("audit", "--verify", code=5)
    assert "error R206  entry 1 was changed after it was written" in done.stderr
    connection.execute("DELETE FROM audit")
    connection.close()
    local.run("audit", "--verify")  # an empty log is whole …
    done = local.run("audit", "--expect", head, code=5)  # … and the head noted before is missing
    assert "is not in the log any more" in done.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("key", "add", "--scope", "statements/rite"), "R205"),
        (("key", "add", "--rate", "0"), "R205"),
        (("key", "add", "--expires", "2020-01-01"), "R205"),
        (("key", "add", "--home-page", "no iri"), "R205"),
        (("key", "add", "--tenant", "nowhere"), "R201"),
        (("key", "rotate", "x", "--overlap", "soon"), "R205"),
        (("key", "list"), "R207"),
        (("tenant", "add", "Acme & Co"), "R204"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_fix(local: Office, words: tuple[str, ...], code: str) -> None:
    done = local.run(*words, code=2)
    assert f"error {code}" in done.stderr
    assert "  fix  " in done.stderr
    assert done.stdout == ""


def test_every_code_of_the_record_store_is_explained() -> None:
    used = {code for path in SOURCE.rglob("*.py") for code in re.findall(r'"(R[0-9]{3})"', path.read_text())}
    assert used <= set(CODES)
