"""Names and texts as they stand in SQL.

Question  How is a column, or a word from a file, written so that it ends where it should?
Limits    Standard SQL, as DuckDB and SQLite read it; Spark quotes names its own way.
"""


def quoted(name: str) -> str:
    """A column or table, between double quotes; those within it are doubled."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, between single quotes; those within it are doubled."""
    return "'" + text.replace("'", "''") + "'"
