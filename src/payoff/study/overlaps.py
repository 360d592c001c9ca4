"""One row, one claim: no two benefits may count the same money. (FIN-34)

Question  Do two benefits say they are made of the same thing, or come to the same money by their formulas?
Rule      The same formula twice is the same money, whatever it is called. One that is a multiple of another,
          or equal to it once fixed values are put in, is the same money unless both say, with different
          `claims`, what they count. Two others on one effect are warned of until both say it.
Proof     tests/study/test_study_overlaps.py
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Floats
from payoff.nouns.problem import Problem, Severity
from payoff.nouns.same_money import N_VALUES, times_as_much, trace_money
from payoff.nouns.wording import exact
from payoff.study.codes import FindingError, build_problem
from payoff.study.converters import benefit_text, pool_of
from payoff.study.formulas import is_count_name, parse_formula
from payoff.study.money_parts import AssumptionPart
from payoff.study.structure import Draft

_NO_MONEY = np.full(N_VALUES, np.nan)


@dataclass(frozen=True, slots=True)
class _Row:
    """A benefit: what it is made of, and what it comes to by names alone and with fixed values put in."""

    name: str
    claims: tuple[str, ...]
    by_name: Floats
    by_value: Floats


def check_overlaps(draft: Draft) -> Iterator[Problem]:
    """One problem per benefit that counts what an earlier one counts; an error before a warning."""
    rows = list(_rows(draft))
    for at, row in enumerate(rows):
        found = [problem for earlier in rows[:at] for problem in _overlaps(draft, earlier, row)]
        errors = [problem for problem in found if problem.severity is Severity.ERROR]
        yield from errors[:1] or found[:1]


def _rows(draft: Draft) -> Iterator[_Row]:
    outcome = draft.doc.outcome
    primary = outcome.primary if outcome is not None else None
    counts = _count_names(draft)
    numbers = counts | _known_numbers(draft)
    for name, part in draft.doc.value.items():
        text = benefit_text(draft, part)
        try:
            formula = parse_formula(text)
        except FindingError:  # said where formulas are checked; its claims count all the same
            formula = None
        if formula is None or part.metric not in (None, primary):
            yield _Row(name, pool_of(part), _NO_MONEY, _NO_MONEY)
            continue
        yield _Row(name, pool_of(part), trace_money(formula, counts), trace_money(formula, numbers))


def _overlaps(draft: Draft, earlier: _Row, row: _Row) -> Iterator[Problem]:
    place = draft.tree.key_place("value", row.name)
    both = f"value.{earlier.name} and value.{row.name}"
    shared = [claim for claim in row.claims if claim in earlier.claims]
    by_name = times_as_much(earlier.by_name, row.by_name)
    by_value = times_as_much(earlier.by_value, row.by_value)
    if by_name is not None and abs(by_name - 1) < 1e-9:
        yield build_problem("P412", f"{both} are the same formula", "delete one of the two", place)
    elif shared:
        fix = "keep one of the two, or say with claims what each is made of"
        yield build_problem("P412", f"{both} both claim {shared[0][:60]}", fix, place)
    elif (earlier.claims and row.claims) or not (_comes_to_money(earlier) and _comes_to_money(row)):
        return
    elif by_name is not None or by_value is not None:
        times = by_name or by_value or 1.0
        what = f"value.{row.name} is value.{earlier.name}" + (f" × {exact(times)}" if times != 1 else "")
        fix = f"keep one of the two, or give each the share it counts and {_declare(earlier, row)}"
        yield build_problem("P412", f"{what}: the same effect in other words", fix, place)
    else:
        what = f"{both} rest on the same effect; what each of them counts is not said"
        yield build_problem("P417", what, _declare(earlier, row), place)


def _comes_to_money(row: _Row) -> bool:
    return bool(np.isfinite(row.by_name).any())


def _declare(earlier: _Row, row: _Row) -> str:
    """How to say what each of two counts; a claim that stands already is left alone."""
    lacking = [each.name for each in (earlier, row) if not each.claims]
    words = " and ".join(f"claims: [WHAT {name} IS MADE OF] under value.{name}" for name in lacking)
    return f"write {words}, such as [deals won] or [minutes freed]"


def _count_names(draft: Draft) -> dict[str, float | str]:
    """`firm` and `firms` stand for the same number."""
    design = draft.doc.design
    names: set[str] = set()
    for part in draft.doc.value.values():
        try:
            names |= set(parse_formula(benefit_text(draft, part) or "0").names)
        except FindingError:
            continue
    taken = draft.tree.names("assumptions")
    return {n: "units" for n in names if design and n not in taken and is_count_name(n, design.label)}


def _known_numbers(draft: Draft) -> dict[str, float | str]:
    """Fixed values; of priced assumptions written alike under two names, one name."""
    known: dict[str, float | str] = {}
    first: dict[tuple[object, ...], str] = {}
    for name, part in draft.doc.assumptions.items():
        if part.value is not None:
            known[name] = part.value
        elif part.unit is not None:
            known[name] = first.setdefault(_written(part), name)
    return known


def _written(part: AssumptionPart) -> tuple[object, ...]:
    return (part.unit, part.low, part.mid, part.high, tuple(part.values), part.sql, part.range)
