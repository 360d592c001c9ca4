"""Which database an address names, what is told of a wrong one, and what is loaded for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from payoff.nouns.problem import PayoffError
from payoff.statements.engines import find_engine


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://payoff:hidden word@db/records",
        "postgresql://payoff:hidden%zz@db/records",
        "postgresql://payoff:hidden@db/records?unknown=1",
        "mysql://payoff:hidden@db/records",
        "sqlite:///",
    ],
)
def test_a_wrong_address_is_refused_in_words_without_its_password(url: str) -> None:
    with pytest.raises(PayoffError) as refused:
        find_engine(url)
    (problem,) = refused.value.problems
    assert problem.code == "R103"
    assert "hidden" not in f"{problem} {refused.value}"
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_sqlite_store_does_not_load_psycopg(tmp_path: Path) -> None:
    code = (
        "import sys; from payoff.statements.store import Store; "
        f"Store.open({str(tmp_path / 'a.db')!r}).close(); "
        "print('apsw' in sys.modules, 'psycopg' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.split() == ["True", "False"]
