"""An erased person over HTTP: statements are gone, queries are empty; a killed erasure ends the same."""

import random
import shutil
import subprocess
from pathlib import Path

import apsw
import people_store as p
from killed_command import count_changes, run_and_die
from people_store import filled
from served_store import PAYOFF, serve

AGENTS = (p.BY_MAIL, p.BY_ACCOUNT, {"openid": p.OPENID}, {"mbox_sha1sum": p.DIGEST})


def order(store: Path) -> list[str]:
    who = ["--mbox", p.MAIL, "--account", f"{p.HOME} {p.ACCOUNT}", "--openid", p.OPENID]
    return ["lrs", "erase", "--store", str(store), "--mode", "erase", *who, "--yes", "--by", "dpo"]


def read_rows(store: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table that holds what was sent, without what is dated."""
    connection = apsw.Connection(str(store))
    try:
        asked = {
            "statement": "select stored_us, tenant, id, raw from statement order by stored_us",
            "document": "select * from document order by 1, 2, 3, 4",
            "dead_letter": "select link, statement_id from dead_letter order by 1, 2",
            "erased": "select tenant, id, kept from erased_statement order by 1, 2",
            "term": "select id, tenant, kind, value from term order by id",
            "job": "select tenant from erasure_job",
        }
        return {name: connection.execute(sql).fetchall() for name, sql in asked.items()}
    finally:
        connection.close()


def test_statements_of_an_erased_person_are_not_found_and_queries_are_empty(tmp_path: Path) -> None:
    store = tmp_path / "records.db"
    with filled(str(store)):
        pass
    own = [p.name_id(number) for number in p.OWN]
    with serve(str(store)) as served:
        seen = [served.get("statements", statementId=id).status for id in own]
        counts = [len(served.get("statements", agent=agent).json()["statements"]) for agent in AGENTS]
        assert seen.count(200) >= 9
        assert min(counts) > 0
        assert subprocess.run([PAYOFF, *order(store)], check=False).returncode == 0

        for id in own:
            assert served.get("statements", statementId=id).status == 404
            assert served.get("statements", voidedStatementId=id).status == 404
        for agent in AGENTS:
            for related in ("false", "true"):
                told = served.get("statements", agent=agent, related_agents=related).json()
                assert told["statements"] == []
            assert served.get("agents/profile", agent=agent).json() == []
            state = served.get("activities/state", agent=agent, activityId="https://firm.example/a")
            assert state.json() == []
        everything = served.get("statements", limit="0").body
        assert not [trace for trace in p.TRACES if trace.encode() in everything]
        assert served.get("statements", statementId=p.name_id(3000)).status == 200
        again = served.post("statements", p.build(1000, p.BY_MAIL))
        assert again.status in (200, 204)
        assert served.get("statements", statementId=p.name_id(1000)).status == 404


def test_an_erasure_killed_at_several_points_ends_as_one_that_was_not(tmp_path: Path) -> None:
    made = tmp_path / "made.db"
    with filled(str(made)):
        pass
    whole = tmp_path / "whole.db"
    shutil.copy(made, whole)
    n_changes = count_changes(order(whole))
    expected = read_rows(whole)
    assert expected["job"] == []
    half_done = 0
    for point in sorted(random.Random(6).sample(range(5, n_changes), 8)):
        store = tmp_path / f"at-{point}.db"
        shutil.copy(made, store)
        run_and_die(order(store), point)
        half_done += read_rows(store) != read_rows(made)
        count_changes(order(store))

        assert read_rows(store) == expected, point
        assert not [trace for trace in p.TRACES if trace.encode() in p.dump(str(store))], point
    assert half_done >= 2
    assert len(expected["statement"]) > 0
