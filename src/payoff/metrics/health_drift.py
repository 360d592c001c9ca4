"""Does a column still mean what it meant? Words, magnitudes and blanks from month to month and load to load.

Question  Has a unit changed (seconds → minutes), a word been renamed or added, a column come to be blank?
Method    Medians of all months before a month against all from it on: a factor of eight or more is no change
          of behaviour. Words: one in twenty rows of a month bears a word that months before never had.
Refuses   Says nothing of months with fewer than 20 values, or of fewer than two months on either side.
"""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from payoff.metrics.health_findings import Told
from payoff.metrics.health_queries import in_time
from payoff.metrics.health_subject import Subject, local
from payoff.nouns.sql_quoting import literal, quoted
from payoff.nouns.wording import counted, listed, number, percent, plain

LEAST_VALUES, LEAST_MONTHS = 20, 2
FACTOR = 8.0
KNOWN = {
    60.0: "seconds and minutes, or minutes and hours",
    3600.0: "seconds and hours",
    1000.0: "thousands",
    100.0: "shares and percentages, or cents",
    24.0: "hours and days",
    1440.0: "minutes and days",
    60000.0: "milliseconds and minutes",
}
SHARE_OF_WORD = 0.05
JUMP, TIMES = 0.05, 2.0
LEAST_LEAVERS = 9.0  # expected; none of nine happens once in eight thousand

Medians = Sequence[tuple[dt.date, float | None, int, int]]  # month, median of positive values, they, all


def judge_magnitude(subject: Subject, column: str, medians: Medians) -> Iterator[Told]:
    """One finding at the month where a column's magnitude leaps and stays."""
    seen = [(m, v) for m, v, n, _ in medians if v is not None and v > 0 and n >= LEAST_VALUES]
    best: tuple[float, dt.date] | None = None
    for cut in range(LEAST_MONTHS, len(seen) - LEAST_MONTHS + 1):
        before, after = [v for _, v in seen[:cut]], [v for _, v in seen[cut:]]
        gap = max(min(after) / max(before), min(before) / max(after))
        ratio = float(np.median(after) / np.median(before))
        if gap >= FACTOR / 2 and abs(math.log(ratio)) >= math.log(FACTOR):
            best = best or (ratio, seen[cut][0])
    if best is None:
        return
    ratio, month = best
    condition = (
        f"{local(subject, subject.when or '')} >= date '{month}' and {quoted(column)} is not null "
        f"and {in_time(subject)}"
    )
    text = f"from {month:%B %Y} on {plain(column)} is {_times(ratio)} what it was{_hint(ratio)}"
    since = sum(filled for m, _, _, filled in medians if m >= month)
    yield Told("drift", f"unit.{column}", text, column, stops=True, n_rows=since, condition=condition)


def judge_magnitude_of_load(column: str, now: float | None, before: float | None) -> Iterator[Told]:
    """The same between two loads, where every month has changed alike."""
    if now and before and abs(math.log(now / before)) >= math.log(FACTOR):
        text = (
            f"{plain(column)} is {_times(now / before)} what it was in the load before{_hint(now / before)}"
        )
        yield Told("drift", f"unit_of_load.{column}", text, column, stops=True, rests_on="loads")


def judge_words(
    subject: Subject, column: str, by_month: Mapping[dt.date, Mapping[str, int]]
) -> Iterator[Told]:
    """Words that begin or end with a month, one finding a column."""
    months = sorted(m for m, words in by_month.items() if sum(words.values()) >= LEAST_VALUES)
    for cut in range(LEAST_MONTHS, len(months) - LEAST_MONTHS + 1):
        before, after = _total(by_month, months[:cut]), _total(by_month, months[cut:])
        new = _absent(before, after)
        gone = _absent(after, before)
        # a word is new from its own first month on, not from every month before it
        first = _total(by_month, months[cut : cut + 1])
        new = [word for word in new if word in first]
        gone = [word for word in gone if word in _total(by_month, months[cut - 1 : cut])]
        if new or gone:
            told = [f"new: {listed(new)}"] * bool(new) + [f"gone: {listed(gone)}"] * bool(gone)
            words = ", ".join(literal(w) for w in new)
            condition = f"{quoted(column)}::varchar in ({words}) and {in_time(subject)}" if new else ""
            everywhere = _total(by_month, list(by_month))
            text = f"from {months[cut]:%B %Y} on {plain(column)} has other words ({'; '.join(told)})"
            yield Told(
                "drift",
                f"words.{column}",
                text,
                column,
                n_rows=sum(everywhere[w] for w in new) if new else None,
                condition=condition,
            )
            return


