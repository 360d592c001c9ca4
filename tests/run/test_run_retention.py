"""What is kept no longer than said: rows go, hashes that a published version leads to stay, nothing else."""

import datetime as dt
import json
import os
from pathlib import Path

import personal_workspace as p
import pyarrow.parquet as pq
import pytest

from payoff.apps.cli.main import main
from payoff.records.seal import is_signed, read_public_key
from payoff.run.privacy.retention import apply_retention, find_due
from payoff.run.workspace import find_home
from payoff.warehouse.package import is_whole, read_load
from payoff.warehouse.statement_segments import find_segments, find_watermark, write_segment
from payoff.xapi.event import shape_event

STATEMENT = b"""{"actor": {"mbox": "mailto:a@b.example"}, "verb": {"id": "https://x.example/did"},
"object": {"id": "https://x.example/it"}}"""
NOW = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    p.make_workspace(tmp_path / "firm")
    return tmp_path / "firm"


def say(root: Path, times: str) -> None:
    (root / "payoff.yml").write_text(f"payoff: 1\nretention: {{{times}}}\n")


def find_old(root: Path) -> Path:
    """The package of deals that is not in use."""
    deals = root / ".payoff" / "warehouse" / "deals"
    current = (deals / "current").read_text().strip()
    return next(path for path in deals.iterdir() if path.is_dir() and path.name != current)


def name_in_lineage(root: Path, package: str) -> None:
    path = root / "out" / "drills" / "v1" / "evidence" / "lineage.json"
    path.write_text(json.dumps({"sources": [{"source": "deals", "package": package}]}))


def test_nothing_is_due_where_nothing_was_said(root: Path) -> None:
    say(root, "")

    assert find_due(find_home(root), NOW) == []


def test_a_package_out_of_use_goes_when_its_time_is_over(root: Path) -> None:
    say(root, "packages: 90 days")
    old, before = find_old(root), p.read_state(root)

    assert find_due(find_home(root), dt.datetime.now(dt.UTC)) == []
    removed = apply_retention(find_home(root), "steward", NOW)

    assert [(due.kind, due.path, due.kept) for due in removed] == [
        ("package", str(old.relative_to(root)), "")
    ]
    gone = {name for name in before if name not in p.read_state(root)}
    assert gone == {f"{old.relative_to(root)}/{name}" for name in ("rows.parquet", "load.json")}


def test_what_a_version_leads_to_stays_as_hashes(root: Path) -> None:
    say(root, "packages: 90 days")
    old = find_old(root)
    name_in_lineage(root, old.name)
    told = json.loads((old / "load.json").read_text())

    apply_retention(find_home(root), "steward", NOW)

    assert not (old / "rows.parquet").exists()
    note = json.loads((old / "load.json").read_text())
    assert (note["status"], note["sha256"], note["rows_sha256"]) == (
        "expired", told["sha256"], told["rows_sha256"],
    )  # fmt: skip
    assert not is_whole(old, read_load(old))


def test_rows_go_in_use_or_not_and_the_log_is_signed(root: Path) -> None:
    say(root, "rows: 24 months")

    removed = apply_retention(find_home(root), "steward", NOW)

    assert {due.kind for due in removed} == {"rows", "statements"}
    assert not list(root.glob(".payoff/warehouse/*/*/rows.parquet"))
    lines = (root / ".payoff" / "privacy" / "retention.jsonl").read_text().splitlines()
    document = json.loads(lines[0])
    assert len(document["removed"]) == len(removed)
    assert is_signed(document, read_public_key(root / ".payoff" / "privacy"))
    assert apply_retention(find_home(root), "steward", NOW) == []


def test_statements_go_by_the_day_they_were_stored_and_none_comes_back(root: Path) -> None:
    folder = root / ".payoff" / "statements-crm-11112222"
    stored = [int((NOW - dt.timedelta(days=age)).timestamp()) * 1_000_000 for age in (900, 30)]
    events = [shape_event(1, at, b"i" * 16, STATEMENT, "2.0.0", str) for at in stored]
    write_segment(folder, events, 0)
    say(root, "rows: 24 months")

    removed = apply_retention(find_home(root), "steward", NOW)

    assert f"{folder.relative_to(root)}/{0:016d}-{stored[1]:016d}.parquet" in {due.path for due in removed}
    assert pq.read_table(find_segments(folder)[0].path)["stored"].cast("int64").to_pylist() == stored[1:]
    assert find_watermark(folder) == stored[1]
    assert find_due(find_home(root), NOW) == []
    assert [due.kind for due in find_due(find_home(root), NOW + dt.timedelta(days=750))] == ["statements"]


def test_of_old_versions_evidence_stays_and_the_latest_is_kept(root: Path) -> None:
    say(root, "outputs: 1 year")
    study = root / "out" / "drills"
    (study / "v1").rename(study / "v0")
    os.utime(study / "v0" / "evidence" / "fingerprint", (0, 0))
    (study / "v1" / "evidence").mkdir(parents=True)
    (study / "v1" / "evidence" / "fingerprint").write_text("e")
    (study / "latest").symlink_to("v1")

    apply_retention(find_home(root), "steward", NOW)

    left = {str(path.relative_to(study)) for path in study.rglob("*") if path.is_file()}
    assert left == {"v0/evidence/fingerprint", "v1/evidence/fingerprint"}, "rows at fault went too"


def test_the_command_only_says_it_unless_told_to_apply(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(root, "packages: 1 day")
    note = find_old(root) / "load.json"
    note.write_text(
        note.read_text().replace(json.loads(note.read_text())["landed_at"], "2020-01-01T00:00:00+00:00")
    )

    for arguments, is_there in ((["--dry-run"], True), (["--apply"], False)):
        monkeypatch.setattr(
            "sys.argv", ["payoff", "privacy", "retention", "--workspace", str(root), *arguments]
        )
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
        assert "of 2020-01-01" in capsys.readouterr().out
        assert note.exists() is is_there
