"""payoff ready: each missing item keeps the study from starting, with its reason (EXP-19)."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from pilot_firm import write_pilot

from payoff.run.locking import lock_study
from payoff.run.progress import Silent
from payoff.run.randomising import randomise_study
from payoff.run.readiness import Item, check_readiness
from payoff.run.workspace import find_workspace

TODAY = dt.date(2026, 3, 31)


def checklist(path: Path) -> dict[str, Item]:
    return {item.name: item for item in check_readiness(find_workspace(path), Silent(), TODAY)}


def stops(path: Path) -> set[str]:
    return {name for name, item in checklist(path).items() if item.stops}


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    return write_pilot(tmp_path)


@pytest.fixture(scope="module")
def prepared_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn and locked: it may start. Only copied, never changed."""
    study = write_pilot(tmp_path_factory.mktemp("prepared"))
    randomise_study(find_workspace(study), Silent())
    lock_study(find_workspace(study), "ana", "fin", dt.date(2026, 3, 30))
    return study


@pytest.fixture
def prepared(prepared_once: Path, tmp_path: Path) -> Path:
    shutil.copytree(prepared_once.parent, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path / prepared_once.name


def test_a_pilot_that_is_prepared_may_start(prepared: Path) -> None:
    assert stops(prepared) == set()
    items = checklist(prepared)
    assert "drawn by lot and recorded" in items["controls locked"].text
    assert items["observations scheduled"].ok


def test_nothing_drawn_nothing_locked(fresh: Path) -> None:
    assert stops(fresh) == {"controls locked", "plan locked"}
    items = checklist(fresh)
    assert "payoff randomise" in items["controls locked"].fix
    assert "payoff lock" in items["plan locked"].fix


def test_no_observations_no_exit_no_source(prepared: Path) -> None:
    text = prepared.read_text()
    rules = text[text.index("exit:") : text.index("design:\n")]
    assert "decision: stop" in rules
    rewrite(prepared, "  observations: [2026-03-16, 2026-04-20, 2026-05-11]\n", "")
    assert {"observations scheduled", "plan locked"} <= stops(prepared)  # the plan changed too
    only = "exit:\n  - {decision: continue, when: always}\n\n"
    prepared.write_text(prepared.read_text().replace(rules, only))
    assert "exit rules" in stops(prepared)
    rewrite(prepared, "    source: your benchmark\n", "")
    assert "primary outcome" in stops(prepared)


def test_too_short_a_history(tmp_path: Path) -> None:
    path = write_pilot(tmp_path)
    deals = (tmp_path / "data/deals.csv").read_text().splitlines()
    late = [line for line in deals[1:] if line.rsplit(",", 1)[1] >= "2026-02-15"]
    (tmp_path / "data/deals.csv").write_text("\n".join([deals[0], *late]) + "\n")
    assert "data for 90 days" in stops(path)


def test_sources_that_are_missing(tmp_path: Path) -> None:
    path = write_pilot(tmp_path)
    (tmp_path / "data/deals.csv").unlink()
    assert "data available" in stops(path)


def test_a_list_that_was_altered(prepared: Path) -> None:
    allocation = prepared.with_suffix(".allocation.csv")
    lines = allocation.read_text().splitlines()
    lines[1] = (
        lines[1].replace(",program,", ",comparison,")
        if ",program," in lines[1]
        else lines[1].replace(",comparison,", ",program,")
    )
    allocation.write_text("\n".join(lines) + "\n")
    assert "controls locked" in stops(prepared)
    assert "not the list that was recorded" in checklist(prepared)["controls locked"].text


def test_scaling_needs_a_verdict_or_somebodys_word(prepared: Path) -> None:  # EXP-18
    with prepared.open("a") as file:
        file.write("scale: {pilot: drills-pilot}\n")
    assert "pilot carries it" in stops(prepared)
    result = prepared.parent / "out/drills-pilot/latest/result.json"
    result.parent.mkdir(parents=True)
    result.write_text(json.dumps({"verdict": {"effect": "cannot tell"}}))
    assert "cannot tell" in checklist(prepared)["pilot carries it"].text
    assert "pilot carries it" in stops(prepared)
    result.write_text(json.dumps({"verdict": {"effect": "worked"}}))
    assert "pilot carries it" not in stops(prepared)
    result.unlink()
    rewrite(
        prepared,
        "scale: {pilot: drills-pilot}\n",
        "scale: {pilot: drills-pilot, override: {by: vp sales, on: 2026-06-01, reason: a rival moves}}\n",
    )
    item = checklist(prepared)["pilot carries it"]
    assert not item.stops
    assert "vp sales" in item.text
