"""A world written to files and read by the product comes out as the panel `invent` gives."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import payoff
from payoff.lab import (
    FILES,
    Firm,
    Flaws,
    Invented,
    Program,
    Rollout,
    World,
    invent,
    write_study,
    write_tables,
)
from payoff.metrics import build_panel, plan_queries
from payoff.nouns.effect import Effect
from payoff.run.arrival import land_sources
from payoff.run.plan import read
from payoff.run.progress import Silent
from payoff.run.workspace import find_workspace
from payoff.warehouse import fetch

WORLDS = {
    "people by lot, part of them taking part": World(
        Firm(n_teams=12), Program(take_up=0.7), Rollout(), Flaws(exposed=0.2)
    ),
    "teams by lot, ratio": World(Firm(n_teams=20, kind="ratio"), rollout=Rollout("team_randomised")),
    "three waves": World(Firm(n_teams=20), rollout=Rollout("staggered", by_lot=True)),
    "one launch, volunteers": World(
        Firm(n_teams=12), rollout=Rollout("one_launch", declared="volunteers"), flaws=Flaws(ability_gap=0.5)
    ),
    "log of minutes": World(Firm(n_teams=12, kind="log", better="lower"), rollout=Rollout("one_launch")),
    "three arms": World(Firm(n_teams=12), rollout=Rollout("several_arms")),
    "two factors": World(Firm(n_teams=12), rollout=Rollout("factorial")),
    "matched": World(Firm(n_teams=12), rollout=Rollout("matched", share=0.3)),
    "one team of twelve": World(Firm(n_teams=12), rollout=Rollout("synthetic", n_program=1)),
    "one series": World(Firm(n_teams=12), rollout=Rollout("series")),
    "before and after": World(Firm(n_teams=12), rollout=Rollout("before_after")),
}


def write_firm(firm: Invented, folder: Path) -> Path:
    for name, table in write_tables(firm).items():
        pq.write_table(table, folder / FILES[name])
    (folder / "payoff.yml").write_text("payoff: 1\n")
    path = folder / "invented.yml"
    path.write_text(write_study(firm))
    return path


@pytest.mark.parametrize("name", WORLDS)
def test_files_give_the_same_panel(name: str, tmp_path: Path) -> None:
    firm = invent(WORLDS[name], 7)
    workspace = find_workspace(write_firm(firm, tmp_path))
    study = read(workspace)
    tables = fetch(plan_queries(study), land_sources(study, workspace, Silent()), workspace.warehouse)
    _, (panel,) = build_panel(study, tables)
    for what in ("values", "weights", "launch", "in_program", "pre", "post", "periods", "cluster",
                 "take_up", "covariates", "arm", "factors", "exposed"):  # fmt: skip
        found, invented = getattr(panel, what), getattr(firm.panel, what)
        assert (found is None) == (invented is None), what
        if invented is not None and invented.dtype.kind == "f":
            assert found == pytest.approx(invented, nan_ok=True), what
        elif invented is not None:
            assert np.array_equal(found, invented), what
    assert panel.unit == firm.panel.unit
    assert panel.n_assigned == firm.panel.n_assigned
    same = ("method", "second", "terms", "verdict_term", "randomised", "chosen", "type", "estimand",
            "expected_share", "baseline", "follow_up", "period", "unit", "unit_label")  # fmt: skip
    for what in same:
        assert getattr(study.design, what) == getattr(firm.study.design, what), what


def test_a_locked_run_finds_what_was_planted(tmp_path: Path) -> None:
    """CAU-01: from files to verdict, on a firm whose truth is known."""
    world = World(Firm(n_teams=40), Program(lift=0.2, useful=0.05), Rollout("team_randomised"))
    firm = invent(world, 11)
    study = payoff.Study(write_firm(firm, tmp_path))
    study.lock("analyst", "finance")
    run = study.run()
    effect = run.effect.locked
    assert isinstance(effect, Effect)
    low, high = effect.interval
    assert low < firm.truth.terms["post"] < high
    assert run.verdict is not None
    assert run.verdict.verdict == "worked"
