"""Which unit-periods a difference in differences uses, and which term each belongs to.

Question  Who was treated when, in periods since launch, and is there anyone to compare with?
Assumes   No effect before launch beyond the declared anticipation and terms with a negative first period.
Refuses   One period; nobody treated; nobody to compare with; everyone treated at once; treatment
          that began before the data; a term nobody is observed in; fewer clusters than the floor.
          `pooled_refusal`: several launch dates and a term longer than one period.
Cites     Goodman-Bacon (2021), doi:10.1016/j.jeconom.2021.03.014; Sun & Abraham (2021),
          doi:10.1016/j.jeconom.2020.09.006: with several launch dates and effects that change, earlier
          waves stand in the comparison of later ones, and a pooled term may even have the wrong sign.

Cells after launch that no declared term covers are left out: counting them as untreated would set
the program's later effect to zero by fiat. So are cells of the declared
anticipation: they are no base to compare from.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.floors import compact, floor_refusal
from payoff.causal.never import NO_EVENT
from payoff.causal.outcome import MAX_SHARE_DROPPED, analysed_values, observed_cells
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, named


@dataclass(frozen=True, slots=True)
class EventCells:
    """n units × T periods in use, on the analysed scale; periods without a cell in use are left out.

    values (n, T), 0 where unused; weights (n, T), 0 where unused; event (n, T) periods since
    launch, NO_EVENT for units never treated; terms (n, T, k); program, cluster, index (n,): index
    into the panel. note: units left out, in words, or "". period (T,): index into the panel's
    calendar, which may have gaps.
    """

    values: Floats
    weights: Floats
    event: Ints
    terms: Bools
    term_names: tuple[str, ...]
    program: Bools
    cluster: Ints
    index: Ints
    note: str
    period: Ints

    @property
    def n_units(self) -> int:
        return len(self.program)

    @property
    def n_periods(self) -> int:
        return int(self.values.shape[1])

    @property
    def n_clusters(self) -> int:
        return int(self.cluster.max()) + 1

    def baseline(self, log: bool) -> float:
        """Mean of the raw metric over treated units before launch and before any declared lead."""
        lead = np.where(self.terms.any(axis=2), 0, self.event) < 0
        cells = self.program[:, None] & lead & (self.weights > 0)
        raw = np.exp(self.values[cells]) if log else self.values[cells]
        return float(np.average(raw, weights=self.weights[cells])) if raw.size else float("nan")

    @property
    def n_observations(self) -> int:
        return int(np.count_nonzero(self.weights))


def event_times(panel: Panel) -> Ints:
    """(n_units, n_periods): period index − launch index; NO_EVENT for units never treated."""
    since = np.arange(panel.n_periods)[None, :] - panel.launch[:, None]
    times: Ints = np.where(panel.launch[:, None] >= 0, since, NO_EVENT).astype(np.int64)
    return times


def event_cells(study: Study, panel: Panel, method: str, *, any_size: bool = False) -> EventCells | Refusal:
    """Prepare the cells, or say why nothing can be compared. any_size: however few the clusters."""
    periods = panel.pre | panel.post
    refusal = timing_refusal(study, panel, method)
    if refusal is not None:
        return refusal
    values = analysed_values(study, panel, periods, method)
    if isinstance(values, Refusal):
        return values
    event = event_times(panel)
    terms = term_dummies(study, event)
    program = panel.launch >= 0
    quiet = event < -study.design.anticipation
    cells = observed_cells(panel, periods) & (quiet | terms.any(axis=2))
    before = (cells & quiet).any(axis=1)
    kept = (cells.sum(axis=1) >= 2) & (~program | before)
    dropped = int((program & ~kept).sum())
    if dropped > MAX_SHARE_DROPPED * program.sum():
        who = named([panel.unit[i] for i in np.flatnonzero(program & ~kept)])
        reason = f"{counted(dropped, study.design.unit_label)} in the program ({who}) "
        why = "have no value before launch, or only one at all: treatment began before the data did."
        return Refusal(method, reason + why)
    index = np.flatnonzero(kept)
    refusal = None if any_size and len(index) else comparison_refusal(study, panel, index, method)
    if refusal is not None:
        return refusal
    return _compact(study, panel, _Seen(values, cells, event, terms), index, _left_out(study, kept), method)


@dataclass(frozen=True, slots=True)
class _Seen:
    """On the panel's own shape (n_units, n_periods): analysed values, cells in use, event times, terms."""

    values: Floats
    cells: Bools
    event: Ints
    terms: Bools


