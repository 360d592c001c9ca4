"""The identity map on disk: whole or not at all, one version whatever the order, erased for good."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import apsw
import pyarrow as pa
import pytest

from payoff.identity import Decision, Identifier, State, build_people, match
from payoff.nouns.problem import PayoffError
from payoff.records.identity_map import FILE, IdentityMap, ListRow, open_map

ANN, BO = (
    (("hr", "10"), ("email", "Ann.Secretive@firm.example")),
    (("hr", "11"), ("email", "bo@firm.example")),
)
STAFF = [ListRow(ANN, "hr"), ListRow(BO, "hr")]
USERS = [ListRow((("email", "ann.secretive@firm.example"), ("agent", "a1")), None)]


def put(opened: IdentityMap, *names: str) -> None:
    lists = {"staff": STAFF, "users": USERS}
    for name in names:
        opened.put_list(name, None, f"{name}.csv", f"hash of {name}", "d", lists[name])


def test_the_version_knows_what_is_said_and_not_in_which_order(tmp_path: Path) -> None:
    versions = []
    for n, names in enumerate((("staff", "users"), ("users", "staff"), ("users", "staff", "users"))):
        with open_map(tmp_path / str(n), make=True) as opened:
            put(opened, *names)
            versions.append(opened.read_version())
    assert len(set(versions)) == 1
    with open_map(tmp_path / "0") as opened:
        opened.add_decision(Decision(0, "nobody", Identifier("agent", "a1"), None, "d", "a robot"))
        assert opened.read_version() != versions[0]


def test_a_list_that_breaks_off_leaves_the_one_before(tmp_path: Path) -> None:
    def broken() -> Iterator[ListRow]:
        yield ListRow(BO, "hr")
        raise RuntimeError("the disk is gone")

    with open_map(tmp_path / "map", make=True) as opened:
        put(opened, "staff")
        before = opened.read_version(), opened.read_claims().table
        with pytest.raises(RuntimeError):
            opened.put_list("staff", None, "staff.csv", "other", "d", broken())
        assert opened.read_version() == before[0]
        assert opened.read_claims().table.equals(before[1])


def test_decisions_are_kept_with_who_when_and_why(tmp_path: Path) -> None:
    with open_map(tmp_path / "map", make=True) as opened:
        put(opened, "staff")
        said = Decision(
            0, "belongs", Identifier("agent", "a1"), Identifier("hr", "11"), "d.steward", "seen on the rota",
            first_on=dt.date(2026, 1, 1), last_on=dt.date(2026, 2, 1),
        )  # fmt: skip
        opened.add_decision(said)
        (kept,) = opened.read_decisions()
    assert (kept.number, kept.by, kept.why) == (1, "d.steward", "seen on the rota")
    assert (kept.first_on, kept.last_on) == (said.first_on, said.last_on)
    assert dt.datetime.fromisoformat(kept.at).tzinfo is not None


def test_whoever_is_forgotten_is_in_no_byte_of_the_file(tmp_path: Path) -> None:
    with open_map(tmp_path / "map", make=True) as opened:
        put(opened, "staff", "users")
        own = Identifier("hr", "10")
        opened.add_decision(Decision(0, "belongs", Identifier("agent", "a2"), own, "d", "Secretive uses it"))
        before, claims = opened.read_version(), opened.read_claims().table.to_pylist()
        rows = sorted({c["row"] for c in claims if "ecretive" in c["value"]})
        email = Identifier("email", "ann.secretive@firm.example")
        assert opened.forget(rows, [own, email], lambda one: f"digest of {len(one.value)}") == 2
        people = build_people(opened.read_claims(), opened.read_decisions())
        assert opened.read_version() != before
        assert opened.read_forgotten() == {"digest of 2", f"digest of {len(email.value)}"}
    assert people.n_persons == 1
    state = match(people, people.find("email", pa.array([email.value, BO[1][1]]))).state
    assert state.tolist() == [State.MISSING, State.MATCHED]
    assert [p.name for p in (tmp_path / "map").iterdir()] == [FILE]
    assert b"ecretive" not in (tmp_path / "map" / FILE).read_bytes()


def test_what_is_no_map_is_not_taken_for_one(tmp_path: Path) -> None:
    with pytest.raises(PayoffError, match="I101"), open_map(tmp_path):
        pass
    folder = tmp_path / "map"
    with open_map(folder, make=True):
        pass
    (folder / FILE).write_bytes(b"not a database at all, whatever its name says" * 99)
    with pytest.raises(PayoffError, match="I103"), open_map(folder):
        pass
    (folder / FILE).unlink()
    with open_map(folder, make=True):
        pass
    connection = apsw.Connection(str(folder / FILE))
    connection.execute("update meta set value = '99' where name = 'version'")
    connection.close()
    with pytest.raises(PayoffError, match="version 99"), open_map(folder):
        pass


def test_reading_makes_no_map(tmp_path: Path) -> None:
    with pytest.raises(PayoffError), open_map(tmp_path / "nowhere"):
        pass
    assert not (tmp_path / "nowhere").exists()
