"""What raters saw before launch, and after: the mean score, how sure it is, how far raters agree.

Question  What stands behind a rated measure: how many raters, people and scores, and is it one instrument?
Blind     Before the plan is locked only the baseline is told.
Refuses   Fewer people than may be shown; follow-up of data whose health keeps a final result back.
"""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from payoff.metrics.catalogue import SHIPPED
from payoff.nouns.people import smallest_told
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.query import Query
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study, Window
from payoff.nouns.wording import count, counted, lowered, number
from payoff.run.admission import admit
from payoff.run.asking import ask
from payoff.run.main_path import prepare
from payoff.run.plan import read
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace
from payoff.signals import RubricMean, rubric_mean
from payoff.study.catalogue_use import read_binding
from payoff.study.definition_sql import Asked, write_cases


@dataclass(frozen=True, slots=True)
class Rated:
    """One window of one measure."""

    when: str
    window: Window
    found: RubricMean | Refusal


def rate_metric(workspace: Workspace, name: str, progress: Progress) -> tuple[Rated, ...]:
    """Baseline, and follow-up once locked.

    Raises PayoffError: no such metric, or none that is rated (2); as `prepare` and `admit` (3 to 7).
    """
    study = read(workspace)
    written: dict[str, Any] = json.loads(study.plan)["metrics"].get(name, {})
    definition = SHIPPED.find(str(written.get("use", "")))
    if definition is None or definition.cases_are != "ratings":
        raise PayoffError([_unrated(name)], exit_code=2)
    prepared = prepare(workspace, progress)
    windows = [("before", study.design.baseline)]
    if admit(prepared, workspace, exploratory=False)[0] != "health":
        windows.append(("after", study.design.follow_up))
    binding, design = read_binding(written, definition), study.design
    asked = Asked(design.unit, "day", windows[0][1].start_on, windows[-1][1].end_on, design.calendar)
    sql = write_cases(definition, SHIPPED.tables, binding, asked)
    query = Query(f"ratings:{name}", sql, tuple(sorted(set(binding.tables.values()))))
    table = ask([query], prepared.sources, workspace)[query.name]
    return tuple(Rated(when, window, _measure(study, table, window)) for when, window in windows)


def _measure(study: Study, table: pa.Table, window: Window) -> RubricMean | Refusal:
    days = np.asarray(table["rated_on"].to_pylist(), dtype="datetime64[D]")
    inside = (days >= np.datetime64(window.start_on)) & (days <= np.datetime64(window.end_on))
    person, rater, rated = (
        np.unique(np.asarray(table[name].to_pylist(), dtype=np.str_)[inside], return_inverse=True)[1]
        for name in ("person", "rater", "rated")
    )
    if np.unique(person).size < smallest_told(study):
        return Refusal("mean score", f"Fewer than {count(smallest_told(study))} people were rated.")
    return rubric_mean(table["score"].to_numpy()[inside].astype(np.float64), person, rater, rated)


def rating_lines(rated: tuple[Rated, ...]) -> tuple[tuple[str, str], ...]:
    """One line a window."""
    return tuple((f"{r.window.start_on} to {r.window.end_on}", _say(r.found)) for r in rated)


def _say(found: RubricMean | Refusal) -> str:
    if isinstance(found, Refusal):
        return f"not known: {lowered(found.reason)}"
    sizes = (
        f"{counted(found.n_raters, 'rater')}, {count(found.n_people)} rated, {count(found.n_scores)} scores"
    )
    agree = (
        f"agreement not known: {lowered(found.alpha.reason)}"
        if isinstance(found.alpha, Refusal)
        else f"agreement of raters {number(found.alpha)} (Krippendorff's alpha)"
    )
    ends = f"{number(found.low, 3)} to {number(found.high, 3)}"
    return f"{number(found.mean, 3)} points (95%: {ends}); {sizes}; {agree}"


def rating_document(name: str, rated: tuple[Rated, ...]) -> dict[str, Any]:
    """The same, for a program."""
    return {"schema_version": 1, "metric": name, "windows": [_document(r) for r in rated]}


def _document(rated: Rated) -> dict[str, Any]:
    told: dict[str, Any] = {"when": rated.when, "first_on": str(rated.window.start_on)}
    told |= {"last_on": str(rated.window.end_on)}
    found = rated.found
    if isinstance(found, Refusal):
        return told | {"refused": found.reason}
    alpha = {"refused": found.alpha.reason} if isinstance(found.alpha, Refusal) else found.alpha
    told |= {"mean": found.mean, "low": found.low, "high": found.high, "alpha": alpha}
    return told | {"n_scores": found.n_scores, "n_people": found.n_people, "n_raters": found.n_raters}


def _unrated(name: str) -> Problem:
    what = f"metric {name[:60]!r} is not rated by people"
    return Problem("U227", what, "only scores have raters to agree", "a metric with use: observed_technique")
