"""Design and hypotheses: dates in order, a comparison that can be made, an expectation on record.

Question  Was everything that decides the verdict said before anyone looked?
"""

import datetime as dt
from collections.abc import Iterator

from payoff.nouns.problem import Problem
from payoff.nouns.unit import Unit, UnitError, read_unit
from payoff.study.codes import build_problem
from payoff.study.document import DesignPart, HypothesisPart
from payoff.study.methods import default_methods, launches_in_follow_up, misled_term
from payoff.study.structure import Draft
from payoff.study.suggest import suggestion
from payoff.study.values import read_date, read_expectation, read_term, read_threshold, read_window

MIN_BASELINE_DAYS = 90
BOLD_LIFT = 0.10
METHODS = {
    "rct": (
        "difference_in_means", "covariate_adjusted", "cuped", "ratio_of_totals", "ratio_of_totals_cuped",
        "complier_effect",
    ),
    "did": (
        "imputation", "fixed_effects", "lagged_outcome", "group_time", "first_difference", "doubly_robust",
        "efficient_staggered",
    ),
    "staggered": (
        "group_time", "imputation", "fixed_effects", "lagged_outcome", "efficient_staggered",
        "first_difference", "doubly_robust",
    ),
    "matched": (
        "matched_did", "propensity_matching", "exact_matching", "weighting", "regression",
        "regression_adjustment",
    ),
    "synthetic": ("synthetic_did", "synthetic_control"),
    "its": ("interrupted_time_series", "structural_series", "interrupted_counts"),
    "before_after": ("before_after",),
}  # fmt: skip
_NEEDS_LAUNCH = ("did", "staggered")
_WAVES = ("launch", "wave", "waves", "control", "anticipation")
_LOT = ("randomise", "randomised", "draw_record", "strata", "expected_share", "arms", "factors")
_ALONE = ("arm", *_LOT, *_WAVES, "exposed", "matching")
_FOREIGN = {
    "rct": (*_WAVES, "matching", "harmonics", "chosen"),
    "did": ("arm", "expected_share", "arms", "factors", "matching", "harmonics"),
    "staggered": ("arm", "expected_share", "arms", "factors", "matching", "harmonics", "launch"),
    "matched": (*_LOT, *_WAVES, "harmonics"),
    "synthetic": (*_LOT, *_WAVES, "matching", "harmonics"),
    "its": _ALONE,
    "before_after": (*_ALONE, "harmonics"),
}
_NEEDS_ARM = ("rct", "matched", "synthetic")


def check_design(draft: Draft) -> Iterator[Problem]:
    """Problems P701 to P711."""
    design = draft.doc.design
    if design is None:
        return
    yield from _check_windows(draft, design)
    yield from _check_parts(draft, design)
    yield from _check_methods(draft, design)
    yield from _check_terms(draft, design)
    yield from _check_waves(draft, design)
    share = design.expected_share
    if share is not None and not 0 < share < 1:
        place = draft.place("design", "expected_share")
        yield build_problem("P708", f"expected_share {share:g} is not between 0 and 1", "such as 0.5", place)


def _check_windows(draft: Draft, design: DesignPart) -> Iterator[Problem]:
    baseline, follow_up = read_window(design.baseline), read_window(design.follow_up)
    place = draft.place("design", "baseline")
    if baseline.end_on >= follow_up.start_on:
        what = f"the baseline ends on {baseline.end_on}, follow-up starts on {follow_up.start_on}"
        fix = f"end the baseline on {follow_up.start_on - dt.timedelta(days=1)} at the latest"
        yield build_problem("P701", what, fix, place)
    if baseline.days < MIN_BASELINE_DAYS:
        start = baseline.end_on - dt.timedelta(days=MIN_BASELINE_DAYS - 1)
        what = f"the baseline has {baseline.days} days, fewer than {MIN_BASELINE_DAYS}"
        yield build_problem("P702", what, f"start on {start} or earlier", place)
    decision = read_date(design.decision_on) if design.decision_on else None
    if decision is not None and decision <= baseline.end_on:
        what = f"the decision is planned for {decision}, inside the baseline"
        yield build_problem("P701", what, "decide after follow-up", draft.place("design", "decision_on"))
    for n, look in enumerate(map(read_date, design.looks)):
        if decision is not None and look >= decision:
            what = f"the look on {look} is not before the decision on {decision}"
            yield build_problem("P701", what, "look earlier, or delete it", draft.place("design", "looks", n))
    launches = {name: read_date(date) for name, date in design.waves.items()}
    for name, launch in launches.items():
        if launch <= baseline.end_on:
            what = f"wave {name} launches on {launch}, inside the baseline that ends on {baseline.end_on}"
            place = draft.place("design", "waves", name)
            yield build_problem("P701", what, "end the baseline before the first launch", place)
    if launches and not any(follow_up.start_on <= d <= follow_up.end_on for d in launches.values()):
        what = f"no wave launches between {follow_up.start_on} and {follow_up.end_on}"
        yield build_problem("P707", what, "move follow_up or a wave", draft.place("design", "waves"))


