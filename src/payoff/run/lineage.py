"""What a published version was made from: its brief, its queries and its source files.

Question  Where does the evidence of a version lie, and what does it name?
Apart     From the writing of versions, so that looking one up loads no estimator.
"""

import json
from pathlib import Path

from pydantic import TypeAdapter

from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile

BRIEF = "evidence/brief.json"


def read_lineage(folder: Path) -> tuple[dict[str, Query], tuple[SourceFile, ...], str, str]:
    """Queries by name, source files, unit column and unit label of a published version."""
    lineage = json.loads((folder / "evidence" / "lineage.json").read_text())
    queries = {q["name"]: Query(q["name"], q["sql"], tuple(q["sources"])) for q in lineage["queries"]}
    sources = TypeAdapter(tuple[SourceFile, ...]).validate_python(lineage["sources"])
    return queries, sources, lineage["unit"], lineage["unit_label"]
