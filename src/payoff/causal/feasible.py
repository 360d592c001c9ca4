"""Which designs these data allow, what each could conclude, and what it could see.

Question  Before anybody has started: how could this program be tested, and how well?
Method    Each design is laid over the baseline with a planned split of the units (drawn by lot, so that
          the split is nobody's choice), its own planner foretells the error, and the evidence grade says
          the best it could reach. Best evidence first; among equals, the one that sees most.
Refuses   A design the data do not allow is listed with the reason.
Blind     Nothing after the baseline is read.
Proof     tests/causal/test_causal_feasible.py.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from payoff.causal.floors import cluster_noun
from payoff.causal.grade import grade
from payoff.causal.levers import by_cluster
from payoff.causal.outcome import observed_cells, unit_means
from payoff.causal.power import plan_error, visible_lift
from payoff.causal.power_error import METHOD, PlannedError
from payoff.causal.randomiser import Known, draw_lot, name_cells
from payoff.causal.rehearsal import rehearse
from payoff.causal.synthetic_study import MIN_BEFORE
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.evidence import Check
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Power
from payoff.nouns.study import DesignType, Study, Term
from payoff.nouns.wording import counted, plural

ONE_TERM = (Term("post", 0, None),)


@dataclass(frozen=True, slots=True)
class FeasibleDesign:
    """name: as advice. concludes: what it could say. needs: what must be arranged.

    planned: the error foreseen, or why the data do not allow the design. locks: best grade in reach.
    """

    kind: str
    name: str
    concludes: str
    needs: str
    study: Study
    panel: Panel
    planned: PlannedError | Refusal
    visible: float | Refusal
    locks: int
    reasons: tuple[str, ...]


def list_designs(
    study: Study, panel: Panel, power: Power, checks: Sequence[Check] = ()
) -> tuple[FeasibleDesign, ...]:
    """Every design on the units of `panel`, best evidence first.

    panel: its arms and launches play no part. power: expected and break-even lifts. checks: of the data.
    """
    found = [_weigh(option, power, checks) for option in _options(study, panel)]
    return tuple(sorted(found, key=_rank))


def lay_out(study: Study, panel: Panel) -> Panel | Refusal:
    """The declared design over units that nobody has been assigned to yet, split as the plan says."""
    design = study.design
    if design.type in ("its", "before_after"):
        return _started(panel, np.ones(panel.n_units, dtype=np.bool_))
    if design.factors:
        held = name_cells([factor.name for factor in design.factors])[1]
        cell = _split(study, panel, len(held))
        if isinstance(cell, Refusal):
            return cell
        factors: Bools = held[cell]
        return replace(_started(panel, np.asarray(factors.any(axis=1))), factors=factors)
    if design.arms:
        arm = _split(study, panel, len(design.arms))
        return arm if isinstance(arm, Refusal) else replace(_started(panel, arm > 0), arm=arm)
    if design.waves:
        wave = _split(study, panel, len(design.waves))
        if isinstance(wave, Refusal):
            return wave
        starts = np.array([_period_of(panel, study, day) for _, day in design.waves])
        return _started(panel, starts[wave] >= 0, starts[wave])
    share = design.expected_share or 0.5
    split = _split(study, panel, 2, (1 - share, share))
    return split if isinstance(split, Refusal) else _started(panel, split == 1)


def _period_of(panel: Panel, study: Study, day: dt.date) -> int:
    """Index of the period a launch falls into; -1 when it falls after the plan's end."""
    if day > study.design.follow_up.end_on:
        return -1
    return int(np.searchsorted(panel.periods, np.datetime64(day, "D"), side="right")) - 1


@dataclass(frozen=True, slots=True)
class _Option:
    """A design laid over the units; refusal: why it cannot be."""

    kind: str
    name: str
    concludes: str
    needs: str
    study: Study
    panel: Panel
    refusal: Refusal | None = None


def _rank(design: FeasibleDesign) -> tuple[bool, int, float, str]:
    seen = design.visible if isinstance(design.visible, float) else float("inf")
    return (isinstance(design.planned, Refusal), -design.locks, seen, design.kind)