def _check_parts(draft: Draft, design: DesignPart) -> Iterator[Problem]:
    has = {key: draft.is_written("design", key) for key in (*DesignPart.model_fields,)}
    lacking = ""
    if design.type in _NEEDS_ARM and not has["arm"] and not has["factors"]:
        lacking = "arm: SQL condition, true for the program arm, such as arm: treat = 1"
    elif design.type == "staggered" and not (has["wave"] and has["waves"]):
        lacking = "wave: SQL expression of a unit's wave, and waves: {A: 2026-04-01, …}"
    elif design.type in _NEEDS_LAUNCH and not has["launch"] and not (has["wave"] and has["waves"]):
        lacking = "launch: SQL expression of a unit's launch date, or wave and waves"
    if lacking:
        place = draft.place("design", "type")
        yield build_problem(
            "P703", f"design {design.type} says not who started when", f"add {lacking}", place
        )
    for key in _FOREIGN[design.type]:
        if has[key]:
            what = f"design {design.type} does not use {key}"
            yield build_problem("P709", what, f"delete {key}", draft.tree.key_place("design", key))
    if design.launch is not None and (has["wave"] or has["waves"]) and design.type == "did":
        what = "launch and waves both say when a unit starts"
        yield build_problem("P113", what, "keep one of the two", draft.tree.key_place("design", "launch"))
    if design.type == "rct" and design.randomised is False:
        fix = "use did for groups that were chosen"
        place = draft.place("design", "randomised")
        yield build_problem("P113", "rct means drawn by lot; randomised says it was not", fix, place)
    yield from _check_arms(draft, design)
    if has["strata"] and design.randomise is not None and design.randomise.stratify:
        what = "strata and randomise.stratify both name the strata"
        yield build_problem("P113", what, "keep one of the two", draft.place("design", "strata"))


def _check_arms(draft: Draft, design: DesignPart) -> Iterator[Problem]:
    """Several arms or factors: named once, one way of saying who is where."""
    place = draft.tree.key_place("design", "arms" if design.arms else "factors")
    if design.arms and (len(design.arms) < 2 or len(set(design.arms)) < len(design.arms)):
        what = f"design.arms names {len(set(design.arms))} different arms in {len(design.arms)}"
        yield build_problem("P710", what, "the comparison first, then each program arm, once", place)
    for key in ("arm", "arms", "terms"):
        if design.factors and draft.is_written("design", key):
            what = f"factors and {key} both say which arms there are"
            yield build_problem("P113", what, f"delete {key}", draft.tree.key_place("design", key))
    if design.arms and draft.is_written("design", "terms"):
        what = "with several arms, each program arm is a term of its own"
        yield build_problem("P113", what, "delete terms", draft.tree.key_place("design", "terms"))


def _check_methods(draft: Draft, design: DesignPart) -> Iterator[Problem]:
    known = METHODS[design.type]
    for key in ("method", "second"):
        name = getattr(design, key)
        if name is not None and name not in known and not (key == "second" and name == "none"):
            what = f"design.{key}: {name[:60]} is not a method for {design.type}"
            yield build_problem("P704", what, suggestion(name, known), draft.place("design", key))
    method = design.method or default_methods(design)[0]
    if design.second is not None and design.second == method:
        what = "the second opinion is the locked method itself"
        fix = f"one of: {', '.join((*(name for name in known if name != method), 'none'))}"
        yield build_problem("P704", what, fix, draft.place("design", "second"))


def _check_waves(draft: Draft, design: DesignPart) -> Iterator[Problem]:
    """A locked method that terms of several waves mislead would refuse once the data are in: say so now."""
    term = misled_term(design) if design.type in _NEEDS_LAUNCH else None
    if term is not None:
        period = design.period
        what = f"{launches_in_follow_up(design)} waves launch in follow-up and the term {term} averages over "
        what += f"more than one {period}: with {design.method} earlier waves distort it, even its sign"
        fix = f"method: group_time, or terms one {period} long such as {{first: 0, second: 1}}"
        yield build_problem("P711", what, fix, draft.place("design", "method"))


