"""Whatever a name or a text holds, a database reads it back as it was."""

import duckdb
from hypothesis import example, given, settings
from hypothesis import strategies as st

from payoff.nouns.sql_quoting import literal, quoted

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)


@settings(max_examples=50, deadline=None)
@given(TEXTS, TEXTS)
@example('net "total"; drop table x', "O'Neill' or 1 = 1 --")
def test_sql_ends_where_it_should(name: str, text: str) -> None:
    with duckdb.connect() as connection:
        answer = connection.execute(f"select {literal(text)} as {quoted(name)}").to_arrow_table()
    assert answer.to_pydict() == {name: [text]}
