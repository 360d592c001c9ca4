"""Who gained? The locked method within each level of each declared subgroup: tenure, region, role.

Question  Did the program work alike in the groups named before launch? (EXP-12)
Estimand  As the locked method's, among the units of one level.
Rule      Declared before follow-up: levels are told apart after Benjamini-Hochberg over every level of every
          subgroup. Declared later, or the plan never locked: exploratory, and the row says so.
Assumes   As the locked method, within each level. Levels hold different units, and no covariance between
          them is stated: where teams have units in several levels their errors hang together, so that a
          difference between levels must not be tested from these rows.
Refuses   A subgroup with fewer than two levels the locked method answers; others are left out and named.
Cites     Wang et al. (2007), doi:10.1056/NEJMsr077003; `multiple_testing`.
Proof     tests/causal/test_causal_subgroups.py
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import stdtr

from payoff.causal.floors import compact
from payoff.causal.multiple_testing import adjust_p_values
from payoff.causal.protocol import Answer, Estimator
from payoff.nouns.arrays import Bools, Floats, frozen
from payoff.nouns.effect import Effect
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import listed, named, plain

METHOD = "subgroups"
LEVEL = 0.05


def subgroup_rows(study: Study, panel: Panel, estimator: Estimator) -> tuple[Answer, ...]:
    """One row per declared subgroup, one term for each of its levels."""
    if not study.design.subgroups:
        return ()
    if panel.subgroups is None:
        return (Refusal(METHOD, "Which subgroup each unit belongs to is not recorded."),)
    rows = [_row(study, panel, estimator, n) for n in range(len(study.design.subgroups))]
    return _allow_for_many(study, rows)


def _is_exploratory(study: Study) -> bool:
    """Were the subgroups chosen when follow-up could already be seen?"""
    if study.lock is None:
        return True
    begins = study.design.follow_up.start_on
    changes = [change for a in study.lock.amendments if a.on >= begins for change in a.changes]
    return study.lock.retrospective or any(change.startswith("design.subgroups") for change in changes)


def _row(study: Study, panel: Panel, estimator: Estimator, n: int) -> Answer:
    """The answers within the levels of one subgroup, as the terms of one effect."""
    assert panel.subgroups is not None
    name, levels = study.design.subgroups[n].name, panel.subgroup_levels[n]
    answers: dict[str, Effect] = {}
    reason = "nobody is in them."
    for code, level in enumerate(levels):
        part = take_units(panel, panel.subgroups[:, n] == code)
        found = estimator.answer(study, part, "reference")[0] if part.n_units else None
        if isinstance(found, Effect):
            answers[level] = found
        elif found is not None:
            reason = found.reason
    if len(answers) < 2:
        return Refusal(
            f"{METHOD}, {name}", f"Fewer than two groups by {plain(name)} can be compared: {reason}"
        )
    return _joined(panel, f"{METHOD}, {name}", plain(name), answers, [x for x in levels if x not in answers])


def _joined(
    panel: Panel, method: str, name: str, answers: dict[str, Effect], left_out: Sequence[str]
) -> Effect:
    parts = list(answers.values())
    sizes = [part.n_units for part in parts]
    short = f"Effect by {name}"
    row = replace(
        parts[0],
        method=method,
        terms=tuple(answers),
        estimates=frozen(np.array([part.estimate for part in parts])),
        covariance=frozen(np.diag([part.std_error**2 for part in parts])),
        df=frozen(np.array([part.df[part.headline] for part in parts])),
        intervals=frozen(np.array([part.interval for part in parts])),
        n_units=sum(sizes),
        n_clusters=sum(part.n_clusters for part in parts),
        n_observations=sum(part.n_observations or 0 for part in parts) or None,
        baseline=float(np.average([part.baseline for part in parts], weights=sizes)),
        headline=0,
        role="reference",
        shows="group",
        draws=None,
        bands=None,
        lift_intervals=None,
        fingerprint="",
        short=short,
        label=short + (f"; too small to tell: {named(left_out)}" if left_out else ""),
    )
    return replace(row, fingerprint=fingerprint("effect", row, inputs=(panel.fingerprint,)))


def _allow_for_many(study: Study, rows: Sequence[Answer]) -> tuple[Answer, ...]:
    """The same rows; each label says which of its levels stand, or that it is exploratory."""
    effects = [row for row in rows if isinstance(row, Effect)]
    if not effects:
        return tuple(rows)
    plain_p = [2 * stdtr(e.df, -np.abs(e.estimates) / e.std_errors) for e in effects]
    adjusted = adjust_p_values(np.concatenate(plain_p), "benjamini_hochberg")
    parts = iter(np.split(adjusted, np.cumsum([len(e.terms) for e in effects])[:-1]))
    late = _is_exploratory(study)
    return tuple(
        replace(row, label=f"{row.label}; {_said(row, next(parts), late)}")
        if isinstance(row, Effect)
        else row
        for row in rows
    )


def _said(effect: Effect, adjusted: Floats, exploratory: bool) -> str:
    if exploratory:
        return "exploratory, not declared before follow-up"
    standing = [
        f"{term} (adjusted p = {p:.3f})" for term, p in zip(effect.terms, adjusted, strict=True) if p <= LEVEL
    ]
    allowance = "with allowance for all groups asked about"
    return f"{listed(standing)} differ from none {allowance}" if standing else f"none stands {allowance}"


def take_units(panel: Panel, kept: Bools) -> Panel:
    """The panel of the units `kept` (n_units,)."""
    part = panel.take(np.flatnonzero(kept))
    n_program = int(part.in_program.sum())
    return replace(part, cluster=compact(part.cluster), n_assigned=(part.n_units - n_program, n_program))
