"""Who is in the study, in which arm, since when: from the rows of the cohort query.

Refuses   A unit there twice, an arm that is neither true nor false, an unreadable launch, a wave
          the plan does not know, a covariate that is no number, an empty study or an empty arm.
Counts    Who was left out, and why, in order.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.metrics.cohort_columns import read_arm_names, read_extras, read_factors
from payoff.metrics.columns import NEVER, flatten, read_dates, read_keys, read_numbers, say_dates
from payoff.metrics.complaint import complain
from payoff.nouns.arrays import Bools, Dates, Floats, Ints, frozen
from payoff.nouns.cohort import Cohort, Exclusion
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, plural

ARM_UNKNOWN = "arm unknown"


def build_cohort(study: Study, table: pa.Table, inputs: tuple[str, ...]) -> Cohort:
    """Cohort ordered by unit key (numeric keys by number). Raises PayoffError (exit code 4)."""
    table = table.take(pc.sort_indices(flatten(table["unit"])))
    keys = read_keys(table["unit"])
    _check_unique(study, keys)
    in_program, launch_on = _read_arms(study, table, keys)
    keep, exclusions = _exclude(study, table, keys, in_program, launch_on)
    table, keys, launch_on = table.filter(pa.array(keep)), keys.filter(pa.array(keep)), launch_on[keep]
    program = in_program[keep] == 1.0
    _check_arms(study, program, exclusions)
    unit = tuple(keys.to_pylist())
    cluster = _read_cluster(study, table, unit)
    strata = None if study.design.strata is None else tuple(_read_text(table["strata"]))
    extras = read_extras(study, table, unit)
    arm, factors = _read_arm_codes(study, table, keys)
    mark = fingerprint(
        "cohort", *map(_hash_texts, (unit, cluster, strata or ())), program, launch_on, extras, arm, factors,
        exclusions, inputs=inputs,
    )  # fmt: skip
    return Cohort(
        unit=unit,
        in_program=frozen(program),
        launch_on=frozen(launch_on),
        cluster=cluster,
        strata=strata,
        take_up=extras.take_up,
        covariates=extras.covariates,
        covariate_names=study.design.covariates,
        exclusions=tuple(exclusions),
        fingerprint=mark,
        arm=arm,
        factors=factors,
        dose=extras.dose,
        exposed=extras.exposed,
        subgroups=extras.subgroups,
        subgroup_levels=extras.subgroup_levels,
        funnel=extras.funnel,
    )


def _read_arm_codes(study: Study, table: pa.Table, keys: pa.StringArray) -> tuple[Ints | None, Bools | None]:
    """Which of several arms, which factors; rows where these are unknown have left already."""
    if study.design.factors:
        return None, frozen(read_factors(study, table, keys) == 1.0)
    if study.design.arms:
        return frozen(read_arm_names(study, table, keys).astype(np.int64)), None
    return None, None


def _hash_texts(texts: Sequence[str]) -> str:
    """Fingerprint of many texts at once: their lengths and their joined letters tell them apart."""
    lengths: Ints = np.array([len(text) for text in texts], dtype=np.int64)
    return fingerprint("texts", lengths, "".join(texts))


def _check_unique(study: Study, keys: pa.StringArray) -> None:
    """Raises PayoffError when a unit has two rows in the cohort."""
    counts = pc.value_counts(keys.drop_null())
    repeated = counts.filter(pc.greater(counts.field("counts"), 1)).field("values").to_pylist()
    if repeated:
        raise complain(
            "D302",
            f"cohort: {counted(len(repeated), study.design.unit_label)} there more than once",
            "nobody can be in two arms or start twice, and would be counted double",
            f"let the cohort's query return one row per {study.design.unit} (group by, or a dated row)",
            sorted(repeated),
        )


def _read_arms(study: Study, table: pa.Table, keys: pa.StringArray) -> tuple[Floats, Dates]:
    """(1 program, 0 comparison, NaN unknown; launch day or NaT), each (n_rows,)."""
    design = study.design
    n, follow_up = table.num_rows, np.datetime64(design.follow_up.start_on, "D")
    if design.type in ("before_after", "its"):
        return np.ones(n), np.full(n, follow_up)
    if design.arms or design.factors:
        codes = read_arm_names(study, table, keys) if design.arms else read_factors(study, table, keys)
        highest = codes.reshape(n, -1).max(axis=1)  # NaN where any of them is unknown
        arm = np.where(np.isnan(highest), np.nan, np.minimum(highest, 1.0))
        return arm, np.where(arm == 1.0, follow_up, NEVER)
    if design.arm is not None:
        flag = read_numbers(table["arm"])
        if flag is None or not np.isin(flag[np.isfinite(flag)], (0.0, 1.0)).all():
            raise complain(
                "D310",
                f"cohort: design.arm ({design.arm}) is not a condition",
                "it decides who is compared with whom",
                "write a condition that is true for the program arm, such as treat = 1",
            )
        return flag, np.where(flag == 1.0, follow_up, NEVER)
    launch = _read_waves(study, table) if design.launch is None else _read_launch(study, table, keys)
    started = ~np.isnat(launch) & (launch <= np.datetime64(design.follow_up.end_on, "D"))
    return started.astype(np.float64), launch


def _read_launch(study: Study, table: pa.Table, keys: pa.StringArray) -> Dates:
    launch, wrong = read_dates(table["launch"])
    if wrong.any():
        raise complain(
            "D303",
            f"cohort: design.launch ({study.design.launch}) is not a date in {int(wrong.sum()):,} rows",
            "it decides which periods count as treated",
            say_dates(table["launch"], wrong, str(study.design.launch)) + "null means never",
            [str(key) for key in keys.filter(pa.array(wrong)).to_pylist()],
        )
    return launch


def _read_waves(study: Study, table: pa.Table) -> Dates:
    """Launch of each row's wave; a row without a wave never launches."""
    dates = {name: np.datetime64(day, "D") for name, day in study.design.waves}
    waves = read_keys(table["wave"]).to_pylist()
    unknown = sorted({wave for wave in waves if wave is not None} - set(dates))
    if unknown:
        raise complain(
            "D311",
            f"cohort: the plan has no wave {', '.join(unknown[:5])}",
            "it decides when each one started",
            f"correct design.wave or add it to design.waves; planned: {', '.join(dates)}",
            unknown,
        )
    return np.array([NEVER if wave is None else dates[wave] for wave in waves], dtype="datetime64[D]")