def _weigh(option: _Option, power: Power, checks: Sequence[Check]) -> FeasibleDesign:
    planned = option.refusal or rehearse(option.study, option.panel) or plan_error(option.study, option.panel)
    visible = planned if isinstance(planned, Refusal) else visible_lift(option.panel, planned)
    reached = grade(option.study, checks, replace(power, smallest_visible_lift=visible))
    return FeasibleDesign(
        kind=option.kind,
        name=option.name,
        concludes=option.concludes,
        needs=option.needs,
        study=option.study,
        panel=option.panel,
        planned=planned,
        visible=visible,
        locks=reached.locks,
        reasons=reached.reasons,
    )


def _options(study: Study, panel: Panel) -> Iterator[_Option]:
    units, groups = plural(study.design.unit_label), plural(cluster_noun(study))
    alone = replace(panel, cluster=np.arange(panel.n_units, dtype=np.int64))
    for_sure = "what being offered the program changed"
    waits = f"keep half of the {{}} without it until {study.design.follow_up.end_on}"
    if panel.n_clusters < panel.n_units:
        whole = f"draw whole {groups} by lot"
        yield _by_lot(study, panel, "lot of groups", whole, for_sure, waits.format(groups))
        more = f"{waits.format(units)}; no {study.design.unit_label} may pick it up from a colleague"
        yield _by_lot(study, alone, "lot", f"draw single {units} by lot", for_sure, more)
    else:
        yield _by_lot(study, panel, "lot", f"draw {units} by lot", for_sure, waits.format(units))
    yield _waves(study, panel, groups)
    yield _changes(study, panel, groups)
    yield _matched(study, panel, units)
    yield _synthetic(study, panel)
    yield from _everyone(study, panel)


def _by_lot(study: Study, panel: Panel, kind: str, name: str, concludes: str, needs: str) -> _Option:
    planned = _as(study, "rct", "covariate_adjusted", randomised=True)
    split = _split(study, panel, 2)
    if isinstance(split, Refusal):
        return _Option(kind, name, concludes, needs, planned, panel, split)
    return _Option(kind, name, concludes, needs, planned, _started(panel, split == 1))


