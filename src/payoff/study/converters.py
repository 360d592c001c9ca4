"""A benefit by a known converter, written out as the formula it stands for.

Question  Which formula does `converter: escalations` mean in this study, and what does it still need?
"""

import re
from collections.abc import Iterator

from payoff.nouns.converter import CONVERTERS, RAMPS, REALISATION, Converter, Role
from payoff.nouns.problem import Problem
from payoff.nouns.wording import plural
from payoff.study.codes import build_problem
from payoff.study.fields import close_choice
from payoff.study.formulas import is_count_name
from payoff.study.money_parts import BenefitPart
from payoff.study.structure import Draft


def benefit_text(draft: Draft, part: BenefitPart) -> str:
    """The formula of a benefit, written or by its converter; "" when it has neither or an unknown one."""
    if part.formula is not None or part.converter not in CONVERTERS:
        return part.formula or ""
    converter = CONVERTERS[part.converter]
    text = converter.formula.replace("{units}", _units(draft))
    if converter.time and part.cash:
        text += f" * {REALISATION.name}"
    stands = {role.name: _stands_for(draft, part, role) for role in (*converter.roles, REALISATION)}
    return re.sub(r"[A-Za-z_]+", lambda word: stands.get(word[0], word[0]), text)


def pool_of(part: BenefitPart) -> tuple[str, ...]:
    """What a benefit's money is made of: as claimed, else its converter's pool."""
    if part.claims or part.converter not in CONVERTERS:
        return tuple(part.claims)
    return (CONVERTERS[part.converter].pool,)


def check_converter(draft: Draft, name: str, part: BenefitPart) -> Iterator[Problem]:
    """Faults of a benefit that names a converter; its formula is checked like any other."""
    path = ("value", name)
    if (part.formula is None) == (part.converter is None):
        what = f"value.{name} has {'both' if part.formula else 'neither'} a formula and a converter"
        place = draft.tree.key_place(*path)
        yield build_problem("P102" if not part.formula else "P113", what, "write one of the two", place)
        return
    if part.converter is None:
        for key in ("uses", "ramp"):
            if draft.is_written(*path, key):
                what = f"value.{name}.{key} belongs to a converter"
                yield build_problem("P113", what, f"delete {key}", draft.place(*path, key))
        return
    if part.converter not in CONVERTERS:
        what = f"value.{name}.converter {part.converter[:40]!r} is not known"
        fix = close_choice(part.converter, tuple(CONVERTERS))
        yield build_problem("P109", what, fix, draft.place(*path, "converter"))
        return
    yield from _check_roles(draft, name, part, CONVERTERS[part.converter])


def _check_roles(draft: Draft, name: str, part: BenefitPart, converter: Converter) -> Iterator[Problem]:
    known = {role.name for role in (*converter.roles, REALISATION)}
    for role_name in part.uses:
        if role_name not in known:
            what = f"value.{name}.uses names {role_name}, which {converter.name} does not need"
            place = draft.tree.key_place("value", name, "uses", role_name)
            yield build_problem("P414", what, close_choice(role_name, tuple(sorted(known))), place)
    if part.ramp is not None and converter.name != "onboarding":
        what = f"value.{name}.ramp belongs to the converter onboarding"
        yield build_problem("P113", what, "delete ramp", draft.place("value", name, "ramp"))
    place = draft.place("value", name, "converter")
    for role in converter.roles:
        if (
            role.or_else is None
            and _stands_for(draft, part, role) == role.name
            and not _given(draft, role.name)
        ):
            what = f"value.{name}: {converter.name} needs {role.name} ({role.words})"
            fix = f"add it under assumptions, or write uses: {{{role.name}: ITS NAME THERE}}"
            yield build_problem("P414", what, fix, place)
    realised = part.uses.get(REALISATION.name, REALISATION.name)
    if converter.time and part.cash and not _given(draft, realised):
        what = f"value.{name}: freed time counts as cash without a realisation share"
        fix = (
            "write cash: false, or add the assumption realisation: the share that leaves the payroll or earns"
        )
        yield build_problem("P413", what, fix, draft.place("value", name, "cash"))
    yield from _check_metric(draft, name, part, converter)


def _check_metric(draft: Draft, name: str, part: BenefitPart, converter: Converter) -> Iterator[Problem]:
    """A metric in % counts from 0 to 100: `gain` would be a hundred times too large."""
    metric = draft.doc.metrics.get(part.metric or (draft.doc.outcome.primary if draft.doc.outcome else ""))
    if metric is None or converter.metric_unit != "share" or metric.unit not in ("%", "pp"):
        return
    what = f"value.{name}: {converter.name} reads a share, the metric counts from 0 to 100"
    yield build_problem("P415", what, "measure it from 0 to 1: unit: share", draft.place("value", name))


def _stands_for(draft: Draft, part: BenefitPart, role: Role) -> str:
    """An assumption's name, or a number for what may be left out."""
    if role.name in part.uses:
        return part.uses[role.name]
    if role.name == "lost_share" and part.ramp is not None:
        return repr(RAMPS[part.ramp])
    return role.name if role.or_else is None or _given(draft, role.name) else repr(role.or_else)


def _given(draft: Draft, name: str) -> bool:
    return name in draft.tree.names("assumptions")


def _units(draft: Draft) -> str:
    design = draft.doc.design
    if design is None:
        return "units"
    many = plural(design.label)
    return many if is_count_name(many, design.label) else design.label
