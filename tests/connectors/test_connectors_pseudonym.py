"""Pseudonyms are the standard library's HMAC, one at a time or many together."""

import hashlib
import hmac

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from payoff.connectors.pseudonym import DIGITS, name_text, name_texts, pseudonymise_columns

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(TEXTS, max_size=5), st.binary(max_size=200))
def test_many_are_named_as_the_standard_library_names_each(texts: list[str], secret: bytes) -> None:
    wanted = [hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:DIGITS] for text in texts]
    assert name_texts(texts, secret) == wanted
    assert [name_text(text, secret) for text in texts] == wanted


def test_a_column_keeps_its_blanks_and_a_number_is_its_text() -> None:
    table = pa.table({"Who": [7.0, None, 7.5, float("nan")], "what": [1, 2, 3, 4]})
    named = pseudonymise_columns(table, ("who",), b"secret")
    assert named["Who"].to_pylist() == [name_text("7", b"secret"), None, name_text("7.5", b"secret"), None]
    assert named["what"] == table["what"]