def _compact(
    study: Study, panel: Panel, seen: _Seen, index: Ints, note: str, method: str
) -> EventCells | Refusal:
    """The units in `index` and the periods they were seen in, if these are two and hold every term."""
    period = np.flatnonzero(seen.cells[index].any(axis=0))
    use = np.ix_(index, period)
    cells = seen.cells[use]
    if len(period) < 2:
        return Refusal(method, "Only one period was observed: there is no change to compare.")
    terms = seen.terms[use] & cells[:, :, None]
    unseen = [t.name for j, t in enumerate(study.design.terms) if not terms[:, :, j].any()]
    if unseen:
        return Refusal(method, f"The term {named(unseen)} was never observed: follow-up is too short for it.")
    return EventCells(
        values=np.where(cells, seen.values[use], 0.0),
        weights=np.where(cells, panel.weights[use], 0.0),
        event=seen.event[use],
        terms=terms,
        term_names=tuple(t.name for t in study.design.terms),
        program=(panel.launch >= 0)[index],
        cluster=compact(panel.cluster[index]),
        index=index,
        note=note,
        period=period,
    )


def term_dummies(study: Study, event: Ints) -> Bools:
    """(n_units, n_periods, n_terms): the event time lies in the term."""
    treated = event != NO_EVENT
    columns = [
        treated & (event >= t.first) & (event <= (t.last if t.last is not None else event.max()))
        for t in study.design.terms
    ]
    return np.stack(columns, axis=2)


def pooled_refusal(study: Study, panel: Panel, method: str) -> Refusal | None:
    """Several launch dates, and a term that averages over more than one period since launch."""
    n_dates = len(np.unique(panel.launch[panel.launch >= 0]))
    pooled = [term.name for term in study.design.terms if term.first != term.last]
    if n_dates < 2 or not pooled:
        return None
    reason = (
        f"The program was launched at {counted(n_dates, 'date')} and the term {named(pooled)} averages over "
        f"more than one {study.design.period}: where effects change with time, earlier launches distort "
        "such an average, even its sign; "
    )
    advice = f"declare terms one {study.design.period} long (first: 0, second: 1, …), or launch at one date."
    return Refusal(method, reason + advice)


def fewest_clusters(cells: EventCells, terms: Bools) -> int:
    """Clusters in the smaller of the groups any one of `terms` (n, T, k) compares, in its own periods."""
    used = cells.weights > 0
    fewest = cells.n_clusters
    for j in range(terms.shape[2]):
        inside = terms[:, :, j] & used
        outside = used & ~terms[:, :, j] & inside.any(axis=0)
        for group in (inside, outside):
            fewest = min(fewest, int(np.count_nonzero(np.bincount(cells.cluster[group.any(axis=1)]))))
    return fewest


def timing_refusal(study: Study, panel: Panel, method: str) -> Refusal | None:
    """One period; nobody treated; everyone treated at once."""
    label, periods = study.design.unit_label, panel.pre | panel.post
    if int(periods.sum()) < 2:
        return Refusal(method, "Only one period was observed: there is no change to compare.")
    if not (panel.launch >= 0).any():
        return Refusal(method, f"No {label} ever started the program: there is no effect to measure.")
    if (panel.launch >= 0).all() and len(np.unique(panel.launch)) == 1:
        reason = f"Every {label} started at the same time and none is left to compare with; "
        return Refusal(method, reason + "stagger the launch, or keep a group that starts later.")
    return None


def comparison_refusal(study: Study, panel: Panel, index: Ints, method: str) -> Refusal | None:
    """Enough clusters in each arm; where everyone is treated in the end, in and after the first wave."""
    launch = panel.launch[index]
    everyone = (launch >= 0).all()
    treated = launch == launch.min() if everyone and len(launch) else launch >= 0
    return floor_refusal(study, panel.cluster[index], treated, method)


def _left_out(study: Study, kept: Bools) -> str:
    """How many units the method could not use, in words."""
    lost = int((~kept).sum())
    if not lost:
        return ""
    return f"; {counted(lost, study.design.unit_label)} without values both before and after left out"
