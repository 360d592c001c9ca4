"""What `payoff randomise` says: who starts when, how alike the groups are, who is exposed when."""

import datetime as dt
from typing import Any

import numpy as np

from payoff.causal.randomiser import Allocation
from payoff.nouns.wording import count, counted, number
from payoff.run.randomising import Drawn

ALIKE = 0.10  # standardised difference from which a table of balance is worth a remark


def randomise_lines(drawn: Drawn) -> tuple[tuple[str, str], ...]:
    """The lot, the groups, the balance table, the schedule, and what to do next."""
    lot, study = drawn.allocation, drawn.study
    lines = [("Lot", f"seed {lot.seed}; {_times(lot)}; plan {study.plan_lock[:12]}")]
    sizes = np.bincount(lot.arm, minlength=len(lot.arms))
    for name, n, day in zip(lot.arms, sizes, drawn.launch_on, strict=True):
        lines.append(
            (name, f"{counted(int(n), study.design.unit_label)}{_groups(drawn, name)}, {_when(drawn, day)}")
        )
    for row in lot.balance:
        means = ", ".join(f"{name} {number(m, 3)}" for name, m in zip(lot.arms, row.means, strict=True))
        remark = "" if row.difference <= ALIKE else ": adjust for it"
        gap = f"at most {number(row.difference)} standard deviations apart{remark}"
        lines.append(("Balance", f"{row.name}: {means}; {gap}"))
    lines += _exposure(drawn)
    lines.append(("List", f"{drawn.csv_path}{' (as it was)' if drawn.was_there else ''}"))
    lines.append(("Record", f"{drawn.record_path}: seed, plan, inputs, balance"))
    lines.append(("Next", _next(drawn)))
    return tuple(lines)


def _times(lot: Allocation) -> str:
    """How the lot came to be taken: the limit of lots is no proof that the groups are alike."""
    if not lot.alike:
        return (
            f"none of {counted(lot.n_draws, 'lot')} was alike enough, the most alike was taken: see the "
            "balance, adjust for what was balanced on"
        )
    return (
        "the first lot was taken"
        if lot.n_draws == 1
        else f"lot {count(lot.n_draws)} was the first alike enough"
    )


def randomise_document(drawn: Drawn) -> dict[str, Any]:
    """The record, with where the list lies and the exposure table."""
    document = dict(drawn.record)
    document["list"] = str(drawn.csv_path)
    if drawn.schedule is not None and drawn.exposure is not None:
        document["schedule"] = {
            "periods": [day.isoformat() for day in drawn.periods],
            "waves": [
                {"wave": name, "launch_on": day.isoformat(), "exposed": row.tolist()}
                for (name, day), row in zip(drawn.schedule.pairs, drawn.exposure, strict=True)
            ],
        }
    return document


def _groups(drawn: Drawn, arm: str) -> str:
    """' in 8 groups', where whole groups were drawn."""
    lot = drawn.allocation
    if lot.cluster == lot.unit:
        return ""
    inside = {lot.cluster[n] for n in np.flatnonzero(lot.arm == lot.arms.index(arm))}
    return f" in {counted(len(inside), 'group')}"


def _when(drawn: Drawn, day: dt.date | None) -> str:
    end_on = drawn.study.design.follow_up.end_on
    if day is None or day > end_on:
        return f"not before {end_on + dt.timedelta(days=1) if day is None else day}"
    return f"starting {day}"


def _exposure(drawn: Drawn) -> list[tuple[str, str]]:
    """A row for each wave: o waits, x has started, by period of follow-up."""
    if drawn.schedule is None or drawn.exposure is None:
        return []
    head = f"{drawn.periods[0]} to {drawn.study.design.follow_up.end_on} by {drawn.study.design.period}"
    rows = [
        ("", f"{name}  {' '.join('x' if on else 'o' for on in row)}")
        for name, row in zip(drawn.schedule.waves, drawn.exposure, strict=True)
    ]
    return [("Exposed", f"{head}: x has started, o waits"), *rows]


def _next(drawn: Drawn) -> str:
    design, file = drawn.study.design, drawn.csv_path.name
    name = "wave" if design.type == "did" and drawn.schedule is not None else "arm"
    key, table = design.unit, drawn.study.cohort.table
    table = "cohort" if table.startswith("(") else table
    if drawn.schedule is not None and drawn.schedule.pairs != tuple(sorted(design.waves, key=lambda w: w[1])):
        waves = ", ".join(f"{wave}: {day}" for wave, day in drawn.schedule.pairs)
        return f"write waves: {{{waves}}} under design, then draw again without --waves"
    if design.type == "did" and drawn.schedule is None:
        how = f"launch: (select launch_on from lot where lot.{key} = {table}.{key})"
    elif name == "wave":
        how = f"wave: (select wave from lot where lot.{key} = {table}.{key})"
    elif design.arms or design.factors:
        how = f"arm: (select arm from lot where lot.{key} = {table}.{key})"
    else:
        how = f"arm: {key} in (select {key} from lot where arm = 'program')"
    return f"hand out the list; in the study, sources lot: {{csv: {file}, key: {key}}} and {how}"
