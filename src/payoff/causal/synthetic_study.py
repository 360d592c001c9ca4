"""One or few program units against a weighted mean of many others: synthetic DiD and synthetic control.

Question  How would the program's units have gone on without it?
Estimand  Mean effect on the program's units over follow-up. `synthetic_did` takes out a lasting difference
          in level and weighs periods before launch; `synthetic_control` must meet the level itself.
Assumes   What tied the program's path to the others' before launch goes on tying it; nobody else was
          touched by the program; nothing else befell the program's units at launch.
Errors    Placebo in space: the same method on comparison units as if they had been in the program, each
          in turn (or groups of as many as there are program units, drawn by seed). Their root mean square is
          the error, with as many degrees of freedom as placebos; the label gives the share of placebos
          at least as large. It supposes that the program's units vary as the others do. Synthetic control
          has to meet the level: where it missed the path before launch by more than placebos miss
          theirs (root mean square), the error grows in that proportion, as Abadie (2021, section 3.5)
          judges an effect against the miss before launch.
Refuses   Synthetic control that missed the path before launch by more than three times what placebos miss
          theirs: nobody ran alike. Fewer than 15 periods before launch or 10 comparison units observed
          throughout; more than a fifth of the program's units with gaps; comparison units that never
          move; launches at other dates than the start of follow-up.
Cites     Arkhangelsky et al. (2021), doi:10.1257/aer.20190159, algorithm 4; Abadie, Diamond & Hainmueller
          (2010), doi:10.1198/jasa.2009.ap08746; Abadie (2021), doi:10.1257/jel.20191450.
Proof     tests/reference/test_reference_synthetic.py (Proposition 99: −15.604, −19.62, −27.349);
          tests/causal/test_causal_synthetic.py: coverage at and beyond the edge of the others.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference, t_inference
from payoff.causal.outcome import (
    MAX_SHARE_DROPPED,
    analysed_values,
    baseline_refusal,
    observed_cells,
)
from payoff.causal.protocol import Answer
from payoff.causal.synthetic_weights import (
    Solver,
    Synthetic,
    frank_wolfe,
    noise_level,
    plain_did,
    simplex_weights,
    synthetic_control,
    synthetic_did,
)
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, number, plural

DID = "synthetic_did"
CONTROL = "synthetic_control"
PLAIN = "difference_in_differences"
MIN_BEFORE = 15
MIN_OTHERS = 10
MOST_PLACEBOS = 100
WORST_MISS = 3.0  # in units of what placebos miss before launch

Fit = Callable[[Floats, Floats, int, int, Solver], Synthetic]
FITS: dict[str, Fit] = {
    DID: synthetic_did,
    CONTROL: lambda others, ours, n_pre, n_program, solve: synthetic_control(others, ours, n_pre, solve),
    PLAIN: lambda others, ours, n_pre, n_program, solve: plain_did(others, ours, n_pre),
}
WORDS = {
    DID: ("Change against a weighted mean of the others that moved alike", "Synthetic difference"),
    CONTROL: ("Level against a weighted mean of the others that ran alike", "Synthetic control"),
    PLAIN: ("Change against the plain mean of the others", "Against all others alike"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """others (N0, T), ours (N1, T): analysed values of units seen throughout, periods in order; the
    first n_pre are before launch. other (N0,): index into the panel. n_lost: units with gaps.
    """

    others: Floats
    ours: Floats
    n_pre: int
    other: Ints
    n_lost: int


def answer_did(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Synthetic difference in differences."""
    return _answer(study, panel, role, DID)


