"""Were whole teams assigned where the plan says single people were drawn?

Scope     assignment. Reads who is in which group and the other columns of the cohort's table, no outcome.
Fails     A column of the cohort's table makes six teams or more of the units, none of which holds both
          arms, where drawing single units would give that less than once in 10,000 draws. It blocks: errors
          by person would then take one team's luck for many people's. Fewer than six are more often the
          names of arms, or of waves that wait, so there the column must be called what a team is called.
          Columns that the arm is made of are left out.
Omitted   The design names a cluster; no such column; nobody was drawn by lot.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.special import gammaln

from payoff.metrics import plan_table
from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.cohort import Cohort
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.query import Query
from payoff.nouns.study import Study
from payoff.nouns.wording import plural

NAME = "who was drawn"
NO_CHANCE = 1e-4
FEWEST = 6
CALLED = re.compile(r"team|manager|supervisor|crew|squad|site|store|branch|office|class|location|depot|plant")
UNIT = "payoff_unit"


@dataclass(frozen=True, slots=True)
class HiddenTeams:
    """A column whose values each lie wholly in one arm; how many lie in the program and in the comparison."""

    column: str
    n_program: int
    n_comparison: int


def plan_columns(study: Study) -> tuple[Query, ...]:
    """Every column of the cohort's table beside the unit's key, where hidden teams can matter."""
    design = study.design
    if not design.randomised or design.type != "rct" or design.cluster is not None:
        return ()
    return (plan_table(study, UNIT),)


def look_for_teams(study: Study, cohort: Cohort, table: pa.Table | None) -> tuple[Check, ...]:
    """One failed check that blocks, or nothing."""
    found = None if table is None else find_hidden_teams(study, cohort, table)
    if found is None:
        return ()
    units = plural(study.design.unit_label)
    sides = f"{found.n_program} in the program, {found.n_comparison} outside it"
    text = (
        f"Every {found.column} lies wholly in one group ({sides}), though the plan says {units} were drawn "
        f"one by one: whole groups were assigned, so they are what counts. Name the column in design.cluster."
    )
    return (Check(NAME, "assignment", Verdict.FAIL, text, blocks=True),)


def find_hidden_teams(study: Study, cohort: Cohort, table: pa.Table) -> HiddenTeams | None:
    """The coarsest such column of the table; its rows may come in any order and name units not studied."""
    place = {unit: n for n, unit in enumerate(cohort.unit)}
    rows = [place.get(str(unit), -1) for unit in table[UNIT].to_pylist()]
    index = np.array(rows, dtype=np.int64)
    arm = " ".join((study.design.arm or "", *(factor.sql for factor in study.design.factors))).lower()
    used = set(re.findall(r"\w+", arm))
    groupings = ((name, codes) for name, codes in _groupings(table) if name.lower() not in used)
    found = [one for name, codes in groupings if (one := _judge(name, codes, index, cohort)) is not None]
    return min(found, key=lambda one: one.n_program + one.n_comparison, default=None)


def _groupings(table: pa.Table) -> Iterator[tuple[str, Ints]]:
    """(column, codes (n_rows,), −1 unknown) of every column that could name a team."""
    for name in table.column_names:
        kind = table[name].type
        if name == UNIT or not (pa.types.is_string(kind) or pa.types.is_integer(kind)):
            continue
        encoded = table[name].combine_chunks().dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        yield name, codes


def _judge(name: str, codes: Ints, index: Ints, cohort: Cohort) -> HiddenTeams | None:
    known = (codes >= 0) & (index >= 0)
    team, program = codes[known], cohort.in_program[index[known]]
    _, team = np.unique(team, return_inverse=True)
    size, inside = np.bincount(team), np.bincount(team, weights=program)
    whole = bool(((inside == 0) | (inside == size)).all())
    n_program = int((inside > 0).sum())
    n_comparison = len(size) - n_program
    if (
        not whole
        or len(size) < (2 if CALLED.search(name.lower()) else FEWEST)
        or _chance(size, program) >= NO_CHANCE
    ):
        return None
    return HiddenTeams(name, n_program, n_comparison)


def _chance(size: Ints, program: Bools) -> float:
    """How likely single draws leave every team whole: whole-team choices of k units over all choices of k.

    Choices of teams that hold k units are counted one team after another; 2^teams bounds them where there
    are too many to count.
    """
    n, k = len(program), int(program.sum())
    choices = np.zeros(k + 1)
    choices[0] = 1.0
    with np.errstate(over="ignore"):
        for members in size[size <= k]:
            choices[members:] = choices[members:] + choices[: k + 1 - members]
    whole = min(float(np.log(choices[k])), len(size) * math.log(2))
    every = float(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))
    return math.exp(min(whole - every, 0.0))
