"""Which version a header names."""

import pytest

from payoff.apps.lrs.versions import read_version
from payoff.xapi.fault import RequestError
from payoff.xapi.statement import Version


@pytest.mark.parametrize("text", ["1.0", "1.0.0", "1.0.1", "1.0.3", "1.0.99"])
def test_every_1_0_is_1_0_3(text: str) -> None:
    assert read_version(text) is Version.V1


@pytest.mark.parametrize("text", ["2.0", "2.0.0", "2.0.7"])
def test_every_2_0_is_2_0_0(text: str) -> None:
    assert read_version(text) is Version.V2


@pytest.mark.parametrize(
    "text",
    [None, "", "1", "2", "0.9", "0.95", "1.1.0", "2.1.0", "3.0.0", "1.0.03", "1.0.", "1.0.x", "1.0.3, 1.0.3"],
)
def test_anything_else_is_refused_with_what_is_spoken(text: str | None) -> None:
    with pytest.raises(RequestError, match=r"1\.0\.3 or 2\.0\.0") as refused:
        read_version(text)
    assert refused.value.status == 400


def test_an_endpoint_may_speak_one_version_only() -> None:
    assert read_version("1.0.1", (Version.V1,)) is Version.V1
    with pytest.raises(RequestError, match=r"not spoken: send 1\.0\.3$"):
        read_version("2.0.0", (Version.V1,))
