"""A malformed study file ends in clear problems, never in an exception or a half-read study."""

import pytest
from study_cases import CASES, WARNINGS
from study_valid import VALID

from payoff.nouns.problem import PayoffError, Severity
from payoff.study import check_study, explain_code, read_study

NAMES = [name for name, _, _ in CASES]
WITHOUT_PLACE = {"P002"}  # a file too large to read has no line worth pointing at

# Mistakes that are two mistakes at once.
ALSO: dict[str, tuple[str, ...]] = {
    "tag_python": ("P104",),
    "tag_binary": ("P115",),
    "sources_null": ("P102",),
    "secondary_three": ("P212",),
    "sql_and_expr": ("P306",),
    "source_sql_word": ("P303",),
    "name_with_space": ("P201",),
    "duplicate_metric": ("P201",),
    "pilot_money_too_early": ("P802",),
}


def test_the_valid_study_has_no_problem() -> None:
    study, problems = check_study(VALID.encode(), "drills.yml")
    assert problems == ()
    assert study is not None


def test_there_are_more_than_a_hundred_cases_under_unique_names() -> None:
    assert len(set(NAMES)) == len(NAMES) > 100


@pytest.mark.parametrize(("name", "code", "data"), CASES, ids=NAMES)
def test_a_malformed_study_ends_in_clear_problems(name: str, code: str, data: bytes) -> None:
    study, problems = check_study(data, "drills.yml")
    assert study is None
    errors = [p for p in problems if p.severity is Severity.ERROR]
    # One mistake must not set off a cascade that hides it.
    assert {p.code for p in errors} == {code, *ALSO.get(name, ())}, [(p.code, p.what) for p in problems]
    lines = data.decode("utf-8", "replace").splitlines() or [""]
    for problem in problems:
        assert problem.what.strip()
        assert problem.why.strip()
        assert problem.fix.strip()
        assert len(problem.what) <= 400
        assert explain_code(problem.code)
        if problem.code not in WITHOUT_PLACE:
            assert problem.place is not None
            assert problem.place.file == "drills.yml"
            assert 1 <= problem.place.line <= len(lines) + 1
            assert problem.place.column >= 1
            assert problem.place.width >= 1


@pytest.mark.parametrize(("name", "code", "data"), WARNINGS, ids=[name for name, _, _ in WARNINGS])
def test_a_doubtful_study_is_read_with_a_warning(name: str, code: str, data: bytes) -> None:
    study, problems = check_study(data, "drills.yml")
    assert study is not None, [(p.code, p.what) for p in problems]
    assert code in {p.code for p in problems}
    assert all(p.severity is Severity.WARNING for p in problems)


def test_read_study_raises_every_problem_with_exit_code_3() -> None:
    data = VALID.replace("currency: USD", "currency: US").replace("better: higher", "better: up").encode()
    with pytest.raises(PayoffError) as caught:
        read_study(data, "drills.yml")
    assert caught.value.exit_code == 3
    assert {p.code for p in caught.value.problems} == {"P115", "P109"}


def test_errors_come_before_warnings_and_then_by_line() -> None:
    data = VALID.replace("steward: sales ops", "licence: none").replace("cash: true", "cash: yes")
    data = data.replace("better: higher", "better: up")
    problems = check_study(data.encode(), "drills.yml")[1]
    assert [p.code for p in problems] == ["P109", "P104", "P210"]
