"""Every scope on every resource with every method, against the words of Communication 4.2."""

import itertools

import pytest

from payoff.statements.scopes import (
    GRANTS,
    Reach,
    Resource,
    Scope,
    find_reach,
    may_define,
    name_missing,
    read_scopes,
)

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH")
READ, WRITE = {"GET", "HEAD"}, {"PUT", "POST", "DELETE"}
DOCUMENTS = {Resource.STATE, Resource.ACTIVITY_PROFILE, Resource.AGENT_PROFILE}


def expected(scope: Scope, resource: Resource, method: str) -> Reach:
    """The rule written a second time, by resource instead of by scope."""
    reading, writing = method in READ, method in WRITE
    everything = scope is Scope.ALL or (scope is Scope.ALL_READ and reading)
    mine = False
    if resource is Resource.ABOUT:
        return Reach.EVERYTHING if reading else Reach.NOTHING
    if resource is Resource.STATEMENTS:
        may = (reading and scope is Scope.READ) or (method in ("PUT", "POST") and scope is Scope.WRITE)
        mine = reading and scope is Scope.READ_MINE
        everything = everything and method in READ | {"PUT", "POST"}
    elif resource is Resource.STATE:
        may = scope is Scope.STATE and (reading or writing)
        everything = everything and (reading or writing)
    elif resource in DOCUMENTS:
        may = scope is Scope.PROFILE and (reading or writing)
        everything = everything and (reading or writing)
    else:
        may = reading and (scope is Scope.READ or (scope is Scope.DEFINE and resource is Resource.ACTIVITIES))
        everything = everything and reading
    if may or everything:
        return Reach.EVERYTHING
    return Reach.MINE if mine else Reach.NOTHING


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("resource", Resource)
def test_one_scope_reaches_what_the_specification_says(scope: Scope, resource: Resource) -> None:
    for method in METHODS:
        assert find_reach((scope,), resource, method) is expected(scope, resource, method), method


def test_scopes_together_reach_as_far_as_the_widest() -> None:
    for pair in itertools.combinations(Scope, 2):
        for resource, method in itertools.product(Resource, METHODS):
            widest = max((expected(s, resource, method) for s in pair), key=lambda reach: reach.value)
            assert find_reach(pair, resource, method) is widest, (pair, resource, method)


def test_no_scope_reaches_nothing_but_about() -> None:
    for resource, method in itertools.product(Resource, METHODS):
        reached = find_reach((), resource, method)
        about = resource is Resource.ABOUT and method in READ
        assert reached is (Reach.EVERYTHING if about else Reach.NOTHING)


def test_whoever_may_not_is_told_what_would_do_narrowest_first() -> None:
    assert name_missing(Resource.STATEMENTS, "POST") == (Scope.WRITE, Scope.ALL)
    assert name_missing(Resource.STATEMENTS, "GET")[0] is Scope.READ_MINE
    for resource, method in itertools.product(Resource, METHODS):
        for scope in name_missing(resource, method):
            assert find_reach((scope,), resource, method) is not Reach.NOTHING


def test_definitions_need_their_own_leave() -> None:
    assert [scope for scope in Scope if may_define([scope])] == [Scope.DEFINE, Scope.ALL]


def test_names_are_read_in_the_order_of_the_table_and_unknown_ones_refused() -> None:
    assert read_scopes(["all", "statements/write", "all"]) == (Scope.WRITE, Scope.ALL)
    with pytest.raises(ValueError, match="statements/rite"):
        read_scopes(["statements/rite"])
    assert set(GRANTS) == set(Scope)
