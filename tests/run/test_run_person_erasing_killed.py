"""An erasure killed anywhere, and two at once: the same end, and others untouched."""

import json
import random
import shutil
from pathlib import Path

import killed_erasure as k
import personal_workspace as p
import pytest

from payoff.run.privacy.person_erasing import look_for_person
from payoff.run.workspace import find_home
from payoff.warehouse.package import is_whole, read_load

N_KILLS = 20


@pytest.fixture(autouse=True)
def _same_tombstone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payoff.run.privacy.erasure_order.secrets.token_hex", lambda n: k.TOMBSTONE)


def read_certificate(root: Path) -> dict[str, object]:
    """Without what is dated."""
    path = root / ".payoff" / "privacy" / "certificates" / f"{k.TOMBSTONE}.json"
    told = json.loads(path.read_text())
    return {
        name: told[name] for name in told if name not in ("ordered_at", "done_at", "signature", "public_key")
    }


def test_an_erasure_killed_at_twenty_points_ends_as_one_that_was_not(tmp_path: Path) -> None:
    p.make_workspace(tmp_path / "made")
    shutil.copytree(tmp_path / "made", tmp_path / "undisturbed", symlinks=True)
    n_touches = k.count_touches(tmp_path / "undisturbed", p.PERSON)
    expected, certificate = p.read_state(tmp_path / "undisturbed"), read_certificate(tmp_path / "undisturbed")
    points = random.Random(20261122).sample(range(1, n_touches + 1), N_KILLS)
    half_done = 0

    for point in points:
        root = tmp_path / f"at-{point}"
        shutil.copytree(tmp_path / "made", root, symlinks=True)
        k.erase_and_die(root, p.PERSON, point)
        half_done += p.read_state(root) != p.read_state(tmp_path / "made")
        for package in root.glob(".payoff/warehouse/*/*"):
            assert not package.is_dir() or is_whole(package, read_load(package)), point
        k.erase_here(root, p.PERSON)

        assert p.read_state(root) == expected, point
        assert read_certificate(root) == certificate, point
        assert p.find_traces(root) == set(), point
        shutil.rmtree(root)

    assert half_done >= N_KILLS // 4


def test_killed_twice_it_still_ends_the_same(tmp_path: Path) -> None:
    p.make_workspace(tmp_path / "made")
    root = tmp_path / "twice"
    shutil.copytree(tmp_path / "made", root)
    n_touches = k.count_touches(tmp_path / "made", p.PERSON)

    k.erase_and_die(root, p.PERSON, n_touches * 2 // 3)
    k.erase_and_die(root, p.PERSON, n_touches // 2)
    k.erase_here(root, p.PERSON)

    assert p.read_state(root) == p.read_state(tmp_path / "made")
    assert read_certificate(root) == read_certificate(tmp_path / "made")


def test_two_erasures_at_once_take_their_turns(tmp_path: Path) -> None:
    root = tmp_path / "firm"
    p.make_workspace(root)

    k.erase_at_once(root, [p.PERSON, ("fourth@firm.example",), p.PERSON])

    assert p.find_traces(root) == set()
    assert look_for_person(find_home(root), ("fourth@firm.example",))[0] == []
    assert p.OTHER in (root / "deals.csv").read_text()
    assert not list((root / ".payoff" / "privacy").glob("erasing-*"))
