"""Segments and the counts of the brief together: an attacker who has all of them finds no small group."""

import datetime as dt
from dataclasses import replace
from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from metrics_studies import DESIGN, cohort_table, make_study
from scipy.optimize import linprog

from payoff.metrics import build_panel
from payoff.metrics.people_shown import count_people, list_groups
from payoff.metrics.pooled import pool_windows
from payoff.metrics.segments import TAKE_UP, WINDOWS, choose_segments, list_measures
from payoff.nouns.arrays import Bools
from payoff.nouns.cohort import Cohort
from payoff.nouns.panel import Panel
from payoff.nouns.study import Column, Study

MONTHS = [f"2025-{month:02d}-01" for month in range(1, 7)]


def firm(seed: int) -> tuple[Study, Cohort, Panel]:
    """90 reps in regions and roles of very unequal size; some took part, some were lost."""
    rng = np.random.default_rng(seed)
    columns = (Column("region", "region"), Column("role", "role"))
    study = make_study(design=replace(DESIGN, subgroups=columns, take_up="took"))
    units = [f"r{n:02d}" for n in range(90)]
    launches = [None if n % 2 else "2025-04-01" for n in range(90)]
    more = {
        "subgroup_1": rng.choice(["N", "S", "E", "W"], 90, p=[0.6, 0.25, 0.1, 0.05]).tolist(),
        "subgroup_2": rng.choice(["desk", "field"], 90, p=[0.93, 0.07]).tolist(),
        "take_up": (rng.random(90) < 0.7).tolist(),
    }
    seen = [unit for unit in units if rng.random() > 0.04]
    rows = pa.table(
        {
            "rep": [unit for unit in seen for _ in MONTHS],
            "month": pa.array([month for _ in seen for month in MONTHS]).cast(pa.date32()),
            "value": rng.normal(10, 1, len(seen) * len(MONTHS)),
        }
    )
    cohort, panels = build_panel(
        study, {"cohort": cohort_table(units, launches, **more), "metric:deals": rows}
    )
    return study, cohort, panels[0]


def everything_told(study: Study, cohort: Cohort, panel: Panel) -> list[Bools]:
    """Who is behind each count told by the brief or by segments; of taking part also who did."""
    groups, _ = list_groups(study, cohort, (panel,))
    sizes = count_people(study, cohort, (panel,)).sizes
    told = [mask for name, mask in groups.items() if sizes[name] is not None]
    measures = {(m.name, m.window): m for m in list_measures(cohort, (panel,), {})}
    shown = choose_segments(study, cohort, (panel,), list(measures.values()))
    assert cohort.subgroups is not None
    for name, window, column, level in shown:
        who = np.ones(cohort.n_units, dtype=np.bool_)
        if column:
            n = [c.name for c in study.design.subgroups].index(column)
            who = cohort.subgroups[:, n] == cohort.subgroup_levels[n].index(level)
        measure = measures[name, window]
        told.append(who & measure.counted)
        if name == TAKE_UP:
            told.append(who & measure.counted & (measure.values == 1))
    return told


@pytest.mark.parametrize("seed", range(8))
def test_no_small_group_follows_from_brief_and_segments_together(seed: int) -> None:
    study, cohort, panel = firm(seed)
    told = np.array(everything_told(study, cohort, panel))
    counts = told.sum(axis=1)
    assert len(told) > 5
    assert not ((counts > 0) & (counts < 5)).any()
    atoms, place = np.unique(told, axis=1, return_inverse=True)
    place = place.ravel()
    assert cohort.subgroups is not None
    analysed = np.isin(np.array(cohort.unit), np.array(panel.unit))
    sides = (analysed, ~analysed, cohort.in_program, ~cohort.in_program)
    for side, n in product(sides, range(2)):
        for code in range(len(cohort.subgroup_levels[n])):
            group = side & (cohort.subgroups[:, n] == code)
            if not 0 < group.sum() < 5:
                continue
            # the attacker may take for the group anybody who is told apart from others as its members are
            inside = np.isin(np.arange(atoms.shape[1]), place[group]).astype(float)
            found = linprog(-inside, A_eq=atoms.astype(float), b_eq=counts, bounds=(0, None))
            assert found.status == 3 or -found.fun > 5 - 1e-6


def test_taking_part_is_of_those_who_were_to() -> None:
    _, cohort, panel = firm(1)
    measure = next(m for m in list_measures(cohort, (panel,), {}) if m.name == TAKE_UP)
    assert (measure.counted == cohort.in_program).all()
    assert measure.yes_no
    assert measure.tells_parts


def test_two_windows_count_the_same_people() -> None:
    _, cohort, panel = firm(2)
    before, since = (m for m in list_measures(cohort, (panel,), {}) if m.name == "deals")
    assert (before.counted == since.counted).all()
    assert not before.tells_parts


def test_a_rate_is_summed_counts_not_a_mean_of_periods() -> None:
    """a wins 1 of 2, then 9 of 10; b 1 of 1, none in nothing, an unknown number of 8: 10/12 and 1/1.

    Together 11 of 13. By periods a would have (1/2 + 9/10) / 2 = 0.7, and both (0.7 + 1) / 2 = 0.85.
    """
    study = make_study(design=replace(DESIGN, subgroups=(Column("region", "region"),)))
    rows = [("a", 1, 1, 2), ("a", 2, 9, 10), ("b", 1, 1, 1), ("b", 2, 0, 0), ("b", 3, None, 8)]
    rows += [("a", 4, 3, 4), ("b", 4, 0, 2)]
    counts = [(*row, row[2] / row[3] if row[2] is not None and row[3] else None) for row in rows]
    names = ("rep", "month", "numerator", "denominator", "value")
    table = pa.table({name: [row[n] for row in counts] for n, name in enumerate(names)})
    days = pa.array([dt.date(2025, row[1], 1) for row in rows])
    table = table.set_column(1, "month", days)
    tables = {
        "cohort": cohort_table(["a", "b"], ["2025-04-01", None], subgroup_1=["N", "N"]),
        "metric:deals": table,
    }
    cohort, panels = build_panel(study, tables)
    measures = list_measures(cohort, panels, pool_windows(study, panels, tables))
    since, before = ({m.window: m for m in measures}[window] for window in WINDOWS)
    assert before.sums.tolist() == [10, 1]
    assert before.weights.tolist() == [12, 1]
    assert before.values.tolist() == [10 / 12, 1]
    assert (since.sums.tolist(), since.weights.tolist()) == ([3, 0], [4, 2])
    assert before.tells_parts
    alone = {m.window: m for m in list_measures(cohort, panels, {})}["baseline"]  # as a query without counts
    assert alone.values.tolist() == pytest.approx([0.7, 1])


def test_units_that_are_no_people_are_all_told() -> None:
    study, cohort, panel = firm(3)
    sites = replace(study, design=replace(study.design, unit_label="site"))
    measures = list_measures(cohort, (panel,), {})
    assert len(choose_segments(sites, cohort, (panel,), measures)) == 3 * (1 + 4 + 2)
