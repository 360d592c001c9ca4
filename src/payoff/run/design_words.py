"""What `payoff design` says: lines for a terminal, and the same as a document."""

import math
from typing import Any

import numpy as np

from payoff.causal.feasible import FeasibleDesign
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import BEST_CASE_ONLY, LARGE_ENOUGH, TOO_SMALL
from payoff.nouns.wording import count, counted, listed, lowered, number, percent, plural, sentence
from payoff.run.designing import DesignReport, per_arm_lifts

Lines = tuple[tuple[str, str], ...]

_VERDICTS = {
    LARGE_ENOUGH: "the middle of what is expected would show 8 times in 10",
    BEST_CASE_ONLY: "only the best case expected would show 8 times in 10",
    TOO_SMALL: "even the best case expected would usually go unseen; a null result would say nothing",
}


def design_lines(report: DesignReport) -> Lines:
    """Answer first, then what would help, then the designs, best evidence first."""
    lines = [("Plan", _plan(report)), ("Worth it", _worth(report)), ("Expected", _expected(report))]
    visible = report.power.smallest_visible_lift
    if isinstance(visible, Refusal):
        lines.append(("It can see", f"not known: {visible.reason}"))
    else:
        lines.append(("It can see", f"a lift of {percent(visible)} and up, 8 times in 10"))
    lines += [("Chance", _chance(c.lift, c.to_see, c.to_show)) for c in report.chances]
    if report.verdict:
        lines.append(("Verdict", f"{report.verdict.upper()}: {_VERDICTS[report.verdict]}"))
    if not isinstance(report.planned, Refusal) and report.planned.assumed:
        lines.append(("Assumed", report.planned.assumed))
    lines += _fixes(report)
    lines += [("In general", text) for text in (_per_arm(report),) if text]
    return (*lines, *_designs(report.options))


def _plan(report: DesignReport) -> str:
    design, panel = report.study.design, report.panel
    units = counted(panel.n_units, design.unit_label)
    if panel.n_clusters < panel.n_units:
        units += f" in {count(panel.n_clusters)} groups"
    waves = f", {len(design.waves)} waves" if design.waves else ""
    n_pre = int(np.isfinite(panel.values).any(axis=0).sum())
    when = f"{counted(n_pre, design.period)} before launch, {int(panel.post.sum())} after"
    how = "" if report.assigned else "; nobody is assigned yet, so the split is the planned one"
    return f"{units}{waves}: {when}{how}"


def _worth(report: DesignReport) -> str:
    if isinstance(report.threshold, Refusal):
        return f"not known: {sentence(report.threshold.reason)}"
    even = report.power.break_even
    pays = "" if isinstance(even, Refusal) else f"; it breaks even at {percent(even)}"
    return f"from a lift of {percent(report.threshold)}{pays}"


def _expected(report: DesignReport) -> str:
    low, high = report.power.expected_low, report.power.expected_high
    if low is None or high is None or not math.isfinite(low + high):
        return "not known as a lift: there is no baseline to state it over"
    source = report.study.primary_hypothesis.source
    return f"{percent(low)} to {percent(high)} ({source or 'no source'})"


def _chance(lift: float, to_see: float, to_show: float | None) -> str:
    shown = "" if to_show is None else f", {percent(to_show)} to show that it is worth it"
    return f"a true {percent(lift)}: {percent(to_see)} to see it at all{shown}"


def _fixes(report: DesignReport) -> list[tuple[str, str]]:
    """What would let it see more: the people it takes, then each lever with its new reach."""
    if report.verdict == LARGE_ENOUGH:
        return []
    lines = []
    low, high = report.power.expected_low, report.power.expected_high
    unit = report.study.design.unit_label
    if isinstance(report.needed, int) and low is not None and high is not None:
        middle = percent((low + high) / 2)
        lines.append(("Fix", f"{counted(report.needed, unit)} in all would see {middle} 8 times in 10"))
    lines += [
        (
            "Fix",
            f"{lever.what}: sees {percent(lever.visible)}, {percent(lever.chance)} chance of the middle case",
        )
        for lever in report.levers
    ]
    lines.append(("Fix", "or call it a bet: decide now, without waiting for a result that cannot come"))
    return lines


