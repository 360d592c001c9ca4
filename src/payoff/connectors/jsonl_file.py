"""JSON lines → table: one object a line, nested values as their JSON text."""

import json

import pyarrow as pa

from payoff.connectors.complaint import complain
from payoff.connectors.encoding import check_encoding
from payoff.nouns.problem import PayoffError
from payoff.nouns.study import Source


def read_jsonl(source: Source, data: bytes) -> tuple[pa.Table, tuple[str, ...]]:
    """The table and a warning for each column whose values are of several kinds, which becomes text.

    Raises PayoffError D105 naming the lines that are no objects.
    """
    records: list[dict[str, object]] = []
    bad: list[str] = []
    for n, line in enumerate(check_encoding(source, data).decode().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            records.append(value)
        else:
            bad.append(f"line {n}")
    if bad:
        raise _not_objects(source, bad)
    names = list(dict.fromkeys(name for record in records for name in record))
    warnings: list[str] = []
    columns = [_build(name, [record.get(name) for record in records], warnings) for name in names]
    return pa.table(columns, names=names), tuple(warnings)


def _build(name: str, values: list[object], warnings: list[str]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    if kinds & {dict, list}:
        values = [v if v is None or isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values]
        kinds = {str}
    if len(kinds) > 1 and kinds != {int, float}:
        warnings.append(f"column {name} mixes kinds of values: kept as text")
    elif kinds != {int} or all(abs(v) < 2**63 for v in values if isinstance(v, int)):
        return pa.array([float(v) if kinds == {int, float} and v is not None else v for v in values])  # type: ignore[arg-type]
    return pa.array([v if v is None or isinstance(v, str) else json.dumps(v) for v in values], pa.string())


def _not_objects(source: Source, bad: list[str]) -> PayoffError:
    return complain(
        source,
        "D105",
        f"{len(bad):,} of its lines {'is' if len(bad) == 1 else 'are'} no JSON object",
        "what such a line held would be lost unseen",
        "export or copy the file again, one object {…} a line",
        bad,
    )
