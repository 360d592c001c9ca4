"""A study's life at the command line: start, check, look before the lock, lock, run, amend, drift."""

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from e2e_support import run_payoff, run_payoff_process
from firm import write_deals, write_firm

LOCK = ("--analyst", "a.ruiz", "--finance", "p.okoro", "--on", "2025-12-15")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write_firm(tmp_path)


@pytest.fixture(scope="module")
def locked_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Locked while the sources end before launch; then the follow-up arrives. Only copied, never changed."""
    study = write_firm(tmp_path_factory.mktemp("locked"))
    lock_before_launch(study)
    return study


@pytest.fixture(scope="module")
def published_once(locked_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with v1 published. Only copied, never changed."""
    study = copy_firm(locked_once, tmp_path_factory.mktemp("published"))
    done = run_payoff("run", study.name, cwd=study.parent)
    assert done.returncode == 0, done.stderr
    return study


@pytest.fixture
def locked(locked_once: Path, tmp_path: Path) -> Path:
    return copy_firm(locked_once, tmp_path)


@pytest.fixture
def published(published_once: Path, tmp_path: Path) -> Path:
    return copy_firm(published_once, tmp_path)


def copy_firm(study: Path, folder: Path) -> Path:
    """Everything beside the study as well, links as links."""
    shutil.copytree(study.parent, folder, symlinks=True, dirs_exist_ok=True)
    return folder / study.name


def document(study: Path, version: str = "latest") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((study.parent / "out/drills" / version / "result.json").read_text())
    return found


def lock_before_launch(study: Path) -> None:
    """Lock while the sources end before launch; then the follow-up arrives."""
    write_deals(study.parent, 6)
    done = run_payoff("lock", study.name, *LOCK, cwd=study.parent)
    assert done.returncode == 0, done.stderr
    assert "Retrospective" not in done.stdout
    write_deals(study.parent, 12)


def test_effects_stay_hidden_until_the_plan_is_locked(study: Path) -> None:
    """OUT-08: an unlocked run shows data health and power, nothing else."""
    done = run_payoff("run", study.name, cwd=study.parent)
    assert done.returncode == 0, done.stderr
    assert "Did it work?" not in done.stdout
    shown = document(study)
    assert shown["state"] == "health"
    assert shown["effects"] == []
    assert shown["money"] == {} or "roi" not in shown["money"]
    assert shown["power"]
    assert not (study.parent / "out/drills/latest/audit.xlsx").exists()


def test_exploratory_is_printed_on_every_output(study: Path) -> None:
    done = run_payoff("run", study.name, "--exploratory", cwd=study.parent)
    assert done.returncode == 0, done.stderr
    assert "Exploratory" in done.stdout
    folder = study.parent / "out/drills/latest"
    assert "Exploratory" in (folder / "story.html").read_text()
    assert document(study)["state"] == "exploratory"


def test_a_locked_study_finds_the_planted_effect(published: Path) -> None:
    shown = document(published)
    effect = shown["effects"][0]
    assert effect["role"] == "locked"
    assert effect["lift"]["low"] < 0.2 < effect["lift"]["high"]
    assert shown["verdict"]["effect"] == "worked"
    assert shown["verdict"]["money"] == "pays back"
    assert shown["retrospective"] is False


def test_a_changed_plan_stops_the_run_until_it_is_amended(published: Path) -> None:
    published.write_text(published.read_text().replace("margin: {low: 30%", "margin: {low: 20%"))
    drifted = run_payoff("run", published.name, cwd=published.parent)
    assert drifted.returncode == 5
    assert "margin" in drifted.stderr
    amend = ("--reason", "finance revised the margin", "--by", "p.okoro", "--on", "2026-07-01")
    assert run_payoff("amend", published.name, *amend, cwd=published.parent).returncode == 0
    again = run_payoff("run", published.name, cwd=published.parent)
    assert again.returncode == 0, again.stderr
    assert "inance revised the margin" in again.stdout
    assert "inance revised the margin" in (published.parent / "out/drills/latest/story.html").read_text()
    (amendment,) = document(published)["amendments"]
    assert amendment["on"] == "2026-07-01"
    assert document(published)["version"] == "v2"
    assert document(published, "v1")["amendments"] == []


