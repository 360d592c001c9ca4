"""The two bundled studies end to end, against the published figures."""

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from e2e_support import run_payoff, run_payoff_process

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/reference/result.schema.json").read_text())


@pytest.fixture(scope="session")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `payoff demo run --all` was run."""
    folder = tmp_path_factory.mktemp("demos")
    done = run_payoff("demo", "run", "--all", cwd=folder)
    assert done.returncode == 0, done.stderr
    (folder / "stdout.txt").write_text(done.stdout)
    return folder


def read_document(folder: Path, study: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "out" / study / "latest" / "result.json").read_text())
    return document


@pytest.fixture(scope="session")
def michigan(demos: Path) -> dict[str, Any]:
    return read_document(demos, "michigan-training-grants")


@pytest.fixture(scope="session")
def illinois(demos: Path) -> dict[str, Any]:
    return read_document(demos, "illinois-wellness")


def rows(document: dict[str, Any], **wanted: Any) -> list[dict[str, Any]]:
    return [e for e in document["effects"] if all(e[k] == v for k, v in wanted.items())]


def has(
    document: dict[str, Any], term: str, estimate: float, std_error: float, tolerance: float = 5e-4
) -> bool:
    return any(
        abs(e["estimate"] - estimate) <= tolerance and abs(e["std_error"] - std_error) <= tolerance
        for e in rows(document, term=term)
    )


def test_results_follow_the_published_schema(michigan: dict[str, Any], illinois: dict[str, Any]) -> None:
    for document in (michigan, illinois):
        assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(document)) == []


@pytest.mark.parametrize(
    ("term", "estimate", "std_error"),
    [
        ("grant", -0.252, 0.151),  # ordinary: Wooldridge, Introductory Econometrics, example 14.1
        ("grant", -0.252, 0.140),  # clustered by firm: Wooldridge (2010), chapter 10
        ("grant_1", -0.422, 0.210),
        ("grant_1", -0.422, 0.276),
    ],
)
def test_michigan_published_regressions(
    michigan: dict[str, Any], term: str, estimate: float, std_error: float
) -> None:
    assert has(michigan, term, estimate, std_error)


def test_michigan_verdict_rests_on_group_time_effects(michigan: dict[str, Any]) -> None:
    (locked,) = rows(michigan, role="locked", term="grant")
    assert locked["method"] == "group_time"
    assert locked["estimate"] == pytest.approx(-0.2691, abs=5e-4)
    (second,) = rows(michigan, role="second", term="grant")
    assert second["method"] == "imputation"
    assert second["estimate"] == pytest.approx(-0.2659, abs=5e-4)
    assert {e["role"] for e in michigan["effects"] if e["method"].startswith("fixed_effects")} == {
        "reference"
    }
    assert locked["n_clusters"] == 54
    assert locked["n_observations"] == 162
    assert michigan["verdict"]["effect"] == "cannot tell"
    low, high = locked["lift"]["low"], locked["lift"]["high"]
    assert low < 0 < michigan["verdict"]["threshold_lift"] < high


def test_michigan_leads_with_the_cost_that_would_still_pay(michigan: dict[str, Any], demos: Path) -> None:
    ceiling = michigan["money"]["ceiling"]["delivery_per_worker"]
    assert ceiling["unit"] == "USD/worker"
    assert ceiling["low"] < ceiling["point"] < ceiling["high"]
    text = (demos / "stdout.txt").read_text()
    assert "per worker" in text
    assert "Retrospective" in text


def test_illinois_published_figures(illinois: dict[str, Any]) -> None:
    """Jones, Molitor & Reif (2019), tables 3 and 4."""
    (locked,) = rows(illinois, role="locked")
    assert locked["estimate"] == pytest.approx(10.8, abs=0.05)
    assert locked["std_error"] == pytest.approx(48.5, abs=0.05)
    assert locked["n_units"] == 3239
    (naive,) = [e for e in rows(illinois, causal=False) if e["n_units"] == 2208]
    assert naive["estimate"] == pytest.approx(-137.3, abs=0.05)
    assert naive["std_error"] == pytest.approx(68.6, abs=0.05)
    assert any(e["estimate"] == pytest.approx(17.7, abs=0.05) for e in rows(illinois, role="reference"))
    assert any(e["estimate"] == pytest.approx(-115.3, abs=0.05) for e in rows(illinois, causal=False))


def test_illinois_verdicts(illinois: dict[str, Any]) -> None:
    assert illinois["verdict"]["effect"] in ("cannot tell", "no meaningful effect")
    assert illinois["verdict"]["money"] not in ("pays back", "likely")
    assert illinois["verdict"]["money"] is not None


def test_the_lower_estimate_carries_the_money(illinois: dict[str, Any]) -> None:
    """CAU-02."""
    (locked,), (second,) = rows(illinois, role="locked"), rows(illinois, role="second")
    lower = min((locked, second), key=lambda e: e["lift"]["point"])
    assert lower["role"] in illinois["money"]["carried_by"]


def test_both_are_retrospective_and_lose_a_step(michigan: dict[str, Any], illinois: dict[str, Any]) -> None:
    for document in (michigan, illinois):
        assert document["retrospective"]
        assert document["grade"]["locks"] < document["grade"]["start"]


def test_roi_is_bcr_minus_one(michigan: dict[str, Any], illinois: dict[str, Any]) -> None:
    """FIN-08, FIN-13."""
    for document in (michigan, illinois):
        money = document["money"]
        for end in ("point", "low", "high"):
            assert money["roi"][end] == pytest.approx(money["bcr"][end] - 1, abs=1e-12)


def test_every_output_is_there(demos: Path) -> None:
    for study in ("michigan-training-grants", "illinois-wellness"):
        folder = demos / "out" / study / "latest"
        names = {p.name for p in folder.iterdir()}
        assert {"brief.pdf", "story.html", "audit.xlsx", "result.json", "evidence"} <= names
        assert folder.resolve().name == "v1"


def test_same_plan_data_and_code_give_the_same_bytes(demos: Path, tmp_path: Path) -> None:
    """FIN-33: in another process, which has its own seed of hashes."""
    again = run_payoff_process("demo", "run", "illinois-wellness", "--quiet", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    for name in ("result.json", "brief.pdf", "story.html"):
        path = Path("out/illinois-wellness/latest") / name
        assert (demos / path).read_bytes() == (tmp_path / path).read_bytes(), name


def test_explain_ends_in_source_rows(demos: Path) -> None:
    """FIN-06, DAT-19."""
    study = demos / "out/demos/michigan-training-grants/michigan-training-grants.yml"
    done = run_payoff("explain", "roi", study, cwd=demos)
    assert done.returncode == 0, done.stderr
    assert "jtrain.csv" in done.stdout
    assert "sha256" in done.stdout
    assert "rows " in done.stdout
    assert "range around" in done.stdout  # the lower answer's point, the locked one's doubt
    as_json = run_payoff("explain", "roi", study, "--json", cwd=demos)
    leaves = [n for n in _walk(json.loads(as_json.stdout)["tree"]) if "source" in n]
    assert leaves
    assert all(1 <= row <= 471 for leaf in leaves for row in leaf["rows"])


def test_report_renders_again_without_estimating(demos: Path, tmp_path: Path) -> None:
    """The sources may be gone: a published version stands by itself."""
    shutil.copytree(demos, tmp_path, symlinks=True, dirs_exist_ok=True)
    folder = tmp_path / "out/illinois-wellness/v1"
    before = (folder / "result.json").read_bytes()
    (tmp_path / "out/demos/illinois-wellness/claims.parquet").unlink()
    (folder / "brief.pdf").unlink()
    study = tmp_path / "out/demos/illinois-wellness/illinois-wellness.yml"
    again = run_payoff("report", study, "--paper", "letter", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert (folder / "brief.pdf").stat().st_size > 10_000
    assert (folder / "result.json").read_bytes() == before


def _walk(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(below for child in node["children"] for below in _walk(child))]
