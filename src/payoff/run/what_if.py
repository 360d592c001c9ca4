"""What if an assumption were another: the published answer and the changed one, side by side.

Question  What would the money be with these values, the effect and everything else as they are?
Rule      A what-if is never a version: it is written apart, with its reason, and says which result it left
          untouched. The effect is not estimated again, so no verdict of it can move.
Refuses   A name that is no assumption, a value out of its range or in another unit, no reason.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from payoff.finance import value
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.money_plan import Assumption
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Result
from payoff.nouns.unit import Unit, UnitError, read_unit
from payoff.nouns.valuation import Figure, Valuation
from payoff.nouns.wording import exact
from payoff.run.admission import admit
from payoff.run.main_path import find_result, prepare
from payoff.run.outputs import find_version
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace
from payoff.study import assumption_fault
from payoff.study.suggest import suggestion

FOLDER = "what-if"
_SETTING = re.compile(r"\s*(?P<number>[-+]?[\d.,_]*\d[\d.,_]*(?:[eE][-+]?\d+)?)\s*(?P<unit>.*?)\s*")


@dataclass(frozen=True, slots=True)
class Change:
    """One assumption held at another value."""

    before: Assumption
    value: float


@dataclass(frozen=True, slots=True)
class WhatIf:
    """version: the published result beside which it stands, "" when there is none yet."""

    study: str
    version: str
    currency: str
    reason: str
    changes: tuple[Change, ...]
    original: Valuation
    changed: Valuation

    def document(self) -> dict[str, object]:
        """As JSON: what was changed and why, and every figure twice."""
        names = [n for n, f in self.original.all_figures.items() if isinstance(f, Figure)]
        return {
            "schema_version": 1,
            "study": self.study,
            "version": self.version or None,
            "reason": self.reason,
            "changes": [
                {
                    "name": c.before.name,
                    "unit": c.before.unit_text,
                    "before": {"low": c.before.low, "mid": c.before.mid, "high": c.before.high},
                    "value": c.value,
                    "source": c.before.source,
                    "owner": c.before.owner,
                }
                for c in self.changes
            ],
            "figures": {
                name: {"original": _figure(self.original, name), "changed": _figure(self.changed, name)}
                for name in names
            },
            "verdict": {"original": _verdict(self.original), "changed": _verdict(self.changed)},
        }


def run_what_if(
    workspace: Workspace, settings: list[str], reason: str, exploratory: bool, progress: Progress
) -> tuple[WhatIf, Path]:
    """Work a changed study out beside the real one, and keep it in the folder of what-ifs.

    Raises PayoffError: usage (2), a study, data or lock that cannot be run (3, 4, 5), and as `admit` does.
    """
    if not reason.strip():
        raise PayoffError([_no_reason()], exit_code=2)
    prepared = prepare(workspace, progress)
    changes = read_changes(settings, prepared.assumptions)
    state, _ = admit(prepared, workspace, exploratory)
    if state == "health":
        raise PayoffError([_unlocked(workspace)], exit_code=5)
    result = find_result(prepared, state, progress=progress)
    parent = workspace.out / result.study.name
    found = work_out(result, changes, reason, find_version(parent, result.fingerprint))
    mark = fingerprint(
        "what-if", reason, [(c.before.name, c.value) for c in changes], inputs=(result.fingerprint,)
    )
    path = parent / FOLDER / f"{mark[:12]}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found.document(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return found, path


def work_out(result: Result, changes: tuple[Change, ...], reason: str, version: str) -> WhatIf:
    """The money of a result, and the same with the changes. Raises PayoffError (4) where it is refused."""
    original = result.valuation
    if not isinstance(original, Valuation):
        why = original.reason if original else "the plan is not locked, so results stay hidden"
        raise PayoffError([no_money(why)], exit_code=4)
    held = {c.before.name: c.value for c in changes}
    assumptions = tuple(hold(a, held[a.name]) if a.name in held else a for a in result.assumptions)
    assert result.locked is not None
    grade = result.evidence.grade
    changed = value(result.study, result.locked, result.second, assumptions, result.counts, grade)
    if isinstance(changed, Refusal):
        raise PayoffError([no_money(changed.reason)], exit_code=4)
    study = result.study
    return WhatIf(study.name, version, study.currency, reason, changes, original, changed)


def hold(assumption: Assumption, at: float) -> Assumption:
    """The assumption without any doubt."""
    return replace(assumption, low=at, mid=at, high=at, shape="fixed", values=())


def read_changes(settings: list[str], assumptions: tuple[Assumption, ...]) -> tuple[Change, ...]:
    """`margin=0.35`, `margin=35%`, `deal_value=5200 USD/deal` → changes.

    Raises PayoffError (2) with every fault at once.
    """
    known = {a.name: a for a in assumptions}
    found: dict[str, Change] = {}
    problems: list[Problem] = []
    for text in settings:
        name, equals, written = (part.strip() for part in text.partition("="))
        if not equals or not name or not written:
            problems.append(_no_setting(text))
        elif name not in known:
            problems.append(_unknown(text, name, known))
        elif name in found:
            problems.append(_twice(text, name))
        else:
            answer = _read_value(text, written, known[name])
            if isinstance(answer, Problem):
                problems.append(answer)
            else:
                found[name] = Change(known[name], answer)
    if problems:
        raise PayoffError(problems, exit_code=2)
    return tuple(found.values())


def check_changes(values: Mapping[str, float], assumptions: tuple[Assumption, ...]) -> tuple[Change, ...]:
    """Changes given as numbers, not as text. Raises PayoffError (2), all at once."""
    wrong = [n for n, v in values.items() if isinstance(v, bool) or not isinstance(v, (int, float))]
    if wrong:
        raise PayoffError([_no_value(wrong[0], values[wrong[0]])], exit_code=2)
    return read_changes([f"{name}={float(v)!r}" for name, v in values.items()], assumptions)


def _read_value(text: str, written: str, assumption: Assumption) -> float | Problem:
    match = _SETTING.fullmatch(written)
    if match is None:
        return _no_number(text, assumption)
    try:
        number = float(match["number"].replace("_", "").replace(",", ""))
    except ValueError:
        return _no_number(text, assumption)
    if not math.isfinite(number):
        return _no_number(text, assumption)
    if match["unit"] == "%" and assumption.unit == Unit():
        number /= 100
    elif match["unit"] and not _same_unit(match["unit"], assumption):
        return _wrong_unit(text, match["unit"], assumption)
    fault = _fault(assumption, number)
    return _out_of_range(text, assumption, fault) if fault else number


def _fault(assumption: Assumption, number: float) -> str:
    """As the study file is checked; a price or an amount that never is negative cannot be set so either."""
    if number < 0 <= assumption.low and assumption.unit != Unit():
        return "0 or above"
    return assumption_fault(assumption.name, assumption.unit_text, number)


def _same_unit(written: str, assumption: Assumption) -> bool:
    try:
        return read_unit(written) == assumption.unit
    except UnitError:
        return False


def _figure(valuation: Valuation, name: str) -> dict[str, object] | None:
    figure = valuation.all_figures.get(name)
    if not isinstance(figure, Figure):
        return None
    return {
        "point": figure.point,
        "low": figure.low,
        "high": figure.high,
        "unit": figure.unit,
        "basis": figure.basis,
    }


def _verdict(valuation: Valuation) -> str | None:
    return None if isinstance(valuation.verdict, Refusal) else valuation.verdict.verdict


def _span(assumption: Assumption) -> str:
    low, mid, high = (exact(x) for x in (assumption.low, assumption.mid, assumption.high))
    unit = f" {assumption.unit_text}" if assumption.unit_text else ""
    return f"{mid}{unit}" if low == high else f"{mid}{unit} ({low} to {high})"


def _no_value(name: str, value: object) -> Problem:
    why = "an assumption is a number; shares run from 0 to 1"
    return Problem("U154", f"{name} = {value!r} is no number", why, f"{name}=0.7")


def _no_setting(text: str) -> Problem:
    why = "a what-if holds one assumption at one value"
    return Problem("U155", f"--set {text!r} names no value", why, "--set margin=0.35")


def _unknown(text: str, name: str, known: Mapping[str, Assumption]) -> Problem:
    why = f"the study's assumptions are: {', '.join(sorted(known)) or 'none'}"
    return Problem("U151", f"--set {text}: there is no assumption {name}", why, suggestion(name, list(known)))


def _twice(text: str, name: str) -> Problem:
    return Problem(
        "U155", f"--set {text}: {name} is set twice", "only one value can hold", "keep one of them"
    )


def _no_number(text: str, assumption: Assumption) -> Problem:
    why = f"{assumption.name} is {_span(assumption)}"
    return Problem(
        "U154", f"--set {text}: that is no number", why, f"--set {assumption.name}={assumption.mid:g}"
    )


def _wrong_unit(text: str, unit: str, assumption: Assumption) -> Problem:
    own = assumption.unit_text or "a pure number"
    why = f"{assumption.name} is in {own}: another unit would change the money by a factor nobody sees"
    fix = f"--set {assumption.name}={assumption.mid:g}" + (
        f', or "…={assumption.mid:g} {own}"' if assumption.unit_text else ""
    )
    return Problem("U156", f"--set {text}: {unit} is not its unit", why, fix)


def _out_of_range(text: str, assumption: Assumption, fault: str) -> Problem:
    why = f"{assumption.name} is {_span(assumption)}: {assumption.source}, {assumption.owner}"
    return Problem("U157", f"--set {text}: out of range", why, fault)


def _no_reason() -> Problem:
    why = "a changed figure without its reason is how numbers get lost; it is kept and printed"
    return Problem("U158", "--set without a reason", why, '--reason "what finance asked to see"')


def _unlocked(workspace: Workspace) -> Problem:
    return Problem(
        "U159",
        f"{workspace.study_path.name} is not locked, so there is no result to change",
        "results stay hidden until the plan is locked",
        "payoff lock STUDY --analyst A --finance F, or add --exploratory",
    )


def no_money(reason: str) -> Problem:
    """Money was refused: why."""
    return Problem("U153", "no money figure", reason, "see `refusals`")