def _check_terms(draft: Draft, design: DesignPart) -> Iterator[Problem]:
    names = draft.tree.names("design", "terms") or tuple(design.arms[1:] or design.factors) or ("post",)
    if design.verdict_term is not None and design.verdict_term not in names:
        place = draft.place("design", "verdict_term")
        what = f"verdict_term {design.verdict_term[:60]} is not a term"
        yield build_problem("P705", what, suggestion(design.verdict_term, names), place)
    spans = sorted(
        (*read_term(span), name) for name, span in design.terms.items() if read_term(span)[1] is not None
    )
    spans_open = [
        (read_term(span)[0], name) for name, span in design.terms.items() if read_term(span)[1] is None
    ]
    covered: dict[int, str] = {}
    for first, last, name in spans:
        clash = next((covered[p] for p in range(first, (last or first) + 1) if p in covered), None)
        clash = clash or next((other for start, other in spans_open if (last or first) >= start), None)
        if clash is not None:
            what = f"terms {clash} and {name} share a period"
            yield build_problem(
                "P706", what, "give each period one term", draft.place("design", "terms", name)
            )
        covered |= dict.fromkeys(range(first, (last or first) + 1), name)
    if len(spans_open) > 1:
        what = f"terms {spans_open[0][1]} and {spans_open[1][1]} both run to the end"
        place = draft.place("design", "terms", spans_open[1][1])
        yield build_problem("P706", what, "end one of them", place)


def check_hypotheses(draft: Draft) -> Iterator[Problem]:
    """Problems P501 to P506: one sourced expectation per metric, in the metric's unit."""
    known, seen = draft.tree.names("metrics"), set[str]()
    for position, hypothesis in enumerate(draft.doc.hypotheses):
        path = ("hypotheses", position)
        if hypothesis.metric not in known:
            what = f"{hypothesis.metric[:60]} is not a metric of this study"
            yield build_problem(
                "P201", what, suggestion(hypothesis.metric, known), draft.place(*path, "metric")
            )
        elif hypothesis.metric in seen:
            what = f"a second hypothesis about {hypothesis.metric}"
            yield build_problem("P506", what, "keep one", draft.place(*path, "metric"))
        seen.add(hypothesis.metric)
        yield from _check_expectation(draft, path, hypothesis)
    outcome = draft.doc.outcome
    listed = draft.tree.find("hypotheses")
    written = listed.value if listed is not None and isinstance(listed.value, list) else []
    all_read = listed is not None and len(written) == len(draft.doc.hypotheses) and seen <= set(known)
    if outcome is not None and all_read and outcome.primary in known and outcome.primary not in seen:
        what = f"no hypothesis about the primary metric {outcome.primary}"
        fix = f"add one with metric: {outcome.primary}"
        yield build_problem("P503", what, fix, draft.place("hypotheses"))


def _check_expectation(draft: Draft, path: tuple[str, int], hypothesis: HypothesisPart) -> Iterator[Problem]:
    _, high, unit = read_expectation(hypothesis.expected)
    smallest, _, floor_unit = read_threshold(hypothesis.worth_it_above)
    metric = draft.doc.metrics.get(hypothesis.metric)
    strange = [
        (key, text)
        for key, text in (("expected", unit), ("worth_it_above", floor_unit))
        if text is not None and metric is not None and _unit(text) != _unit(metric.unit)
    ]
    for key, text in strange:
        what = f"{key} is in {text[:60]}, {hypothesis.metric} is not"
        fix = f"write it in {metric.unit if metric else 'its unit'} or in %"
        yield build_problem("P114", what, fix, draft.place(*path, key))
    if not strange and smallest > 0 and (unit is None) != (floor_unit is None):
        what = "expected and worth_it_above are not in the same terms"
        fix = "write both as %, or both in the metric's unit"
        yield build_problem("P501", what, fix, draft.place(*path, "worth_it_above"))
    if hypothesis.source is None and not draft.is_written(*path, "source"):
        bold = unit is None and high > BOLD_LIFT
        code, what = (
            ("P505", f"{high:.0%} expected, above 10 %, with no source") if bold else ("P504", "no source")
        )
        place, fix = draft.place(*path, "expected"), "add source: pilot, benchmark or study"
        yield build_problem(code, f"hypotheses[{path[1] + 1}]: {what}", fix, place)


def _unit(text: str) -> Unit | None:
    try:
        return read_unit(text)
    except UnitError:
        return None
