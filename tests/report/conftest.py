"""Hand-built results for every test of the report: see report_variants.py for the whole list."""

import pytest
from report_variants import VARIANTS

from payoff.nouns.result import Result


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
