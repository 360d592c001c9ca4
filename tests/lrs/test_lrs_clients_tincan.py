"""The PyPI package tincan, unchanged. It sends 1.0.3 and refuses an about that lists a version it does not
know: an endpoint can be told which versions it speaks (`--versions`)."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from postgres_server import fresh_database
from record_stores import STORES
from served_store import ServedStore, serve
from tincan import (  # type: ignore[import-untyped]
    Activity,
    Agent,
    LRSResponse,
    RemoteLRS,
    StateDocument,
    Statement,
    StatementRef,
    Verb,
)

VOIDED = Verb(id="http://adlnet.gov/expapi/verbs/voided")
EXPERIENCED = Verb(id="http://adlnet.gov/expapi/verbs/experienced", display={"en-US": "experienced"})


@pytest.fixture(scope="module", params=STORES)
def old_style(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedStore]:
    """One instance a store for all these tests: actors, activities and ids are each test's own."""
    with ExitStack() as opened:
        if request.param == "sqlite":
            store = str(tmp_path_factory.mktemp("old") / "records.db")
        else:
            store = opened.enter_context(fresh_database(request.getfixturevalue("postgres_server_url")))
        yield opened.enter_context(serve(store, "--versions", "1.0.3", version="1.0.3"))


@pytest.fixture
def lrs(old_style: ServedStore) -> RemoteLRS:
    return RemoteLRS(
        endpoint=f"{old_style.endpoint}/", username=old_style.key, password=old_style.secret, version="1.0.3"
    )


@pytest.fixture
def actor() -> Agent:
    return Agent(name="Zoë", mbox=f"mailto:{uuid.uuid4().hex}@example.org")


@pytest.fixture
def activity() -> Activity:
    return Activity(id=f"https://example.org/courses/{uuid.uuid4().hex}")


def taken(response: LRSResponse) -> LRSResponse:
    assert response.success, response.data
    return response


def test_tincan_writes_reads_pages_and_voids(lrs: RemoteLRS, actor: Agent, activity: Activity) -> None:
    one = Statement(id=str(uuid.uuid4()), actor=actor, verb=EXPERIENCED, object=activity)
    taken(lrs.save_statement(one))
    sent = [Statement(actor=actor, verb=EXPERIENCED, object=activity) for _ in range(5)]
    taken(lrs.save_statements(sent))
    written = [str(one.id), *(str(s.id) for s in sent)]

    assert taken(lrs.retrieve_statement(written[0])).content.actor.name == "Zoë"

    question = {"activity": activity, "agent": actor, "verb": EXPERIENCED, "limit": 4, "ascending": "true"}
    first = taken(lrs.query_statements(question)).content
    second = taken(lrs.more_statements(first)).content
    assert [str(s.id) for s in [*first.statements, *second.statements]] == written
    assert not second.more

    taken(lrs.save_statement(Statement(actor=actor, verb=VOIDED, object=StatementRef(id=written[0]))))
    assert lrs.retrieve_statement(written[0]).response.status == 404
    assert str(taken(lrs.retrieve_voided_statement(written[0])).content.id) == written[0]


def test_tincan_declares_attachments(
    old_style: ServedStore, lrs: RemoteLRS, actor: Agent, activity: Activity
) -> None:
    declared = {
        "usage_type": "http://id.tincanapi.com/attachment/supporting_media",
        "display": {"en-US": "notes"},
        "content_type": "text/plain",
        "length": 3,
        "sha2": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "fileurl": "https://example.org/notes.txt",  # the package sends no bytes itself
    }
    sent = Statement(actor=actor, verb=EXPERIENCED, object=activity, attachments=[declared])
    taken(lrs.save_statement(sent))
    found = taken(lrs.retrieve_statement(sent.id)).content
    assert found.attachments[0].sha2 == declared["sha2"]
    assert old_style.get("statements", statementId=str(sent.id), attachments=True).status == 200


def test_tincan_keeps_state(lrs: RemoteLRS, actor: Agent, activity: Activity) -> None:
    state = StateDocument(
        id="bookmark", agent=actor, activity=activity, content='{"page": 7}', content_type="application/json"
    )
    taken(lrs.save_state(state))
    assert bytes(taken(lrs.retrieve_state(activity, actor, "bookmark")).content.content) == b'{"page": 7}'
    assert taken(lrs.retrieve_state_ids(activity, actor)).content == ["bookmark"]
    taken(lrs.delete_state(state))
    assert taken(lrs.retrieve_state_ids(activity, actor)).content == []


def test_an_endpoint_that_speaks_one_version_says_so(old_style: ServedStore) -> None:
    for version, status in (("1.0.2", 200), ("2.0.0", 400), ("", 400)):
        answer = old_style.get("statements", headers={"X-Experience-API-Version": version}, limit=1)
        assert answer.status == status
        assert answer.headers["X-Experience-API-Version"] == "1.0.3"


def test_tincan_reads_the_about_of_an_endpoint_that_speaks_one_version(lrs: RemoteLRS) -> None:
    assert taken(lrs.about()).content.version == ["1.0.0", "1.0.1", "1.0.2", "1.0.3"]
