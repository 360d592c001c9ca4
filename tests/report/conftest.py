"""Hand-built results for every test of the report: see report_variants.py for the whole list."""

import pytest
from report_variants import VARIANTS

from payoff.nouns.brief import Brief
from payoff.nouns.result import Result
from payoff.report import compose


@pytest.fixture(scope="session")
def michigan() -> Result:
    return VARIANTS["michigan_result"]()


@pytest.fixture(scope="session")
def illinois() -> Result:
    return VARIANTS["illinois_result"]()


@pytest.fixture(scope="session", params=sorted(VARIANTS))
def any_result(request: pytest.FixtureRequest) -> Result:
    """Every variant in turn."""
    return VARIANTS[request.param]()


@pytest.fixture(scope="session")
def any_brief(any_result: Result) -> Brief:
    """Every variant's brief, composed once."""
    return compose(any_result)
