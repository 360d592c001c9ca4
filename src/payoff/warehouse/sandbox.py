"""A DuckDB that sees the landed rows and nothing else.

A study file may come from a stranger, so its SQL runs in memory, may open only the landed Parquet
files, loads no extension, sees no variable of this process, cannot change these settings, and must be
one SELECT. One thread: on two, sums of decimals differ in the last digit from run to run.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.nouns.sql_quoting import literal, quoted
from payoff.nouns.wording import listed
from payoff.warehouse.package import find_folder, is_whole, read_load

_CONFIG = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "threads": "1",
}
_MISSING_COLUMN = re.compile(
    r'Referenced column "(?P<plain>[^"]+)" not found|'
    r'(?:Table|Values list) "(?P<table>[^"]+)" does not have a column named "(?P<column>[^"]+)"'
)


def find_rows(file: SourceFile, root: Path) -> Path:
    """Path of a landed package's rows. Raises PayoffError when they are not what was landed."""
    package = find_folder(root, file.source) / file.package
    if not is_whole(package, read_load(package)):
        problem = Problem(
            "D202",
            f"source {file.source}: its landed rows are missing or were changed (package {file.package})",
            "figures would no longer be those of the file they name",
            "run again: the file is then landed anew",
        )
        raise PayoffError([problem], exit_code=4)
    return package / "rows.parquet"


@contextmanager
def open_sandbox(
    sources: Sequence[SourceFile], root: Path, earlier: Sequence[SourceFile] = ()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A closed-in connection with a view for each source, under the source's name.

    earlier: loads before, each under its source's name and `before`, which no source can be called.
    """
    paths = {file.source: str(find_rows(file, root)) for file in sources}
    paths |= {f"{file.source} before": str(find_rows(file, root)) for file in earlier}
    connection = duckdb.connect(":memory:", config={**_CONFIG, "temp_directory": str(root / ".spill")})
    try:
        connection.execute("set global timezone = 'UTC'")  # of cursors too
        allowed = ", ".join(literal(path) for path in paths.values())
        connection.execute(f"set allowed_paths = [{allowed}]")
        connection.execute("set enable_external_access = false")
        for name, path in paths.items():
            connection.execute(f"create view {quoted(name)} as select * from read_parquet({literal(path)})")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()


def check_query(query: Query) -> None:
    """Raises PayoffError unless the query is one SELECT."""
    try:
        statements = duckdb.extract_statements(query.sql)
    except duckdb.Error as error:
        raise explain_failure(query, error) from None
    if [s.type for s in statements] != [duckdb.StatementType.SELECT]:
        problem = Problem(
            "D204",
            f"{_name(query)} is not one SELECT",
            "the SQL of a study may read its sources and change nothing",
            "write one query that starts with select or with",
        )
        raise PayoffError([problem], exit_code=4)


def explain_failure(query: Query, error: duckdb.Error, sources: Sequence[SourceFile] = ()) -> PayoffError:
    """DuckDB's first line under the name the study gave the query; for a missing column, those there are."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    said = f"failed: {lines[0] if lines else 'no reason given'}"
    hints = [line for line in lines[1:] if line.startswith(("Did you mean", "HINT"))]
    missing = _MISSING_COLUMN.search(str(error))
    if isinstance(error, duckdb.BinderException) and missing is not None:
        asked = [s for s in sources if s.source in query.sources]
        asked = [s for s in asked if s.source == missing["table"]] or asked
        column = missing["column"] or missing["plain"]
        named = listed([s.source for s in asked]) or "no source"
        said = f"reads a column {column} that {named} {'do' if len(asked) > 1 else 'does'} not have"
        hints = [_list_columns(column, asked)]
    else:
        hints += [line for line in lines if line.startswith("LINE ")][:1]
    why = "without its rows nothing that rests on this query can be computed"
    fix = "; ".join(["correct the SQL", *hints])
    return PayoffError([Problem("D203", f"{_name(query)} {said}", why, fix)], exit_code=4)


def _list_columns(column: str, sources: Sequence[SourceFile]) -> str:
    """'did you mean deals? crm has rep, deals; people has rep'."""
    known = [name for source in sources for name in source.columns]
    near = difflib.get_close_matches(column, known, n=1)
    there = "; ".join(f"{s.source} has {', '.join(s.columns)}" for s in sources)
    return f"did you mean {near[0]}? {there}" if near else there


def _name(query: Query) -> str:
    return f"the query {query.name}"
