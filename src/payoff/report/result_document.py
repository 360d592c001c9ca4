"""The result as a document: `docs/reference/result.schema.json`.

Identity  Same result, same document: order is fixed, non-finite numbers become null, no time of day.
Proof     tests/report/test_report_result.py
"""

import math
from collections.abc import Mapping
from typing import Any

from payoff.nouns.effect import Effect
from payoff.nouns.pilot import ExitVerdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Power, Result
from payoff.nouns.study import PlanLock
from payoff.nouns.valuation import Figure, Valuation
from payoff.report.money_sentences import money_sentence, warnings_of
from payoff.report.reading import Reading
from payoff.report.result_costs import cost_picture_document, views_document
from payoff.report.result_doubt import doubt_document
from payoff.report.sentences import effect_sentence

SCHEMA_VERSION = 1
FIGURES = (
    "roi",
    "roi_pv",
    "roi_amortised",
    "npv",
    "net",
    "bcr",
    "payback_months",
    "break_even",
    "probability",
)


def write_result(result: Result) -> Mapping[str, object]:
    """The document of one run. Effects and money stay empty before the lock, and when a gate failed."""
    study, lock, reading = result.study, result.study.lock, Reading(result)
    value = result.valuation if isinstance(result.valuation, Valuation) and reading.shows_effects else None
    return {
        "schema_version": SCHEMA_VERSION,
        "study": study.name,
        "version": result.version,
        "state": result.state,
        "retrospective": result.retrospective,
        "currency": study.currency,
        "price_base": study.price_base,
        "horizon_months": study.horizon_months,
        "plan_lock": lock.hash if lock else None,
        "locked_on": lock.on.isoformat() if lock else None,
        "data_on": result.data_on.isoformat() if result.data_on else None,
        "power": _power(result.power),
        "effects": _effects(result) if reading.shows_effects else [],
        "checks": _checks(result),
        "grade": {
            "locks": result.evidence.grade.locks,
            "start": result.evidence.grade.start,
            "reasons": list(result.evidence.grade.reasons),
        },
        "verdict": _verdict(reading),
        "exit": _exit(result.exit),
        "money": _money(result, value) if value else {},
        "benefits": _benefits(value) if value else [],
        "costs": _costs(value) if value else [],
        "cost_picture": cost_picture_document(value) if value else None,
        "intangibles": list(value.intangibles) if value else [],
        "refusals": [
            {"method": r.method, "reason": r.reason} for r in (*reading.refusals, *reading.further_refusals)
        ],
        "amendments": _amendments(lock),
        "panel": _panel(reading),
        "fingerprints": [{"what": what, "fingerprint": print_} for what, print_ in result.evidence.chain],
    }


def _exit(found: ExitVerdict | None) -> dict[str, str] | None:
    """What a pilot's own rules lead to."""
    return None if found is None else {"decision": found.decision, "rule": found.rule, "reason": found.reason}


def is_blocked(document: Mapping[str, Any]) -> bool:
    """Whether the document of a run holds no result, because a gate failed."""
    verdict = document.get("verdict")
    return isinstance(verdict, Mapping) and verdict.get("effect") == "blocked"


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _power(power: Power) -> dict[str, float | None]:
    def known(value: float | Refusal | None) -> float | None:
        return None if isinstance(value, Refusal) else _finite(value)

    return {
        "smallest_visible_lift": known(power.smallest_visible_lift),
        "expected_low": known(power.expected_low),
        "expected_high": known(power.expected_high),
        "break_even": known(power.break_even),
    }


def _effects(result: Result) -> list[dict[str, Any]]:
    return [
        term for effect in result.effects if isinstance(effect, Effect) for term in _terms(result, effect)
    ]


def _terms(result: Result, effect: Effect) -> list[dict[str, Any]]:
    """One entry per term, headline marked."""
    return [
        {
            "metric": effect.metric,
            "term": term,
            "estimand": effect.estimand,
            "method": effect.method,
            "label": effect.label,
            "unit": effect.unit,
            "estimate": float(effect.estimates[n]),
            "std_error": float(effect.std_errors[n]),
            "interval": [float(x) for x in effect.intervals[n]],
            "df": _finite(effect.df[n]),
            "n_units": result.shown.sample(effect.metric, effect.n_units),
            "n_clusters": effect.n_clusters,
            "n_observations": effect.n_observations,
            "role": effect.role,
            "causal": effect.causal,
            "shows": effect.shows,
            "headline": n == effect.headline,
            "lift": None if effect.shows == "exploration" else _lift(effect, n),
            "fingerprint": effect.fingerprint,
        }
        for n, term in enumerate(effect.terms)
    ]


def _lift(effect: Effect, term: int) -> dict[str, float]:
    low, high = effect.lift_interval(term)
    return {"point": float(effect.lift(effect.estimates[term])), "low": low, "high": high}


def _checks(result: Result) -> list[dict[str, Any]]:
    return [
        {
            "name": c.name,
            "scope": c.scope,
            "verdict": c.verdict.value,
            "text": c.text,
            "blocks": c.blocks,
            "costs": c.costs,
        }
        for c in result.evidence.checks
    ]