def test_comments_and_layout_are_no_drift(published: Path) -> None:
    published.write_text("# a remark\n" + published.read_text().replace("30%", "0.30"))
    done = run_payoff("run", published.name, cwd=published.parent)
    assert done.returncode == 0, done.stderr


def test_a_published_version_is_pinned(locked: Path) -> None:
    first = run_payoff("run", locked.name, "--version", "board", cwd=locked.parent)
    assert first.returncode == 0, first.stderr
    same = run_payoff("run", locked.name, "--version", "board", cwd=locked.parent)
    assert same.returncode == 0, same.stderr
    deals = locked.parent / "deals.csv"
    deals.write_text(deals.read_text().replace("2026-06-01,", "2026-06-01,1", 1))
    changed = run_payoff("run", locked.name, cwd=locked.parent)
    assert "deals.csv has changed since the last version" in changed.stdout
    assert document(locked)["version"] != "board"
    taken = run_payoff("run", locked.name, "--version", "board", cwd=locked.parent)
    assert taken.returncode == 5
    assert "board" in taken.stderr


def test_a_lock_after_follow_up_began_is_retrospective(study: Path) -> None:
    late = ("--analyst", "a.ruiz", "--finance", "p.okoro", "--on", "2026-05-01")
    assert run_payoff("lock", study.name, *late, cwd=study.parent).returncode == 0
    done = run_payoff("run", study.name, cwd=study.parent)
    assert "Retrospective" in done.stdout
    assert document(study)["retrospective"] is True


def test_a_backdated_lock_is_retrospective_when_outcomes_are_there(study: Path) -> None:
    """The date on a lock is a claim; follow-up rows in the sources are a fact."""
    done = run_payoff("lock", study.name, *LOCK, cwd=study.parent)
    assert "Retrospective" in done.stdout
    assert run_payoff("run", study.name, cwd=study.parent).returncode == 0
    assert document(study)["retrospective"] is True


def test_a_late_change_of_the_plan_costs_a_step(published: Path) -> None:
    before = document(published)["grade"]["locks"]
    published.write_text(published.read_text().replace("2026-01-01..2026-06-30", "2026-01-01..2026-05-31"))
    amend = ("--reason", "June was odd", "--by", "a.ruiz", "--on", "2026-07-01")
    assert run_payoff("amend", published.name, *amend, cwd=published.parent).returncode == 0
    assert run_payoff("run", published.name, cwd=published.parent).returncode == 0
    assert document(published)["grade"]["locks"] == before - 1


def test_a_bad_file_keeps_the_last_good_version(published: Path) -> None:
    deals = published.parent / "deals.csv"
    lines = deals.read_text().splitlines(keepends=True)
    deals.write_text("".join([*lines, lines[1]]))  # a duplicate key
    done = run_payoff("run", published.name, cwd=published.parent)
    assert done.returncode == 4
    assert "rep0000@firm.example" not in done.stderr  # pseudonymised even in messages
    assert "stays in use" in done.stderr
    assert "Traceback" not in done.stderr
    assert document(published)["state"] == "final"


def test_no_name_reaches_any_output(published: Path) -> None:
    """PRV-01."""
    folder = published.parent / "out/drills/v1"
    for path in folder.rglob("*"):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                contents = b"".join(book.read(name) for name in book.namelist())
        else:
            contents = path.read_bytes() if path.is_file() else b""
        assert b"firm.example" not in contents, path
    landed = b"".join(p.read_bytes() for p in (published.parent / ".payoff/warehouse").rglob("*.parquet"))
    assert b"firm.example" not in landed


def test_exit_codes(published: Path) -> None:
    """As the shell sees them, from processes of their own."""
    folder = published.parent
    assert run_payoff_process("nonsense", cwd=folder).returncode == 2
    assert run_payoff_process("run", "nowhere.yml", cwd=folder).returncode == 2
    assert run_payoff_process("run", published.name, "--fail-on", "worked", cwd=folder).returncode == 8
    assert run_payoff("run", published.name, "--fail-on", "harmed", cwd=folder).returncode == 0
    (folder / "deals.csv").unlink()
    missing = run_payoff("run", published.name, cwd=folder)
    assert missing.returncode == 7
    assert "deals.csv" in missing.stderr
    published.write_text(published.read_text().replace("currency: USD", "currency: DOLLARS"))
    assert run_payoff_process("check", published.name, cwd=folder).returncode == 3


