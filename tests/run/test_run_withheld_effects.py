"""Effects by wave and by subgroup: a wave of three is told nowhere, nor what it could be worked out from."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from private_firm import write_private_firm
from test_run_privacy_outputs import all_texts

from payoff.causal import estimate
from payoff.nouns.effect import Effect
from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import exact
from payoff.run.main_path import Prepared, find_result, prepare
from payoff.run.progress import Silent
from payoff.run.running import run_study
from payoff.run.withheld_effects import withhold_effects
from payoff.run.workspace import Workspace, find_workspace

THREE = (40, 42, 44)  # who starts in March


def write_waves(folder: Path) -> Workspace:
    """The private firm in four waves, one of them of three; each rep for itself, by group-time effects."""
    path = write_private_firm(folder)
    head, *lines = (folder / "people.csv").read_text().splitlines()
    rows = [line.split(",") for line in lines]
    for rep, row in enumerate(rows):
        if rep % 2 == 0:
            month = 3 if rep in THREE else 4 if rep >= 100 else 2 if rep % 3 == 0 else 1
            row[2] = f"2026-0{month}-01"
    (folder / "people.csv").write_text("\n".join([head, *map(",".join, rows)]) + "\n")
    path.write_text(path.read_text().replace("  cluster: team\n", "  method: group_time\n"))
    return find_workspace(path)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return write_waves(tmp_path_factory.mktemp("waves"))


@pytest.fixture(scope="module")
def prepared(workspace: Workspace) -> Prepared:
    return prepare(workspace)


def find(answers: tuple[Effect | Refusal, ...], method: str) -> Effect | Refusal:
    return next(answer for answer in answers if answer.method == method)


def test_a_wave_of_three_is_withheld_with_others_and_what_mixes_them(prepared: Prepared) -> None:
    answers = estimate(prepared.study, prepared.panels[0])
    bare = find(answers, "group_time, by launch")
    assert isinstance(bare, Effect)
    assert bare.terms == ("2026-01", "2026-02", "2026-03", "2026-04")
    told = withhold_effects(prepared.study, prepared.cohort, prepared.panels, answers)
    assert told[0] is answers[0]
    kept = find(told, "group_time, by launch")
    assert isinstance(kept, Effect)
    assert "2026-03" not in kept.terms
    assert 0 < len(kept.terms) < 3  # never all but one: with the average that one would be told
    assert [kept.estimates[n] for n in range(len(kept.terms))] == [
        bare.estimates[bare.terms.index(term)] for term in kept.terms
    ]
    for mixed in ("averages", "by calendar", "every cell"):
        assert isinstance(find(told, f"group_time, {mixed}"), Refusal)


def test_units_that_are_no_people_have_all_their_waves(prepared: Prepared) -> None:
    sites = replace(prepared.study, design=replace(prepared.study.design, unit_label="site"))
    answers = estimate(sites, prepared.panels[0])
    assert withhold_effects(sites, prepared.cohort, prepared.panels, answers) == answers


def test_time_since_launch_that_only_three_have_reached_is_withheld(prepared: Prepared) -> None:
    """Were the three the first to start, they alone would be seen so late."""
    panel = prepared.panels[0]
    launch = np.where(panel.launch == panel.launch[panel.launch >= 0].min(), panel.launch + 1, panel.launch)
    three = np.isin(panel.unit, [panel.unit[n] for n in np.flatnonzero(panel.launch >= 0)[:3]])
    early = replace(panel, launch=np.where(three, panel.launch[panel.launch >= 0].min(), launch))
    answers = estimate(prepared.study, early)
    course = find(answers, "group_time, event study, trusted errors")
    told = withhold_effects(prepared.study, prepared.cohort, (early,), answers)
    kept = find(told, course.method)
    assert isinstance(course, Effect)
    assert isinstance(kept, Effect)
    assert "e5" in course.terms
    assert "e5" not in kept.terms
    assert "e0" in kept.terms


def test_a_level_of_few_on_one_side_is_withheld_and_its_chance_with_it(prepared: Prepared) -> None:
    result = find_result(prepared, "exploratory")
    row = find(result.effects, "subgroups, region")
    assert isinstance(row, Effect)
    assert set(row.terms) < {"East", "North", "South", "West"}
    assert "adjusted p" not in row.label


def test_no_output_has_the_effect_of_a_withheld_wave(workspace: Workspace, prepared: Prepared) -> None:
    bare = find(estimate(prepared.study, prepared.panels[0]), "group_time, by launch")
    assert isinstance(bare, Effect)
    folder = run_study(workspace, None, True, "a4", Silent()).folder
    result = json.loads((folder / "result.json").read_text())
    told = {row["term"] for row in result["effects"] if row["method"] == "group_time, by launch"}
    assert told
    texts = all_texts(folder)
    for n, wave in enumerate(bare.terms):
        figure = float(bare.estimates[n])
        found = [name for name, text in texts.items() if str(figure) in text or exact(figure) in text]
        assert bool(found) == (wave in told), (wave, found)
