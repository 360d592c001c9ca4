"""Real statements, from what a client sends to the analytic tables, over a real store."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from payoff.run.feeds.feed_check import check_feed
from payoff.run.feeds.feeding import feed_statements
from payoff.statements.store import Store
from payoff.statements.work import Authority, Outcome, PutStatements
from payoff.warehouse.statement_view import read_statements
from payoff.xapi.reading import read_statements as read_rules
from payoff.xapi.statement import Version

SAMPLE = Path(__file__).parents[1] / "data" / "fun-mooc-video-statements" / "statements.jsonl.gz"
SECRET = b"s" * 32


def test_real_statements_through_a_real_store(store_url: str, tmp_path: Path) -> None:
    """A thousand statements of a course: the tables hold what the file holds, counted by hand from it."""
    texts = gzip.decompress(SAMPLE.read_bytes()).splitlines()
    said = [json.loads(text) for text in texts]
    store = Store.open(store_url)
    store.start(lambda works: None)
    try:
        statements, _ = read_rules(b"[" + b",".join(texts) + b"]", Version.V1)
        work = store.write(PutStatements(1, Authority("mbox mailto:a@x.example", b"{}"), "1.0.3", statements))
        assert work.outcome is Outcome.STORED, work.detail
        fed = feed_statements(store, tmp_path / "segments", SECRET, batch=300)
        assert fed.n_statements == 1000
        assert not fed.unknown_verbs | fed.unknown_types | fed.faults
        again = store.write(
            PutStatements(1, Authority("mbox mailto:a@x.example", b"{}"), "1.0.3", statements)
        )
        assert again.outcome is Outcome.UNCHANGED
        assert feed_statements(store, tmp_path / "segments", SECRET).n_statements == 0
        assert check_feed(store, tmp_path / "segments").agrees
    finally:
        store.close()
    table = read_statements(tmp_path / "segments")
    by_hand = Counter(s["verb"]["id"].rsplit("/", 1)[1] for s in said)
    assert Counter(table["verb"].to_pylist()) == by_hand
    assert by_hand["played"] == 312
    assert len(set(table["actor"].to_pylist())) == len({s["actor"]["account"]["name"] for s in said}) == 509
    assert len(set(table["activity_id"].to_pylist())) == len({s["object"]["id"] for s in said}) == 10
    seeks = [s["result"]["extensions"] for s in said if s["verb"]["id"].endswith("seeked")]
    total = sum(e["https://w3id.org/xapi/video/extensions/time-to"] for e in seeks)
    assert sum(t for t in table["video_time_to"].to_pylist() if t is not None) == pytest.approx(total)
    names = {s["actor"]["account"]["name"] for s in said}
    files = b"".join(p.read_bytes() for p in (tmp_path / "segments").glob("*.parquet"))
    assert not [name for name in names if name.encode() in files]