def judge_words_of_load(column: str, now: Mapping[str, int], before: Mapping[str, int]) -> Iterator[Told]:
    """Words that one load has and the other has not."""
    if min(sum(now.values()), sum(before.values())) < LEAST_VALUES:
        return
    new, gone = _absent(before, now), _absent(now, before)
    if new or gone:
        told = [f"new: {listed(new)}"] * bool(new) + [f"gone: {listed(gone)}"] * bool(gone)
        words = ", ".join(literal(w) for w in new)
        yield Told(
            "drift",
            f"words_of_load.{column}",
            f"{plain(column)} has other words than in the load before ({'; '.join(told)})",
            column,
            n_rows=sum(now[w] for w in new) if new else None,
            condition=f"{quoted(column)}::varchar in ({words})" if new else "",
            rests_on="loads",
        )


def judge_blanks(column: str, now: tuple[int, int], before: tuple[int, int]) -> Iterator[Told]:
    """Blank cells and all cells, now and in the load before."""
    if min(now[1], before[1]) < 5 * LEAST_VALUES:
        return
    share, was = now[0] / now[1], before[0] / before[1]
    if share - was >= JUMP and share >= TIMES * was:
        text = f"{percent(share)} of {plain(column)} is blank, {percent(was)} in the load before"
        yield Told(
            "completeness",
            f"blanks_jumped.{column}",
            text,
            column,
            stops=share - was >= 0.5,
            n_rows=now[0],
            condition=f"{quoted(column)} is null",
            rests_on="loads",
        )


def judge_leavers(months: Sequence[tuple[dt.date, int, int]]) -> Iterator[Told]:
    """People are hired on, and from some month nobody leaves any more: leavers were not exported."""
    if not months or not any(gone for _, _, gone in months):
        return
    last_left = max(month for month, _, gone in months if gone)
    since = [month for month, hired, _ in months if month > last_left and hired]
    until = max((m for m, hired, _ in months if hired), default=last_left)
    n_before = max(_months(min(m for m, _, gone in months if gone), last_left) + 1, 1)
    rate = sum(gone for _, _, gone in months) / n_before
    silent = _months(last_left, until)
    if since and rate * silent >= LEAST_LEAVERS:
        missing = _next(last_left)
        text = (
            f"nobody has left since {missing:%B %Y}, though {number(rate)} a month did before and people are "
            "still hired"
        )
        yield Told(
            "completeness",
            "leavers_missing",
            text,
            "left_on",
            stops=True,
            means=f"leavers are missing since {missing:%B %Y}, and turnover looks like zero",
        )


def judge_columns(missing: Sequence[str], before: Sequence[str], now: Sequence[str]) -> Iterator[Told]:
    """Declared columns that are not there, and columns the load before had."""
    for column in missing:
        text = f"there is no column {column}"
        yield Told("completeness", f"no_column.{column}", text, column, stops=True)
    gone = [name for name in before if name not in now and name not in missing]
    if gone:
        text = f"{counted(len(gone), 'column')} of the load before are gone: {listed(gone)}"
        yield Told("completeness", "columns_gone", text, rests_on="loads")


def _total(by_month: Mapping[dt.date, Mapping[str, int]], months: Sequence[dt.date]) -> dict[str, int]:
    total: dict[str, int] = {}
    for month in months:
        for word, n in by_month[month].items():
            total[word] = total.get(word, 0) + n
    return total


def _absent(here: Mapping[str, int], there: Mapping[str, int]) -> list[str]:
    """Words of `there` with a share that counts, which `here` has not."""
    n = sum(there.values())
    return sorted(word for word, k in there.items() if word not in here and k >= SHARE_OF_WORD * n)


def _times(ratio: float) -> str:
    return f"{number(ratio)} times" if ratio > 1 else f"1/{number(1 / ratio)} of"


def _hint(ratio: float) -> str:
    """What a factor near a known one may be."""
    factor = max(ratio, 1 / ratio)
    near = min(KNOWN, key=lambda known: abs(math.log(known / factor)))
    return f" (as between {KNOWN[near]})" if abs(math.log(near / factor)) < 0.35 else ""


def _months(first: dt.date, last: dt.date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _next(month: dt.date) -> dt.date:
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
