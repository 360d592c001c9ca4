"""What a study may say of identifiers, and what is told with its place."""

import pytest
from study_valid import VALID

from payoff.nouns.identifying import Identifying
from payoff.study import check_study

OLD = "  people: {csv: people.csv, key: rep_id"
assert OLD in VALID


def study_with(said: str) -> str:
    return VALID.replace(OLD, f"  people: {{csv: people.csv, {said}, key: rep_id")


def test_columns_systems_and_day_are_read() -> None:
    text = study_with(
        'identifiers: {rep_id: hr, user: "account https://lms.example.org"}, identified_on: day'
    )
    study, problems = check_study(text.encode(), "study.yml")
    assert study is not None, problems
    found = next(s.identifying for s in study.sources if s.name == "people")
    assert found == Identifying((("rep_id", "hr"), ("user", "account https://lms.example.org")), "day", 0.05)


def test_a_study_without_identifiers_is_the_plan_it_was() -> None:
    plain, _ = check_study(VALID.encode(), "study.yml")
    assert plain is not None
    assert all(source.identifying is None for source in plain.sources)
    assert "identif" not in plain.plan


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ("identified_on: day", "P113", "belongs to identifiers"),
        ("most_unmatched: 5%", "P113", "belongs to identifiers"),
        ("identifiers: {rep_id: HR}", "P111", "cannot name a system"),
        ("identifiers: {rep_id: account lms}, most_unmatched: 2", "P103", "is no share"),
        ("identifiers: {rep_id: xapi}", "P109", "agents of statements"),
    ],
)
def test_what_cannot_be_meant_is_told(said: str, code: str, words: str) -> None:
    study, problems = check_study(study_with(said).encode(), "study.yml")
    assert study is None
    assert any(p.code == code and words in p.what for p in problems), problems


def test_statements_have_agents_only() -> None:
    def source(said: str) -> str:
        return VALID.replace("  people: {csv: people.csv", f"  lrs: {{statements: s, {said}}}\n{OLD[:26]}")

    good, _ = check_study(source("identifiers: {person: xapi, instructor: xapi}").encode(), "study.yml")
    assert good is not None
    for said in ("identifiers: {person: hr}", "identifiers: {actor: xapi}"):
        bad, problems = check_study(source(said).encode(), "study.yml")
        assert bad is None
        assert "P109" in {p.code for p in problems}
