"""People named in clear by a column that nobody said anything of: told, and not landed under a promise.

Question  Does a source hold addresses or names of people that are neither pseudonyms nor identifiers?
Stops     Addresses, in a study that says anything under `privacy` or `identifiers` (N106, exit code 6): it
          promised that people are not named. Else, and for names, it is told and stays a finding.
"""

from collections.abc import Sequence

import pyarrow as pa

from payoff.nouns.batch import LINEAGE
from payoff.nouns.in_clear import InClear, find_in_clear, say_mend
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.source_health import SourceHealth
from payoff.nouns.study import Privacy, Source, Study


def watch_for_people(study: Study, source: Source, table: pa.Table) -> tuple[str, ...]:
    """What to tell of the columns of a source before it is landed. Raises PayoffError N106 (6)."""
    if source.format == "statements":
        return ()
    found = list_in_clear(table)
    addresses = [column for column, what in found if what == "addresses"]
    if addresses and promises_privacy(study):
        raise PayoffError([_refuse(source, column) for column in addresses], exit_code=6)
    return tuple(f"{column} holds {what} of people in clear: {say_mend(column)}" for column, what in found)


def promises_privacy(study: Study) -> bool:
    """Whether the study says anything of how people are protected."""
    return study.privacy != Privacy() or any(source.identifying is not None for source in study.sources)


def list_in_clear(table: pa.Table) -> tuple[tuple[str, InClear], ...]:
    """Columns of text that name people, and by what."""
    names = [name for name in table.column_names if name not in LINEAGE]
    found = []
    for name in names:
        kind = table.schema.field(name).type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            what = find_in_clear(name, [n for n in names if n != name], table[name].to_pylist())
            if what is not None:
                found.append((name, what))
    return tuple(found)


def tell_in_clear(health: Sequence[SourceHealth]) -> tuple[tuple[str, str], ...]:
    """(source, what is in clear and what mends it), of what was landed before too."""
    return tuple(
        (one.source, f"{finding.text}: {finding.means}")
        for one in health
        for finding in one.findings
        if finding.kind == "privacy"
    )


def _refuse(source: Source, column: str) -> Problem:
    return Problem(
        "N106",
        f"source {source.name}: {column} holds e-mail addresses of people in clear",
        "the study says how people are protected, and whoever reads the warehouse would read who they are",
        say_mend(column),
    )
