"""Assumptions that a query measures: one number each, and the declared range around it."""

import math
from dataclasses import replace

import pyarrow as pa

from payoff.metrics.columns import read_numbers
from payoff.metrics.complaint import MAX_KEYS
from payoff.nouns.money_plan import Assumption
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import Study


def read_measured(study: Study, tables: dict[str, pa.Table]) -> tuple[Assumption, ...]:
    """The study's assumptions in their order, low, mid and high of measured ones in their own unit.

    A measured one keeps its `sql`; without a range it is fixed.
    Raises PayoffError (exit code 4) with every query that did not give one finite number.
    """
    answers: list[Assumption] = []
    problems: list[Problem] = []
    for assumption in study.assumptions:
        if assumption.sql is None:
            answers.append(assumption)
            continue
        mid = _read_cell(tables[f"assumption:{assumption.name}"])
        if isinstance(mid, str):
            problems.append(_explain(assumption, mid))
        else:
            answers.append(_fill(assumption, mid))
    if problems:
        raise PayoffError(problems[:MAX_KEYS], exit_code=4)
    return tuple(answers)


def _read_cell(table: pa.Table) -> float | str:
    """The number, or what there is instead."""
    if table.num_columns != 1 or table.num_rows != 1:
        return f"{table.num_rows} rows × {table.num_columns} columns instead of one number"
    numbers = read_numbers(table.column(0))
    if numbers is None:
        return f"text ({table.column(0)[0].as_py()!r}) instead of a number"
    return (
        float(numbers[0]) if math.isfinite(numbers[0]) else "no number: nothing matched, or a division by 0"
    )


def _fill(assumption: Assumption, mid: float) -> Assumption:
    low, high = sorted((mid * assumption.low, mid * assumption.high))
    if assumption.shape == "fixed" or low == high:
        return replace(assumption, low=mid, mid=mid, high=mid, shape="fixed")
    return replace(assumption, low=low, mid=mid, high=high)


def _explain(assumption: Assumption, found: str) -> Problem:
    return Problem(
        "D309",
        f"assumption {assumption.name}: its query gives {found}",
        "the money rests on this number",
        "let the SQL return one row with one number, or state low, mid and high with their source",
    )