def _verdict(reading: Reading) -> dict[str, Any]:
    effect = reading.result.verdict
    money = reading.money.verdict if reading.money else None
    shown = reading.result.state != "health"
    return {
        "effect": effect.verdict if effect and shown else None,
        "money": None if money is None or isinstance(money, Refusal) else money.verdict,
        "effect_text": effect_sentence(reading) if effect and shown else None,
        "money_text": money_sentence(reading) if shown else None,
        "rule": effect.rule if effect and shown else None,
        "threshold_lift": _finite(reading.threshold),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    found: dict[str, Any] = {
        "point": _finite(figure.point),
        "low": _finite(figure.low),
        "high": _finite(figure.high),
        "unit": figure.unit,
        "horizon": figure.horizon_months,
        "basis": figure.basis,
    }
    return found if figure.never_share is None else found | {"never_share": _finite(figure.never_share)}


def _money(result: Result, value: Valuation) -> dict[str, Any]:
    figures = ((name, value.figures.get(name)) for name in FIGURES)
    document: dict[str, Any] = {name: _figure(f) for name, f in figures if isinstance(f, Figure)}
    if value.freed_time is not None:
        document["freed_time"] = _figure(value.freed_time)
    ceilings = {item: _figure(f) for item, f in value.ceiling.items() if isinstance(f, Figure)}
    return document | {
        "ceiling": ceilings,
        "further": {name: _figure(f) for name, f in value.further.items() if isinstance(f, Figure)},
        "views": views_document(value),
        "carried_by": value.carried_by,
        "scenarios": [
            {
                "name": s.name,
                "inputs": {k: float(v) for k, v in s.inputs.items()},
                "roi": _finite(s.roi),
                "npv": _finite(s.npv),
                "net": float(s.net),
            }
            for s in value.scenarios
        ],
        "tornado": [
            {
                "name": b.name,
                "low_value": float(b.low_value),
                "high_value": float(b.high_value),
                "roi_at_low": float(b.roi_at_low),
                "roi_at_high": float(b.roi_at_high),
            }
            for b in value.tornado
        ],
        "switching_values": [
            {"name": s.name, "mid": float(s.mid), "value": _finite(s.value), "unit": s.unit, "note": s.note}
            for s in value.switching
        ],
        "doubt": doubt_document(value),
        "assumptions": _assumptions(result),
        "measured": {
            name: {"value": _finite(amount), "unit": unit, "source": source}
            for name, (amount, unit, source) in value.measured.values.items()
        },
        "warnings": list(warnings_of(value)),
    }


def _assumptions(result: Result) -> list[dict[str, Any]]:
    return [
        {
            "name": a.name,
            "low": float(a.low),
            "mid": float(a.mid),
            "high": float(a.high),
            "unit": a.unit_text,
            "source": a.source,
            "owner": a.owner,
            "assumed": a.assumed,
        }
        for a in result.assumptions
    ]


def _benefits(value: Valuation) -> list[dict[str, Any]]:
    return [
        {
            "name": b.name,
            "label": b.label,
            "category": b.category,
            "cash": b.cash,
            "gross": b.gross,
            "formula": b.formula,
            "amount": float(b.point.sum()),
        }
        for b in value.benefits
    ]


def _parts(payments: tuple[tuple[int, int], ...]) -> dict[str, list[int]]:
    """Said where payments differ: a payment is its parts of the sum of all parts."""
    parts = [n for _, n in payments]
    return {"parts": parts} if len(set(parts)) > 1 else {}


def _costs(value: Valuation) -> list[dict[str, Any]]:
    return [
        {
            "item": c.item,
            "category": c.category,
            "kind": c.kind,
            "amount": float(c.point),
            "months": [month for month, _ in c.payments],
            **_parts(c.payments),
            "useful_life_months": c.useful_life_months,
            "source": c.source,
            "owner": c.owner,
            "assumed": c.assumed,
            "formula": c.formula,
        }
        for c in value.costs
    ]


def _amendments(lock: PlanLock | None) -> list[dict[str, Any]]:
    return [
        {"on": a.on.isoformat(), "reason": a.reason, "by": a.by, "lock": a.lock, "changes": list(a.changes)}
        for a in (lock.amendments if lock else ())
    ]


def _panel(reading: Reading) -> dict[str, Any] | None:
    panel = reading.panel
    if panel is None:
        return None
    exclusions = dict.fromkeys((*reading.result.cohort.exclusions, *panel.exclusions))
    shown, n_program = reading.result.shown, int(panel.in_program.sum())
    return {
        "n_units": shown.size("analysed", panel.n_units),
        "n_program": shown.size("analysed, program", n_program),
        "n_comparison": shown.size("analysed, comparison", panel.n_units - n_program),
        "n_periods": panel.n_periods,
        "exclusions": [
            {"reason": e.reason, "n_removed": shown.removed(e), "n_left": shown.left(e)} for e in exclusions
        ],
        "hidden": shown.note or None,
    }
