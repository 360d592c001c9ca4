"""What people gained, competency by competency.

Question  How far did scores on statements that name a competency rise from each learner's first to the last?
Estimand  Mean over learners with two scored statements or more of last minus first scaled score (-1 to 1).
Assumes   Nothing about why: a gain in scores is an association, never an effect of the program.
Unknown   A learner with one score has no gain; a score without `scaled` is not guessed from raw, min and max
          unless both bounds are told.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from payoff.xapi.event import Event


@dataclass(frozen=True, slots=True)
class Gain:
    """n_learners: those with a gain; n_once: those with one score only."""

    competency: str
    n_learners: int
    n_once: int
    mean_first: float | None
    mean_last: float | None
    mean_gain: float | None
    statement_ids: tuple[str, ...]  # first and last of each learner


def find_gains(events: Iterable[Event]) -> tuple[Gain, ...]:
    """Gains by competency, in the order of their ids."""
    scored: dict[str, dict[tuple[int, str], list[tuple[Event, float]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for event in events:
        score = _scale(event)
        if score is None or event.actor is None:
            continue
        for competency in event.competency_ids:
            scored[competency][event.tenant, event.actor].append((event, score))
    return tuple(_sum_up(competency, list(scored[competency].values())) for competency in sorted(scored))


def _scale(event: Event) -> float | None:
    if event.score_scaled is not None:
        return event.score_scaled
    raw, least, most = event.score_raw, event.score_min, event.score_max
    if raw is None or least is None or most is None or most <= least:
        return None
    return (raw - least) / (most - least)


def _sum_up(competency: str, learners: list[list[tuple[Event, float]]]) -> Gain:
    pairs = []
    for scores in learners:
        scores.sort(key=lambda pair: (pair[0].timestamp or pair[0].stored, pair[0].stored))
        if len(scores) > 1:
            pairs.append((scores[0], scores[-1]))
    n, n_once = len(pairs), len(learners) - len(pairs)
    ids = tuple(event.statement_id for pair in pairs for event, _ in pair)
    if not n:
        return Gain(competency, 0, n_once, None, None, None, ())
    first, last = (sum(pair[end][1] for pair in pairs) / n for end in (0, 1))
    return Gain(competency, n, n_once, first, last, last - first, ids)
