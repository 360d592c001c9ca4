"""Who is who, against one day and one claim at a time: order, validity, decisions, rehires."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st
from identity_lists import START, Row, claim, find, holders, row

from payoff.identity import Decision, Identifier, State, build_people, list_conflicts, standing

DAYS = st.integers(START, START + 6)
VALUES = {"hr": "12", "email": "ab", "agent": "xyz"}


@st.composite
def rows(draw: st.DrawFn) -> Row:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    systems = draw(st.sets(st.sampled_from(sorted(VALUES)), min_size=1))
    identifiers = tuple((system, draw(st.sampled_from(VALUES[system]))) for system in sorted(systems))
    return Row(identifiers, "hr" if "hr" in systems and draw(st.booleans()) else None, first, last)


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    kind = draw(st.sampled_from(("belongs", "same", "nobody")))
    hr = st.sampled_from(VALUES["hr"]).map(lambda value: Identifier("hr", value))
    agent = st.sampled_from(VALUES["agent"]).map(lambda value: Identifier("agent", value))
    about = draw(hr if kind == "same" else agent)
    person = None if kind == "nobody" else draw(hr)
    on, until = dt.date.fromordinal(first), dt.date.fromordinal(last)
    return Decision(0, kind, about, person, "steward", "seen", first_on=on, last_on=until)  # type: ignore[arg-type]


def taken(wished: list[Decision]) -> list[Decision]:
    """Those that no earlier one stands against, numbered."""
    kept: list[Decision] = []
    for number, wish in enumerate(wished, start=1):
        if not list_conflicts(wish, kept):
            kept.append(
                Decision(
                    number, wish.kind, wish.identifier, wish.person, wish.by, wish.why,
                    first_on=wish.first_on, last_on=wish.last_on,
                )
            )  # fmt: skip
    return kept


@settings(max_examples=300, deadline=None)
@given(st.lists(rows(), max_size=8), st.lists(decisions(), max_size=4))
def test_every_day_is_as_one_claim_at_a_time_says(lists: list[Row], wished: list[Decision]) -> None:
    decided = taken(wished)
    people = build_people(claim(lists), decided)
    for day in range(START - 1, START + 8):
        held = holders(lists, decided, day)
        for system, values in VALUES.items():
            for value in values:
                whose = held.get(Identifier(system, value), set())
                state, person = find(people, system, value, day)
                if not whose:
                    assert state in (State.MISSING, State.NOT_THEN)
                elif whose == {"nobody"}:
                    assert state is State.NOBODY
                elif len(whose) == 1:
                    assert (state, {person}) == (State.MATCHED, whose)
                else:
                    assert state is State.AMBIGUOUS


@settings(max_examples=100, deadline=None)
@given(st.lists(rows(), max_size=8).flatmap(lambda one: st.tuples(st.just(one), st.permutations(one))))
def test_the_order_of_lists_does_not_matter(lists: tuple[list[Row], list[Row]]) -> None:
    one, other = (build_people(claim(some)) for some in lists)
    for day in (None, *range(START - 1, START + 8)):
        for system, values in VALUES.items():
            for value in values:
                assert find(one, system, value, day) == find(other, system, value, day)


@given(DAYS, DAYS, DAYS, DAYS)
@settings(max_examples=100, deadline=None)
def test_two_holders_are_ambiguous_on_the_days_they_share(a: int, b: int, c: int, d: int) -> None:
    one, other = sorted((a, b)), sorted((c, d))
    lists = [
        row("hr", *one, hr="1", agent="x"),
        row("hr", *other, hr="2", agent="x"),
    ]
    people = build_people(claim(lists))
    for day in range(START - 1, START + 8):
        whose = [n for n, (first, last) in (("hr=1", one), ("hr=2", other)) if first <= day <= last]
        state, person = find(people, "agent", "x", day)
        assert state is {0: State.NOT_THEN, 1: State.MATCHED, 2: State.AMBIGUOUS}[len(whose)]
        assert person == (whose[0] if len(whose) == 1 else None)
    assert find(people, "agent", "x")[0] is State.AMBIGUOUS  # without a day nobody can say


@settings(max_examples=100, deadline=None)
@given(st.lists(rows(), max_size=6), decisions(), st.lists(rows(), max_size=6), decisions())
def test_a_decision_stands_whatever_comes_later(
    before: list[Row], decided: Decision, later: list[Row], other: Decision
) -> None:
    held = taken([decided, other])
    first = held[0]
    if first.kind == "same":
        return
    people = build_people(claim([*before, *later]), held)
    assert first in standing(held)
    assert first.identifier is not None
    for day in range(first.first_on.toordinal(), first.last_on.toordinal() + 1):
        state, person = find(people, first.identifier.system, first.identifier.value, day)
        whose = holders([*before, *later], held, day)[first.identifier]
        assert state is (State.NOBODY if first.person is None else State.MATCHED)
        assert whose == {person or "nobody"}


def test_a_rehire_is_two_people_until_the_steward_says_otherwise() -> None:
    lists = [
        row("hr", START, START + 99, hr="1", agent="x"),
        row("hr", START + 200, hr="2", agent="y"),
    ]
    apart = build_people(claim(lists))
    assert find(apart, "hr", "1")[1] != find(apart, "hr", "2")[1]
    one = Decision(1, "same", Identifier("hr", "2"), Identifier("hr", "1"), "steward", "came back")
    together = build_people(claim(lists), [one])
    assert {find(together, "hr", n)[1] for n in "12"} == {"hr=1"}
    assert find(together, "agent", "y", START + 300) == (State.MATCHED, "hr=1")
    undone = Decision(2, "withdrawn", None, None, "steward", "a namesake", replaces=1)
    assert find(build_people(claim(lists), [one, undone]), "hr", "2")[1] == "hr=2"
