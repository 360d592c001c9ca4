"""Counts of a run's people: what is told, and what an outsider can still work out from all of it."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
from metrics_studies import DESIGN, cohort_table, make_study
from scipy.optimize import linprog

from payoff.metrics import build_panel
from payoff.metrics.people_shown import count_people, find_small_arms
from payoff.nouns.cohort import Cohort
from payoff.nouns.panel import Panel
from payoff.nouns.people import PeopleShown, are_people, people_floor, say_few
from payoff.nouns.study import Privacy, Study


def firm(n_lost: int = 2, n_wave: int = 3, n_out: int = 3, label: str = "rep") -> tuple[Study, Cohort, Panel]:
    """60 reps, half of them in the program: a late wave, some left out, some without outcomes."""
    study = make_study(design=replace(DESIGN, unit_label=label))
    units = [f"r{n:02d}" for n in range(60 + n_out)]
    launches = [
        None if n % 2 else "2025-05-01" if n < 2 * n_wave else "2025-04-01" for n in range(60 + n_out)
    ]
    table = cohort_table(units, launches)
    table = table.set_column(2, "included", pa.array([n < 60 for n in range(60 + n_out)]))
    seen = [unit for n, unit in enumerate(units) if n < 60 - n_lost]
    months = [f"2025-{month:02d}-01" for month in range(1, 7)]
    rows = pa.table(
        {
            "rep": [unit for unit in seen for _ in months],
            "month": pa.array([month for _ in seen for month in months]).cast(pa.date32()),
            "value": np.random.default_rng(0).normal(10, 1, len(seen) * len(months)),
        }
    )
    cohort, panels = build_panel(study, {"cohort": table, "metric:deals": rows})
    return study, cohort, panels[0]


def shown_of(study: Study, cohort: Cohort, panel: Panel) -> PeopleShown:
    return count_people(study, cohort, (panel,))


def test_a_large_study_hides_nothing() -> None:
    study, cohort, panel = firm(n_lost=0, n_wave=10, n_out=0)
    shown = shown_of(study, cohort, panel)
    assert shown.note == ""
    assert shown.size("analysed", panel.n_units) == 60
    assert shown.size("start: 2025-05-01", 10) == 10


def test_small_groups_go_and_what_would_give_them_away() -> None:
    study, cohort, panel = firm()
    shown = shown_of(study, cohort, panel)
    assert shown.sizes["analysed"] == 58
    assert shown.sizes["assigned"] is None  # 60 less 58 would tell of the two who are missing
    assert shown.sizes["start: 2025-05-01"] is None
    assert shown.sizes["start: 2025-04-01"] is None  # 30 in the program less these
    assert [shown.removed(step) for step in panel.exclusions] == [None, None]
    assert "fewer than 5" in shown.note


def test_nothing_told_bounds_those_left_out_lost_or_late_below_the_floor() -> None:
    """Linear programming over everything told, by arm, wave, loss and exclusion."""
    study, cohort, panel = firm()
    shown = shown_of(study, cohort, panel)
    # atoms: late, on time, comparison; each seen or lost; then those left out
    atoms = [(arm, lost) for arm in ("late", "time", "rest") for lost in (False, True)] + [("out", False)]
    groups = {
        "assigned": [arm != "out" for arm, _ in atoms],
        "assigned, program": [arm in ("late", "time") for arm, _ in atoms],
        "assigned, comparison": [arm == "rest" for arm, _ in atoms],
        "analysed": [arm != "out" and not lost for arm, lost in atoms],
        "analysed, program": [arm in ("late", "time") and not lost for arm, lost in atoms],
        "analysed, comparison": [arm == "rest" and not lost for arm, lost in atoms],
        "start: 2025-05-01": [arm == "late" for arm, _ in atoms],
        "start: 2025-04-01": [arm == "time" for arm, _ in atoms],
    }
    told = [(row, size) for name, row in groups.items() if (size := shown.sizes[name]) is not None]
    rows, totals = np.array([row for row, _ in told], dtype=float), np.array([size for _, size in told])
    for small in (
        [a == "late" for a, _ in atoms],
        [lost for _, lost in atoms],
        [a == "out" for a, _ in atoms],
    ):
        found = linprog(-np.array(small, dtype=float), A_eq=rows, b_eq=totals, bounds=(0, None))
        assert found.status == 3 or -found.fun >= 5


def test_teams_and_sites_are_no_people() -> None:
    assert are_people("sales rep")
    assert not are_people("sales_team")
    study, cohort, panel = firm(label="site")
    shown = shown_of(study, cohort, panel)
    assert (shown.note, shown.say("analysed", 58), shown.sample("deals", 58)) == ("", "58", 58)
    assert say_few(study, 2) == "2"


def test_the_floor_moves_upward_only() -> None:
    study = make_study()
    floors = [people_floor(replace(study, privacy=Privacy(min_cell=n))) for n in (1, 5, 12)]
    assert floors == [5, 5, 12]
    assert say_few(replace(study, privacy=Privacy(min_cell=12)), 11) == "fewer than 12"


def test_an_arm_of_few_people_is_found() -> None:
    study, _, panel = firm()
    assert find_small_arms(study, panel) == ()
    few = panel.take(np.array([0, 2, 4, *range(1, 57, 2)], dtype=np.int64))
    assert find_small_arms(study, few) == ("program",)