def _exclude(
    study: Study, table: pa.Table, keys: pa.StringArray, arm: Floats, launch_on: Dates
) -> tuple[Bools, list[Exclusion]]:
    """(rows to keep, the steps that removed the others)."""
    included = read_numbers(table["included"])
    assert included is not None  # a boolean by construction of the query
    begins = np.datetime64(study.design.baseline.start_on, "D")
    steps: list[tuple[str, Bools]] = [
        (f"no {study.design.unit}", np.array(keys.is_null())),
        (f"not in the population: {study.cohort.include}", included == 0.0),
        (ARM_UNKNOWN, np.isnan(arm)),
        ("treated before the baseline began", launch_on < begins),
    ]
    keep = np.ones(table.num_rows, dtype=bool)
    exclusions = []
    for reason, out in steps:
        leaving = keep & out
        removed = int(leaving.sum())
        keep &= ~out
        if removed:
            who = keys.filter(pa.array(leaving)).to_pylist() if reason == ARM_UNKNOWN else []
            exclusions.append(Exclusion(reason, removed, int(keep.sum()), tuple(who)))
    return keep, exclusions


def _check_arms(study: Study, program: Bools, exclusions: list[Exclusion]) -> None:
    label = study.design.unit_label
    told = "; ".join(f"{e.n_removed:,} left out: {e.reason}" for e in exclusions)
    empty = ""
    if program.size == 0:
        empty = f"nobody is left of the {plural(label)}"
    elif not program.any():
        empty = f"nobody is in the program arm, of {counted(program.size, label)}"
    elif study.design.type in ("rct", "matched", "synthetic") and program.all():
        empty = f"everybody is in the program arm, of {counted(program.size, label)}"
    if empty:
        raise complain(
            "D306",
            f"cohort: {empty}",
            "without someone to compare there is no effect to estimate",
            f"look at cohort.include and the arms{f' ({told})' if told else ''}",
        )


def _read_cluster(study: Study, table: pa.Table, unit: tuple[str, ...]) -> tuple[str, ...]:
    """Keys as text; the unit itself where the design names no cluster."""
    if study.design.cluster is None:
        return unit
    texts = read_keys(table["cluster"]).to_pylist()
    blank = [key for key, text in zip(unit, texts, strict=True) if text is None]
    if blank:
        who = counted(len(blank), study.design.unit_label)
        raise complain(
            "D312",
            f"cohort: {who} without a cluster ({study.design.cluster})",
            "people who share a team move together; without it the interval would be too narrow",
            "fill it in, or exclude them openly with cohort.include",
            blank,
        )
    return tuple(texts)


def _read_text(column: pa.ChunkedArray) -> list[str]:
    return ["" if text is None else text for text in read_keys(column).to_pylist()]
