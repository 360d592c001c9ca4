"""A cost line that names accounts of the ledger, written out before the document is read.

Question  What do `ledger: books` and `account: "6410"` of a cost line stand for in this study?
Fills     An assumption `booked_<n>` measured from the source by one query, exact to the cent, and the amount:
          that assumption times `share`. Every later step, the plan lock and `payoff explain` included, sees a
          measured number with its query.
Null      Where nothing is booked, or any booking is in another currency: refused as no number, never 0.
Refuses   A line without account, with an amount of its own too, over a source that is no ledger, a share
          outside 0 to 1.
"""

from collections.abc import Iterator
from typing import Any

from payoff.nouns.problem import Problem
from payoff.nouns.sql_quoting import literal
from payoff.study.codes import build_problem
from payoff.study.suggest import suggestion
from payoff.study.tree import Tree
from payoff.study.values import read_number

KINDS = {"one_time": "one_time", "run": "recurring"}


def fill_ledger_costs(data: Any, tree: Tree) -> Iterator[Problem]:
    """Fill every cost line with `ledger`, in place; yield what is wrong with the others."""
    costs = data.get("costs") if isinstance(data, dict) else None
    if not isinstance(costs, list):
        return
    for position, part in enumerate(costs):
        if not isinstance(part, dict) or "ledger" not in part:
            continue
        problems = list(_check(data, tree, position, part))
        yield from problems
        if not problems:
            _fill(data, position, part)


def _check(data: dict[str, Any], tree: Tree, position: int, part: dict[str, Any]) -> Iterator[Problem]:
    place, said = tree.place("costs", position), f"costs[{position + 1}]"
    for key in ("amount", "hours", "rate", "currency", "every_months", "month"):
        if key in part:
            yield build_problem("P113", f"{said}: the ledger says it, and {key} too", f"delete {key}", place)
    if not _accounts(part):
        yield build_problem("P102", f"{said}: which accounts of {part['ledger']}", "account: '6410'", place)
    sources = data.get("sources")
    sources = sources if isinstance(sources, dict) else {}
    source = sources.get(part["ledger"]) if isinstance(part["ledger"], str) else None
    if not isinstance(source, dict):
        fix = suggestion(str(part["ledger"])[:60], sources)
        yield build_problem("P303", f"{said}: {str(part['ledger'])[:60]} is no source", fix, place)
    elif source.get("profile") != "ledger":
        what = f"{said}: {part['ledger']} does not say that it is a ledger"
        yield build_problem("P303", what, f"profile: ledger, under sources.{part['ledger']}", place)
    if not 0 < _share(part) <= 1:
        yield build_problem("P604", f"{said}: share {part['share']}", "above 0, up to 100%", place)


def _share(part: dict[str, Any]) -> float:
    try:
        return read_number(part.get("share", 1.0))
    except (TypeError, ValueError):
        return 0.0


def _accounts(part: dict[str, Any]) -> list[str]:
    """One or several, as text: leading zeros are part of an account."""
    said = part.get("account")
    return [str(name) for name in said] if isinstance(said, list) else [] if said is None else [str(said)]


def _fill(data: dict[str, Any], position: int, part: dict[str, Any]) -> None:
    accounts, currency = _accounts(part), str(data.get("currency"))
    listed = ", ".join(literal(account) for account in accounts)
    booked = KINDS.get(str(part.get("kind")), "")
    sql = (
        f"select case when count(*) filter (where currency is distinct from {literal(currency)}) = 0 "
        f"then cast(sum(cast(amount as decimal(18, 2))) as double) end as value from {part['ledger']} "
        f"where account in ({listed}) and one_time_or_recurring = {literal(booked)}"
    )
    name = f"booked_{position + 1}"
    told = f"{part['ledger']}, account {', '.join(accounts)}"
    assumptions = data.setdefault("assumptions", {})
    if isinstance(assumptions, dict):
        label = f"{str(part.get('item', 'Cost'))[:80]}, booked"
        owner = part.get("owner") or _finance(data)
        assumptions[name] = {"sql": sql, "unit": currency, "source": told, "owner": owner, "label": label}
    share = _share(part)
    part["amount"] = name if share == 1 else f"{name} * {share!r}"
    part["account"] = accounts
    part.setdefault("source", told)


def _finance(data: dict[str, Any]) -> str:
    people = data.get("people")
    return str(people.get("finance", "finance")) if isinstance(people, dict) else "finance"