def _waves(study: Study, panel: Panel, groups: str) -> _Option:
    """A third starts first, a third halfway through follow-up, a third afterwards."""
    name = f"draw by lot which {groups} start first, which later"
    concludes = "what the program changed, and how the effect grew with time"
    needs = f"three waves, the last one after {study.design.follow_up.end_on}; nobody jumps the queue"
    planned = _as(study, "did", "group_time", randomised=True)
    split = _split(study, panel, 3)
    post = np.flatnonzero(panel.post)
    if isinstance(split, Refusal) or len(post) < 2:
        late = Refusal(METHOD, f"Waves need two {plural(study.design.period)} of follow-up or more.")
        return _Option(
            "waves", name, concludes, needs, planned, panel, split if isinstance(split, Refusal) else late
        )
    starts = np.array([-1, post[0], post[len(post) // 2]])
    return _Option("waves", name, concludes, needs, planned, _started(panel, split > 0, starts[split]))


def _changes(study: Study, panel: Panel, groups: str) -> _Option:
    name = f"choose the {groups} that start, compare changes"
    concludes = "what the program changed, if both groups would have moved alike without it"
    needs = (
        f"{groups} that do not start, and {plural(study.design.period)} before launch to see all move alike"
    )
    planned = _as(study, "did", "fixed_effects", randomised=False)
    split = _split(study, panel, 2)
    if isinstance(split, Refusal):
        return _Option("did", name, concludes, needs, planned, panel, split)
    return _Option("did", name, concludes, needs, planned, _started(panel, split == 1))


def _matched(study: Study, panel: Panel, units: str) -> _Option:
    name = f"compare with the {units} most alike"
    concludes = "what the program changed, if nothing unmeasured set the two groups apart"
    needs = f"{units} outside the program with the same measures before launch"
    planned = _as(study, "matched", "matched_did", randomised=False)
    split = _split(study, panel, 2)
    if isinstance(split, Refusal):
        return _Option("matched", name, concludes, needs, planned, panel, split)
    return _Option("matched", name, concludes, needs, planned, _started(panel, split == 1))


def _synthetic(study: Study, panel: Panel) -> _Option:
    """One group starts; the middle one by its level, which is no extreme to imitate."""
    noun, period = cluster_noun(study), study.design.period
    name, kind = f"start with one {noun}, compare with a weighted mix of the others", "synthetic"
    concludes = f"what it changed in that one {noun}, if the mix would have gone on like it"
    needs = f"{MIN_BEFORE} {plural(period)} before launch, to fit the mix to"
    planned = _as(study, "synthetic", "synthetic_did", randomised=False, cluster=None, unit_label=noun)
    whole = by_cluster(replace(panel, in_program=np.zeros_like(panel.in_program), launch=panel.launch * 0))
    seen = observed_cells(panel, panel.pre).any(axis=0)
    if isinstance(whole, Refusal) or seen.sum() < MIN_BEFORE:
        short = (
            f"The baseline has {counted(int(seen.sum()), period)}; {MIN_BEFORE} are needed to fit the mix."
        )
        return _Option(kind, name, concludes, needs, planned, panel, Refusal(METHOD, short))
    level = unit_means(whole.values, whole.weights, observed_cells(whole, whole.pre))[0]
    order = np.argsort(level, kind="stable")  # clusters never seen come last
    middle = order[int(np.isfinite(level).sum()) // 2]
    return _Option(kind, name, concludes, needs, planned, _started(whole, np.arange(whole.n_units) == middle))


def _everyone(study: Study, panel: Panel) -> Iterator[_Option]:
    """Everybody starts at once: nobody is left to compare with."""
    launched = _started(panel, np.ones(panel.n_units, dtype=np.bool_))
    yield _Option(
        "its",
        "start everybody at once, compare with the course before",
        "that the course bent when the program began, hardly why",
        f"eight {plural(study.design.period)} on either side, better twenty-four",
        _as(study, "its", "interrupted_time_series", randomised=False),
        launched,
    )
    yield _Option(
        "before_after",
        "start everybody at once, compare before and after",
        "that something changed, never that the program did it",
        "nothing more",
        _as(study, "before_after", "before_after", randomised=False),
        launched,
    )


def _as(study: Study, kind: DesignType, method: str, randomised: bool, **changes: Any) -> Study:
    """The study with another design; terms by arm or factor give way to one."""
    design = study.design
    by_arm = bool(design.arms or design.factors)
    fields: dict[str, Any] = {
        "type": kind,
        "method": method,
        "second": None,
        "arms": (),
        "factors": (),
        "randomised": randomised,
        "chosen": "lot" if randomised else "unknown",
        "terms": ONE_TERM if by_arm else design.terms,
        "verdict_term": ONE_TERM[0].name if by_arm else design.verdict_term,
    }
    return replace(study, design=replace(design, **{**fields, **changes}))


def _split(
    study: Study, panel: Panel, n_groups: int, shares: tuple[float, ...] | None = None
) -> Ints | Refusal:
    """(n_units,) the group each unit would be drawn into, as the lot itself would: alike in the baseline."""
    width = len(str(panel.n_units))
    names = tuple(str(n).zfill(width) for n in range(panel.n_units))
    strata = panel.strata if panel.strata is not None else np.zeros(panel.n_units, dtype=np.int64)
    known = Known(
        unit=names,
        cluster=tuple(str(code).zfill(width) for code in panel.cluster),
        stratum=tuple(str(code) for code in strata),
        names=(panel.metric.name,),
        measures=_baseline_means(panel)[:, None],
    )
    drawn = draw_lot(known, tuple(str(n) for n in range(n_groups)), study.seed, shares)
    return drawn if isinstance(drawn, Refusal) else drawn.arm


def _baseline_means(panel: Panel) -> Floats:
    """(n_units,) weighted mean over the baseline; NaN without one, or where it is no finite number."""
    cells = observed_cells(panel, panel.pre) & np.isfinite(panel.values)
    return unit_means(panel.values, panel.weights, cells)[0]


def _started(panel: Panel, program: Bools, launch: Ints | None = None) -> Panel:
    """The panel with `program` (n_units,) starting, at the first period of follow-up unless given."""
    first = int(np.argmax(panel.post)) if panel.post.any() else -1
    starts = np.where(program, first, -1) if launch is None else launch
    n_program = int(program.sum())
    return replace(
        panel,
        in_program=program,
        launch=starts.astype(np.int64),
        n_assigned=(panel.n_units - n_program, n_program),
        arm=None,
        factors=None,
        take_up=None,
    )