def test_check_prints_the_place_the_reason_and_the_fix(study: Path) -> None:
    study.write_text(study.read_text().replace("high: 50%", "high: 140%"))
    done = run_payoff("check", study.name, cwd=study.parent)
    assert done.returncode == 3
    line = next(n for n, text in enumerate(study.read_text().splitlines(), 1) if "140%" in text)
    assert f"drills.yml:{line}:" in done.stderr
    assert "why" in done.stderr
    assert "fix" in done.stderr
    carets = next(text for text in done.stderr.splitlines() if set(text.strip()) == {"^"})
    excerpt = next(text for text in done.stderr.splitlines() if text.strip().startswith(f"{line} |"))
    assert excerpt[carets.index("^") :].startswith("140%")
    as_json = run_payoff("check", study.name, "--json", cwd=study.parent)
    assert json.loads(as_json.stdout)["problems"][0]["line"] == line


@pytest.mark.parametrize("template", ["sales", "support", "onboarding", "safety", "coaching"])
def test_init_writes_a_study_that_only_lacks_its_data(tmp_path: Path, template: str) -> None:
    assert run_payoff("init", "first", "--template", template, cwd=tmp_path).returncode == 0
    done = run_payoff("check", "first.yml", cwd=tmp_path)
    assert done.returncode == 7, done.stderr  # the sources are not there yet; nothing else is wrong
    assert run_payoff("init", "first", "--template", template, cwd=tmp_path).returncode == 2


def test_a_stale_source_is_said(study: Path) -> None:
    study.write_text(study.read_text().replace("steward: hr-data}", "steward: hr-data, stale_after_days: 3}"))
    old = (study.parent / "people.csv").stat().st_mtime - 20 * 86_400
    os.utime(study.parent / "people.csv", (old, old))
    done = run_payoff("check", study.name, cwd=study.parent)
    assert "people.csv is 20 days old, stale after 3" in done.stdout


@pytest.mark.parametrize("version", ["../../out", "", "a b/c", "latest"])
def test_a_version_name_stays_inside_its_folder(locked: Path, version: str) -> None:
    done = run_payoff("run", locked.name, "--version", version, cwd=locked.parent)
    assert done.returncode in (2, 5)
    assert "version" in done.stderr
    assert not list(locked.parent.glob("out/drills/*"))


def test_the_disk_refuses_in_the_one_style(published: Path) -> None:
    for command in (
        ("export", published.name, "--format", "json", "--to", "nowhere/there.json"),
        ("run", published.name, "--out", "deals.csv"),
    ):
        done = run_payoff(*command, cwd=published.parent)
        assert done.returncode == 2, done.stderr
        assert "U143" in done.stderr
        assert "Traceback" not in done.stderr


def test_check_tells_of_a_drifted_plan(locked: Path) -> None:
    locked.write_text(locked.read_text().replace("margin: {low: 30%", "margin: {low: 20%"))
    assert run_payoff("check", locked.name, cwd=locked.parent).returncode == 5


def test_explained_present_values_add_up(published: Path) -> None:
    done = run_payoff("explain", "npv", published.name, "--json", cwd=published.parent)
    tree = json.loads(done.stdout)["tree"]
    benefits, costs = (_amount(child["text"]) for child in tree["children"][:2])
    assert benefits - costs == pytest.approx(document(published)["money"]["npv"]["point"], abs=0.02)


def _amount(text: str) -> float:
    return float(text.split(":")[0].removeprefix("USD ").replace(",", "").replace("−", "-"))


def test_doctor_names_the_missing_source(study: Path) -> None:
    assert run_payoff("doctor", cwd=study.parent).returncode == 0
    (study.parent / "people.csv").unlink()
    sick = run_payoff("doctor", cwd=study.parent)
    assert sick.returncode == 4
    assert "people.csv" in sick.stdout


def test_export_and_help(published: Path) -> None:
    done = run_payoff("export", published.name, "--format", "xlsx", "--to", "book.xlsx", cwd=published.parent)
    assert done.returncode == 0
    assert (published.parent / "book.xlsx").stat().st_size > 5_000
    assert run_payoff("help", "P103", cwd=published.parent).returncode == 0
    assert run_payoff("help", "X999", cwd=published.parent).returncode == 2
