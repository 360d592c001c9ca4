"""Exports in the layouts people have → canonical tables, row by row.

Each folder of `golden` is named after its profile: `export.*` in the vendor's layout with invented rows,
`source.yml` what a study says about it, `canonical.jsonl` the table it must become.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from payoff.connectors import Batch, read_source
from payoff.metrics.catalogue import TABLES
from payoff.nouns.canonical import KINDS
from payoff.nouns.definition import MetricTable
from payoff.study.build import build_source
from payoff.study.document import SourcePart
from payoff.study.profiles import PROFILES

GOLDEN = Path(__file__).parent / "golden"
FOLDERS = sorted(path.name for path in GOLDEN.iterdir())
PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "data.md").read_text("utf-8")


def read(profile: str, secret: bytes | None = None, **said: Any) -> Batch:
    (export,) = (GOLDEN / profile).glob("export.*")
    written = YAML(typ="safe").load(GOLDEN / profile / "source.yml")
    part = SourcePart.model_validate({"file": export.name, "profile": profile, **written, **said})
    return read_source(build_source("export", part), GOLDEN / profile, secret)


def rows(batch: Batch) -> list[dict[str, Any]]:
    """Rows as JSON has them: days and instants as text."""
    table: list[dict[str, Any]] = json.loads(json.dumps(batch.table.to_pylist(), default=str))
    return table


@pytest.mark.parametrize("profile", FOLDERS)
def test_an_export_becomes_its_canonical_table(profile: str) -> None:
    batch = read(profile)
    expected = (GOLDEN / profile / "canonical.jsonl").read_text("utf-8").splitlines()
    assert rows(batch) == [json.loads(line) for line in expected]
    kind = KINDS[PROFILES[profile].kind]
    assert all(kind.find(name) for name in batch.table.column_names if name != "_row")
    assert [f"trap: {trap}" for trap in PROFILES[profile].traps] == [
        warning for warning in batch.warnings if warning.startswith("trap: ")
    ]


@pytest.mark.parametrize("profile", FOLDERS)
def test_no_name_and_no_address_is_landed(profile: str) -> None:
    batch = read(profile, secret=b"a secret of this workspace")
    landed = json.dumps(rows(batch), ensure_ascii=False)
    for name in ("Ruiz", "Brandt", "Okoro", "Lind", "Mira", "Webb", "Park", "@example.org"):
        assert name not in landed


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_a_profile_fills_columns_there_are_and_stands_on_the_page(profile: Any) -> None:
    table = KINDS[profile.kind]
    assert all(table.find(field.to) for field in profile.fields)
    assert f"| `{profile.name}` | {profile.system} | {profile.kind} | {profile.layout}" in PAGE
    assert all(f"- `{profile.name}`: {trap}." in PAGE for trap in profile.traps)


@pytest.mark.parametrize("kind", KINDS)
def test_canonical_tables_stand_on_the_page(kind: str) -> None:
    part = PAGE.partition(f"**`{kind}`**")[2].partition("\n**`")[0]
    for column in KINDS[kind].columns:
        assert f"| `{column.name}` | {column.type} | {column.words}" in part


def test_every_verified_layout_has_a_golden_export() -> None:
    own = {kind.replace("_", "-") for kind in KINDS}
    verified = {p.name for p in PROFILES.values() if p.layout == "verified"} - own - {"oulad-assessments"}
    assert verified <= set(FOLDERS)


def test_a_layout_from_memory_says_so() -> None:
    told = read("genesys-conversations").warnings[0]
    assert told.startswith("unverified layout: profile genesys-conversations is from memory; telephony has")
    told = read("salesforce-opportunities", confirmed_by=None).warnings[0]
    assert told.startswith("unverified layout of opportunity_id, owner_id, name, stage, ")
    assert "confirmed" not in told


SAID_BY_THE_STUDY = {"known_until", "escalated"}  # no system exports them under one name


@pytest.mark.parametrize(
    "table", [t for t in TABLES.values() if t.name != "statements"], ids=lambda t: t.name
)
def test_a_table_of_the_catalogue_can_be_fed_from_a_profile(table: MetricTable) -> None:
    canonical = KINDS[table.name]
    unknown = {c.name for c in table.columns if canonical.find(c.name) is None}
    assert unknown <= SAID_BY_THE_STUDY
    assert table.name in PROFILES
