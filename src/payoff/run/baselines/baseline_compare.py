"""What `payoff baseline compare` says: a change where two versions may be compared, both levels where not."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import Study
from payoff.nouns.wording import count, listed
from payoff.report.words import measure
from payoff.run.baselines.baseline_record import Compared


def check_comparable(compared: Sequence[Compared], earlier: str, later: str) -> None:
    """Raises PayoffError (5) with every metric that is defined differently or stands on other units."""
    problems = [
        Problem(
            "U224",
            f"{c.label} of {earlier} and of {later}: {listed(c.reasons)}",
            "the difference would be one of definition or of people, not of time",
            "measure both alike; --force tells both levels, never a change",
        )
        for c in compared
        if c.reasons
    ]
    if problems:
        raise PayoffError(problems, exit_code=5)


def compare_lines(
    study: Study, compared: Sequence[Compared], earlier: str, later: str
) -> tuple[tuple[str, str], ...]:
    """One line a metric."""
    lines = [("Compared", f"{earlier} with {later}; a difference over time, not an effect of the program")]
    for c in compared:

        def told(value: float | None, c: Compared = c, signed: bool = False) -> str:
            return "not known" if value is None else measure(value, c.unit, study.currency, signed)

        text = f"{told(c.earlier)} (n {count(c.n_earlier)}) then {told(c.later)} (n {count(c.n_later)})"
        if c.change is not None:
            text += f", {told(c.change, signed=True)}"
        if c.reasons:
            text += f"; not comparable: {listed(c.reasons)}"
        lines.append((c.label, text))
    return tuple(lines)


def compare_document(compared: Sequence[Compared], earlier: str, later: str) -> dict[str, Any]:
    """The same, for a program."""
    metrics = [{**asdict(c), "reasons": list(c.reasons), "change": c.change} for c in compared]
    return {"schema_version": 1, "earlier": earlier, "later": later, "metrics": metrics}
