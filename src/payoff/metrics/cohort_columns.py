"""What the cohort's rows say of each unit beside its arm: read strictly, by position.

Refuses   A condition that is neither true nor false, a number that is none, an arm the plan does not name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from payoff.metrics.columns import read_keys, read_numbers
from payoff.metrics.complaint import complain
from payoff.metrics.plan import name_column
from payoff.nouns.arrays import Bools, Floats, Ints, frozen
from payoff.nouns.study import Column, Study
from payoff.nouns.wording import listed


@dataclass(frozen=True, slots=True)
class Extras:
    """As in `Cohort`, for the rows given."""

    take_up: Floats | None
    covariates: Floats | None
    dose: Floats | None
    exposed: Floats | None
    subgroups: Ints | None
    subgroup_levels: tuple[tuple[str, ...], ...]
    funnel: Floats | None


def read_extras(study: Study, table: pa.Table, unit: tuple[str, ...]) -> Extras:
    """Everything optional; raises PayoffError (exit code 4) with the units at fault."""
    design = study.design
    codes, levels = _read_subgroups(design.subgroups, table)
    stages = study.explore.funnel
    funnel = [
        _read_condition(table[name_column("stage", n)], f"explore.funnel.{stage.name} ({stage.sql})", unit)
        for n, stage in enumerate(stages)
    ]
    return Extras(
        take_up=_condition(table, "take_up", design.take_up, unit),
        covariates=_read_covariates(study, table),
        dose=_read_dose(study, table, unit),
        exposed=_condition(table, "exposed", design.exposed, unit),
        subgroups=codes,
        subgroup_levels=levels,
        funnel=frozen(np.column_stack(funnel)) if funnel else None,
    )


def read_arm_names(study: Study, table: pa.Table, keys: pa.StringArray) -> Floats:
    """(n_rows,) index of each row's arm in `design.arms`, NaN where it has none."""
    design = study.design
    names = read_keys(table["arm"]).to_pylist()
    place = {name: float(n) for n, name in enumerate(design.arms)}
    unknown = sorted({name for name in names if name is not None} - set(place))
    if unknown:
        raise complain(
            "D310",
            f"cohort: design.arm ({design.arm}) gives {listed(unknown[:5])}, which the plan does not name",
            "it decides who is compared with whom",
            f"correct design.arm or design.arms; planned: {', '.join(design.arms)}",
            [str(key) for key, name in zip(keys.to_pylist(), names, strict=True) if name in unknown][:20],
        )
    return np.array([np.nan if name is None else place[name] for name in names])


def read_factors(study: Study, table: pa.Table, keys: pa.StringArray) -> Floats:
    """(n_rows, n_factors) 1 or 0, NaN where unknown."""
    unit = tuple(str(key) for key in keys.to_pylist())
    return np.column_stack(
        [
            _read_condition(table[name_column("factor", n)], f"design.factors.{f.name} ({f.sql})", unit)
            for n, f in enumerate(study.design.factors)
        ]
    )


def _read_condition(column: pa.ChunkedArray, said: str, unit: Sequence[str]) -> Floats:
    """(n_rows,) 1, 0 or NaN; raises PayoffError where it is anything else."""
    values = read_numbers(column)
    wrong: Bools = np.ones(len(unit), dtype=bool)
    if values is not None:
        wrong = np.isfinite(values) & (values != 0) & (values != 1)
    if values is None or wrong.any():
        raise complain(
            "D313",
            f"cohort: {said} is neither 0 nor 1 in {int(wrong.sum()):,} rows",
            "a condition is true or false for each of them",
            "write a condition, such as sessions >= 1",
            [unit[n] for n in np.flatnonzero(wrong)[:20]],
        )
    return values


def _condition(table: pa.Table, key: str, sql: str | None, unit: tuple[str, ...]) -> Floats | None:
    return None if sql is None else frozen(_read_condition(table[key], f"design.{key} ({sql})", unit))


def _read_dose(study: Study, table: pa.Table, unit: tuple[str, ...]) -> Floats | None:
    if study.design.dose is None:
        return None
    dose = read_numbers(table["dose"])
    wrong = np.ones(len(unit), dtype=bool) if dose is None else dose < 0
    if dose is None or wrong.any():
        raise complain(
            "D313",
            f"cohort: design.dose ({study.design.dose}) is no amount in {int(wrong.sum()):,} rows",
            "it says how much of the program each one took",
            "write a number from 0 up, such as sessions_completed",
            [unit[n] for n in np.flatnonzero(wrong)[:20]],
        )
    return frozen(dose)


def _read_subgroups(
    columns: tuple[Column, ...], table: pa.Table
) -> tuple[Ints | None, tuple[tuple[str, ...], ...]]:
    """Codes into sorted level names; a blank is a level of its own, `unknown`."""
    if not columns:
        return None, ()
    codes, levels = [], []
    for n in range(len(columns)):
        texts = read_keys(table[name_column("subgroup", n)]).to_pylist()
        names, code = np.unique([text if text else "unknown" for text in texts], return_inverse=True)
        codes.append(code.astype(np.int64))
        levels.append(tuple(str(name) for name in names))
    return frozen(np.column_stack(codes)), tuple(levels)


def _read_covariates(study: Study, table: pa.Table) -> Floats | None:
    names = study.design.covariates
    if not names:
        return None
    columns = [read_numbers(table[name_column("covariate", n)]) for n in range(len(names))]
    words = [name for name, column in zip(names, columns, strict=True) if column is None]
    if words:
        raise complain(
            "D314",
            f"cohort: {', '.join(words)} cannot be used as a covariate: it is not a number",
            "adjustment needs numbers",
            f"write conditions instead, such as {words[0]} = 'north'",
        )
    return frozen(np.column_stack([column for column in columns if column is not None]))
