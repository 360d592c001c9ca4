"""A person taken out of a text: every agent that is them, their identifiers in words, and nothing else."""

import json
from hashlib import sha1
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.xapi.delinking import HOME_PAGE, delink_statement, delink_text, drop_attachments
from payoff.xapi.equality import SIGNATURE_USAGE
from payoff.xapi.members import read_members
from payoff.xapi.person_traces import Person, Presence
from payoff.xapi.statement import Version

MAIL = "ann@firm.example"
KEYS = (f"mbox mailto:{MAIL}", "account https://lms.example 42", "openid https://id.example/ann")
ANN = Person(KEYS)
ACCOUNT = "6c0e8c5e-1df5-4b7e-9d4f-7b3a4f4b0c11"
THERE = {"account": {"homePage": HOME_PAGE, "name": ACCOUNT}}


def delink(said: Any) -> Any:
    return json.loads(delink_text(json.dumps(said).encode(), ANN, ACCOUNT))


@pytest.mark.parametrize(
    "agent",
    [
        {"mbox": f"mailto:{MAIL}"},
        {"mbox": "mailto:ann@FIRM.example"},
        {"mbox_sha1sum": sha1(f"mailto:{MAIL}".encode()).hexdigest()},
        {"mbox_sha1sum": sha1(f"mailto:{MAIL}".encode()).hexdigest().upper()},
        {"openid": "https://id.example/ann"},
        {"account": {"homePage": "https://lms.example", "name": "42"}},
    ],
)
def test_an_agent_by_any_of_the_identifiers_becomes_the_account(agent: dict[str, Any]) -> None:
    named = {"objectType": "Agent", "name": "Ann Lee", **agent}
    assert delink({"x": [named]}) == {"x": [{"objectType": "Agent", **THERE}]}
    escaped = json.dumps(named).replace("/", "\\/").replace("n", "\\u006e", 9)
    assert ANN.may_stand_in(escaped.replace("\\u006e", "n").encode())
    statement = {"actor": named, "verb": {"id": "v:v"}, "object": {"id": "a:a"}}
    assert ANN.find_presence(json.dumps(statement).encode()) is Presence.OWN


@pytest.mark.parametrize(
    "agent",
    [
        {"mbox": "mailto:joann@firm.example"},
        {"mbox": "mailto:ann@firm.example.org"},
        {"mbox": "mailto:x/ann@firm.example"},
        {"mbox": "mailto:Ann@firm.example"},
        {"openid": "https://id.example/ann/other"},
        {"account": {"homePage": "https://lms.example", "name": "43"}},
        {"account": {"homePage": "https://other.example", "name": "42"}},
        {"account": {"homePage": f"mailto:{MAIL}", "name": MAIL}},
    ],
)
def test_another_agent_keeps_identifier_and_name(agent: dict[str, Any]) -> None:
    said = {"actor": {"name": "Ann Lee", **agent}, "by": {"name": "Ann Lee", "mbox": f"mailto:{MAIL}"}}
    assert delink(said) == {"actor": {"name": "Ann Lee", **agent}, "by": THERE}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"write to {MAIL}.", f"write to {ACCOUNT}."),
        ("https://x.example/?u=ann%40firm.example&v=1", f"https://x.example/?u={ACCOUNT}&v=1"),
        ("https://id.example/ann", f"{HOME_PAGE}/{ACCOUNT}"),
        ("https://id.example/annette", "https://id.example/annette"),
        ("he is 42", "he is 42"),
        ("joann@firm.example", "joann@firm.example"),
        ("Ann Lee", "Ann Lee"),
    ],
)
def test_identifiers_in_words_go_and_what_only_looks_like_them_stays(text: str, left: str) -> None:
    assert delink({"response": text, text: 1}) == {"response": left, left: 1}


def test_a_name_that_the_text_gives_the_person_goes_from_its_words() -> None:
    said = {"actor": {"mbox": f"mailto:{MAIL}", "name": "Ann Lee"}, "said": "Ann Lee, Ann Leeson and Ann"}
    assert delink(said)["said"] == f"{ACCOUNT}, Ann Leeson and Ann"


def test_a_text_without_the_person_is_the_same_bytes_and_so_is_every_member_without() -> None:
    raw = b'{ "a" : [1e5,  9007199254740993],"b":"\\u0041" }'
    assert delink_text(raw, ANN, ACCOUNT) == raw
    with_ann = b'{ "a" : [1e5,  9007199254740993],"b":{ "mbox":"mailto:ann@firm.example"},"c": {"d" :0.10} }'
    members = read_members(delink_text(with_ann, ANN, ACCOUNT))
    assert bytes(members["a"]) == b"[1e5,  9007199254740993]"
    assert bytes(members["c"]) == b'{"d" :0.10}'


def test_signatures_and_telling_attachments_go_and_others_stay() -> None:
    def entry(sha: str, usage: str) -> dict[str, Any]:
        said = {"usageType": usage, "display": {"en": "x"}, "contentType": "a/b", "length": 1}
        return {**said, "sha2": sha * 64}

    files = [entry("A", SIGNATURE_USAGE), entry("b", "u:u"), entry("c", "u:u")]
    sub = {"objectType": "SubStatement", "attachments": [files[0]]}
    bare, gone = drop_attachments(json.dumps({"object": sub, "attachments": files}).encode(), {"c" * 64})
    assert gone == ("a" * 64, "c" * 64, "a" * 64)
    assert json.loads(bare) == {"object": {"objectType": "SubStatement"}, "attachments": [files[1]]}


def test_a_word_that_the_rules_want_otherwise_stays_and_the_agent_goes() -> None:
    """The registration is the name of the account: written anew it would be none."""
    known = Person(["account https://lms.example 6c0e8c5e-0000-4b7e-9d4f-7b3a4f4b0c99"])
    name = "6c0e8c5e-0000-4b7e-9d4f-7b3a4f4b0c99"
    actor = {"account": {"homePage": "https://lms.example", "name": name}}
    said = {"actor": actor, "verb": {"id": "v:v"}, "object": {"id": "a:a"}, "context": {"registration": name}}
    statement, _ = delink_statement(json.dumps(said).encode(), Version.V1, known, "nobody")
    assert json.loads(statement.raw)["context"] == {"registration": name}
    assert json.loads(statement.raw)["actor"]["account"]["name"] == "nobody"


WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from([MAIL, "Ann Lee", "42", "https://id.example/ann", f"<{MAIL}>", "mailto:x@y.example"]),
)
AGENTS = st.sampled_from(
    [
        {"mbox": f"mailto:{MAIL}", "name": "Ann Lee"},
        {"account": {"homePage": "https://lms.example", "name": "42"}},
        {"mbox": "mailto:bob@firm.example", "name": "Bob"},
    ]
)
VALUES = st.recursive(
    st.one_of(WORDS, st.integers(), st.booleans(), st.none(), AGENTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)


@given(VALUES, st.booleans())
def test_whatever_the_text_nothing_is_left_and_twice_is_as_once(said: Any, ascii_only: bool) -> None:
    raw = json.dumps(said, ensure_ascii=ascii_only).encode("utf-8", "replace")
    once = delink_text(raw, ANN, ACCOUNT)
    assert ANN.find_presence(once) is Presence.ABSENT
    assert delink_text(once, ANN, ACCOUNT) == once
    if ANN.find_presence(raw) is Presence.ABSENT:
        assert once == raw.strip()