def _per_arm(report: DesignReport) -> str:
    if not math.isfinite(report.spread):
        return ""
    units = plural(report.study.design.unit_label)
    reach = [f"{n} in each group see {number(d)} standard deviations" for n, d, _ in per_arm_lifts(report)]
    here = [percent(lift) for _, _, lift in per_arm_lifts(report)]
    return (
        f"{listed(reach)} of difference between single {units}; here that is a lift of {listed(here)}. "
        "A baseline to adjust for sees more, teams that move together see less."
    )


def _designs(options: tuple[FeasibleDesign, ...]) -> Lines:
    lines = []
    for option in options:
        if isinstance(option.planned, Refusal):
            lines.append(("Not possible", f"{option.name}: {lowered(option.planned.reason)}"))
            continue
        sees = "" if isinstance(option.visible, Refusal) else f"sees {percent(option.visible)} and up; "
        concludes = f"could say {option.concludes}"
        lines.append((f"{option.locks} of 4", f"{option.name}: {sees}{concludes}. Needs: {option.needs}"))
    return tuple(lines)


def design_document(report: DesignReport) -> dict[str, Any]:
    """The report as JSON, schema version 1."""
    design, panel, power = report.study.design, report.panel, report.power
    planned = report.planned
    return {
        "schema_version": 1,
        "study": report.study.name,
        "plan_lock": report.study.plan_lock,
        "assigned": report.assigned,
        "design": {
            "type": design.type,
            "method": design.method,
            "n_units": panel.n_units,
            "n_clusters": panel.n_clusters,
            "n_program": int(panel.in_program.sum()),
            "n_waves": len(design.waves),
            "periods_before": int(np.isfinite(panel.values).any(axis=0).sum()),
            "periods_after": int(panel.post.sum()),
        },
        "power": {
            "smallest_visible_lift": _known(power.smallest_visible_lift),
            "expected_low": _known(power.expected_low),
            "expected_high": _known(power.expected_high),
            "break_even": _known(power.break_even),
            "threshold": _known(report.threshold),
            "verdict": report.verdict or None,
            "std_error": None if isinstance(planned, Refusal) else _known(planned.std_error),
            "df": None if isinstance(planned, Refusal) else _known(planned.df),
            "assumed": "" if isinstance(planned, Refusal) else planned.assumed,
            "refusal": planned.reason if isinstance(planned, Refusal) else None,
            "chances": [
                {"lift": c.lift, "to_see": c.to_see, "to_show_worth_it": c.to_show} for c in report.chances
            ],
            "units_needed": _known(report.needed),
            "per_arm": [
                {"n_per_arm": n, "standard_deviations": d, "lift": _known(lift)}
                for n, d, lift in per_arm_lifts(report)
            ],
        },
        "levers": [
            {"name": x.name, "what": x.what, "smallest_visible_lift": x.visible, "chance": x.chance}
            for x in report.levers
        ],
        "designs": [
            {
                "kind": o.kind,
                "name": o.name,
                "feasible": not isinstance(o.planned, Refusal),
                "reason": o.planned.reason if isinstance(o.planned, Refusal) else None,
                "concludes": o.concludes,
                "needs": o.needs,
                "smallest_visible_lift": _known(o.visible),
                "best_grade": o.locks,
                "grade_reasons": list(o.reasons),
            }
            for o in report.options
        ],
    }


def _known(value: float | Refusal | None) -> float | None:
    """A number as JSON: null where it was refused or is no number."""
    return None if value is None or isinstance(value, Refusal) or not math.isfinite(value) else value