def answer_control(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Synthetic control."""
    return _answer(study, panel, role, CONTROL)


def references(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """The same units compared without any weights; nothing where the block cannot be made."""
    block = read_block(study, panel, PLAIN)
    return () if isinstance(block, Refusal) else (_effect(study, panel, "reference", PLAIN, block),)


def read_block(study: Study, panel: Panel, method: str) -> Block | Refusal:
    """Units observed in every period of baseline and follow-up, or why they are too few."""
    used = panel.pre | panel.post
    values = analysed_values(study, panel, used, method)
    if isinstance(values, Refusal):
        return values
    late = panel.in_program & (panel.launch != int(np.argmax(panel.post)))
    if late.any():
        nouns = plural(study.design.unit_label)
        return Refusal(method, f"Program {nouns} must all launch when follow-up begins; some did not.")
    whole = (observed_cells(panel, used) | ~used[None, :]).all(axis=1)
    ours, others = panel.in_program & whole, ~panel.in_program & whole
    refusal = _size_refusal(study, panel, method, int(ours.sum()), int(others.sum()))
    if refusal is not None:
        return refusal
    block = Block(
        values[np.ix_(others, used)],
        values[np.ix_(ours, used)],
        int(panel.pre.sum()),
        np.flatnonzero(others),
        int((~whole).sum()),
    )
    if not noise_level(block.others[:, : block.n_pre]) > 0:
        return Refusal(method, f"The comparison {plural(study.design.unit_label)} never move before launch.")
    return block


def fit_block(method: str, block: Block, solve: Solver = frank_wolfe) -> Synthetic:
    """The estimate itself."""
    return FITS[method](block.others, block.ours.mean(axis=0), block.n_pre, len(block.ours), solve)


def placebos(method: str, block: Block, seed: int) -> tuple[Synthetic, ...]:
    """The same method on groups that were never in the program."""
    found = []
    for group in _groups(len(block.others), len(block.ours), seed):
        rest = np.delete(block.others, group, axis=0)
        pretended = block.others[group].mean(axis=0)
        found.append(FITS[method](rest, pretended, block.n_pre, len(group), simplex_weights))
    return tuple(found)


def _relative_miss(method: str, found: Synthetic, pretended: tuple[Synthetic, ...]) -> float:
    """Distance from the path before launch, in units of the placebos' (root mean square).

    1 for methods that take the level out: what they leave of the path carries over to no estimate in full.
    """
    usual = float(np.sqrt(np.mean([placebo.fit_error**2 for placebo in pretended])))
    return found.fit_error / usual if method == CONTROL and usual > 0 else 1.0


def _groups(n_others: int, n_program: int, seed: int) -> list[Ints]:
    """Placebo groups: each unit in turn where one unit is in the program, else seeded draws."""
    if n_program == 1 and n_others <= MOST_PLACEBOS:
        return [np.array([i]) for i in range(n_others)]
    rng = np.random.default_rng(seed)
    return [np.sort(rng.permutation(n_others)[:n_program]) for _ in range(MOST_PLACEBOS)]


def _size_refusal(study: Study, panel: Panel, method: str, n_program: int, n_others: int) -> Refusal | None:
    noun, design = study.design.unit_label, study.design
    n_pre, all_program = int(panel.pre.sum()), int(panel.in_program.sum())
    if all_program == 0:
        return Refusal(method, f"No {noun} is in the program.")
    if all_program - n_program > MAX_SHARE_DROPPED * all_program:
        who = f"{count(all_program - n_program)} of {counted(all_program, noun)} in the program"
        return Refusal(method, f"{who} have gaps in their series: too many to leave out.")
    if n_pre < MIN_BEFORE:
        have = f"Only {counted(n_pre, design.period)} before launch"
        return Refusal(method, f"{have}: a path can be followed from {MIN_BEFORE} on.")
    # a placebo group takes n_program units out of the comparison, and those left must still be enough
    needed = MIN_OTHERS if n_program == 1 else MIN_OTHERS + n_program
    if n_others < needed:
        have = f"Only {counted(n_others, noun)} to compare with, seen in every {design.period}"
        return Refusal(method, f"{have}; at least {needed} are needed.")
    return None


def _answer(study: Study, panel: Panel, role: Role, method: str) -> tuple[Answer, ...]:
    block = read_block(study, panel, method)
    return (block,) if isinstance(block, Refusal) else (_effect(study, panel, role, method, block),)


def _effect(study: Study, panel: Panel, role: Role, method: str, block: Block) -> Answer:
    found = fit_block(method, block)
    pretended = placebos(method, block, study.seed)
    effects, miss = np.array([p.effect for p in pretended]), _relative_miss(method, found, pretended)
    baseline = _baseline(panel, block, found)
    refusal = _miss_refusal(study, method, miss) or baseline_refusal(panel, baseline, method)
    if refusal is not None:
        return refusal
    what, short = WORDS[method]
    as_large = (1 + int((np.abs(effects) >= abs(found.effect)).sum())) / (1 + len(effects))
    lost = f"; {counted(block.n_lost, study.design.unit_label)} with gaps left out" if block.n_lost else ""
    wider = f"; error {number(miss)} times theirs, as is the miss before launch" if miss > 1 else ""
    return compose_effect(
        study,
        panel,
        method=method,
        role=role,
        terms=(study.design.verdict_term,),
        estimates=np.array([found.effect]),
        inference=_inference(found.effect, effects * max(miss, 1.0)),
        estimand="mean effect on those in the program over follow-up",
        label=f"{what} ({_leaders(panel, block, found)}); of {count(len(effects))} placebos a share of "
        f"{number(as_large)} is as large{wider}{lost}",
        short=short,
        baseline=baseline,
        n_units=len(block.ours) + len(block.others),
        n_clusters=len(block.ours) + len(block.others),
        n_observations=block.ours.size + block.others.size,
    )


def _miss_refusal(study: Study, method: str, miss: float) -> Refusal | None:
    if miss <= WORST_MISS:
        return None
    nouns = plural(study.design.unit_label)
    reason = (
        f"No weighted mean of the comparison {nouns} ran alike before launch: it missed the program's path "
        f"by {number(miss)} times what it misses among themselves (at most {number(WORST_MISS)}); "
        f"{DID} takes a lasting difference in level out."
    )
    return Refusal(method, reason)


def _inference(effect: float, effects: Floats) -> Inference:
    """Root mean square of the placebos, whose true effect is zero: a common bias counts as error too."""
    variance, df = np.array([[(effects**2).mean()]]), np.array([float(len(effects))])
    return t_inference("placebo", np.array([effect]), variance, df)


def _baseline(panel: Panel, block: Block, found: Synthetic) -> float:
    """What the program's units would have reached over follow-up without it, in the metric's unit."""
    without = float(block.ours[:, block.n_pre :].mean()) - found.effect
    return float(np.exp(without)) if panel.metric.scale == "log" else without


def _leaders(panel: Panel, block: Block, found: Synthetic) -> str:
    """The comparison units that weigh most."""
    order = np.argsort(-found.unit_weights, kind="stable")[:3]
    heavy = [panel.unit[block.other[i]] for i in order if found.unit_weights[i] > 0]
    return f"most of all {', '.join(heavy)}"
