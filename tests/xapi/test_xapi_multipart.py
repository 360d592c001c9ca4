"""multipart/mixed: what is written is read back, every part is accounted for, nothing else passes."""

import contextlib
import hashlib
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.xapi.fault import RequestError
from payoff.xapi.media_types import is_json, read_media_type
from payoff.xapi.multipart import AttachmentPart, Parts, match_attachments, read_parts, write_parts
from payoff.xapi.statement import Attachment, Sets, Statement

MIXED = "multipart/mixed; boundary=abc"
BYTES = b"\x00\xff raw \r\n--ab \r\n--abcd\r\n"
SHA2 = hashlib.sha256(BYTES).hexdigest()


def message(*parts: bytes, end: bytes = b"\r\n--abc--\r\n", start: bytes = b"") -> bytes:
    return start + b"--abc\r\n" + b"\r\n--abc\r\n".join(parts) + end


def attached(body: bytes = BYTES, sha2: str = "", **headers: str) -> bytes:
    sent = {
        "Content-Type": "text/plain",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha2 or hashlib.sha256(body).hexdigest(),
    }
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in sent.items() if value).encode() + b"\r\n" + body


STATEMENTS = b"Content-Type: application/json\r\n\r\n{}"


def statement(*attachments: Attachment) -> Statement:
    return Statement(bytes(16), b"{}", Sets.NONE, (), None, False, (), attachments)


def declared(sha2: str = SHA2, content_type: str = "text/plain", has_url: bool = False) -> Attachment:
    return Attachment(sha2, content_type, len(BYTES), "http://example.com/use", has_url)


def refused(body: bytes, why: str, content_type: str = MIXED, max_parts: int = 9) -> None:
    with pytest.raises(RequestError, match=why) as caught:
        read_parts(body, content_type, max_parts)
    assert caught.value.status == 400


def test_statements_and_attachments_are_taken_apart() -> None:
    found = read_parts(message(STATEMENTS, attached()), MIXED)
    assert found.statements == b"{}"
    assert found.attachments == {SHA2: AttachmentPart(SHA2, "text/plain", BYTES)}


def test_what_stands_around_the_parts_is_ignored() -> None:
    found = read_parts(message(STATEMENTS, end=b"\r\n--abc-- \t\r\nafter --abc", start=b"before\r\n"), MIXED)
    assert found == Parts(b"{}", {})


def test_the_closing_line_may_end_the_body() -> None:
    assert read_parts(message(STATEMENTS, end=b"\r\n--abc--"), MIXED).statements == b"{}"


def test_an_empty_attachment() -> None:
    assert [
        part.body for part in read_parts(message(STATEMENTS, attached(b"")), MIXED).attachments.values()
    ] == [b""]


@pytest.mark.parametrize("name", ["sha224", "sha256", "sha384", "sha512"])
def test_the_number_of_digits_says_which_sha2(name: str) -> None:
    sha2 = hashlib.new(name, BYTES).hexdigest()
    assert list(read_parts(message(STATEMENTS, attached(sha2=sha2.upper())), MIXED).attachments) == [sha2]
    wrong = hashlib.new(name, b"else").hexdigest()
    refused(message(STATEMENTS, attached(sha2=wrong)), "part 2: the bytes do not have the hash")


def test_the_same_bytes_twice_are_taken_once() -> None:
    assert len(read_parts(message(STATEMENTS, attached(), attached()), MIXED).attachments) == 1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "nowhere"),
        (b"{}", "nowhere"),
        (b"--abc--", "no part"),
        (message(STATEMENTS, end=b""), "closing boundary"),
        (message(STATEMENTS, end=b"\r\n--abc"), "closing boundary"),
        (message(STATEMENTS).replace(b"\r\n", b"\n"), "nowhere"),
        (message(b"\r\n{}"), "part 1: the first part must be application/json"),
        (message(b"Content-Type: text/plain\r\n\r\n{}"), "part 1"),
        (message(attached()), "part 1"),
        (message(STATEMENTS, STATEMENTS), "part 2: must have X-Experience-API-Hash"),
        (message(STATEMENTS, b""), "part 2"),
        (message(STATEMENTS, attached(sha2="0" * 40)), "part 2: must have X-Experience-API-Hash"),
        (message(STATEMENTS, attached(sha2="z" * 64)), "part 2: must have X-Experience-API-Hash"),
        (
            message(STATEMENTS, attached(Content_Transfer_Encoding="base64")),
            "part 2: must have Content-Transfer",
        ),
        (message(STATEMENTS, attached(Content_Transfer_Encoding="")), "part 2: must have Content-Transfer"),
        (message(STATEMENTS, attached(Content_Length="-1")), "Content-Length"),
        (message(STATEMENTS, attached(X="a\r\n b")), "header line"),
        (message(STATEMENTS, attached(X="a\x00")), "header line"),
        (message(STATEMENTS, attached(X="a\x0bb")), "header line"),
        (message(STATEMENTS, attached(content_type="text/plain")), "stands twice"),
        (message(STATEMENTS, attached(X="y" * 9000)), "part 2: no empty line"),
        (message(STATEMENTS, *[attached()] * 9), "more than 9 parts"),
    ],
)
def test_malformed_messages_are_refused(body: bytes, why: str) -> None:
    refused(body, why)


@pytest.mark.parametrize(
    "content_type",
    [
        *(
            "",
            "multipart/mixed",
            "multipart/mixed;",
            "multipart/mixed; boundary=",
            "multipart/form-data; boundary=abc",
        ),
        *(
            "multipart/mixed; boundary=abc; boundary=abc",
            'multipart/mixed; boundary="a\x01"',
            "application/json",
        ),
        *(
            f"multipart/mixed; boundary={'a' * 71}",
            'multipart/mixed; boundary="abc "',
            "multipart/mixed; boundary=é",
        ),
        *("multipart/mixed boundary=abc", 'multipart/mixed; boundary="abc'),
    ],
)
def test_other_content_types_are_refused(content_type: str) -> None:
    refused(message(STATEMENTS), r"\w", content_type)


@pytest.mark.parametrize("boundary", ["---------314159265358979323846", '"abcABC0123\'()+_,-./:=?"', '"a b"'])
def test_boundaries_as_clients_write_them(boundary: str) -> None:
    body = message(STATEMENTS).replace(b"abc", boundary.strip('"').encode())
    assert read_parts(body, f"Multipart/Mixed;boundary={boundary};").statements == b"{}"


def test_attachments_without_a_line_break_between_them_are_told_apart_by_their_hashes() -> None:
    one, two, three = attached(b"one"), attached(b"two"), attached(b"three")
    found = read_parts(message(STATEMENTS, one + b"--abc\r\n" + two + b"--abc\r\n" + three), MIXED)
    assert [part.body for part in found.attachments.values()] == [b"one", b"two", b"three"]
    whole = attached(b"one--abc\r\n" + two)
    assert len(read_parts(message(STATEMENTS, whole), MIXED).attachments) == 1
    refused(message(STATEMENTS, one + b"--abc\r\n" + two + b"x"), "part 2: the bytes do not have the hash")
    refused(message(STATEMENTS, one + b"--abc\r\nx"), "part 2: no empty line")
    many = b"--abc\r\n".join(attached(b"%d" % i) for i in range(12))
    refused(message(STATEMENTS, many), "part 2: the bytes do not have the hash")


def test_one_part_serves_several_statements() -> None:
    part = AttachmentPart(SHA2, "text/plain; charset=ascii", BYTES)
    named = [statement(declared()), statement(declared(content_type="TEXT/plain"))]
    assert match_attachments(named, {SHA2: part}) == (part,)


def test_a_part_without_content_type_takes_the_attachments() -> None:
    part = AttachmentPart(SHA2, "", BYTES, len(BYTES))
    assert match_attachments([statement(declared())], {SHA2: part})[0].content_type == "text/plain"


def test_a_declared_length_is_not_held_against_the_bytes() -> None:
    part = AttachmentPart(SHA2, "text/plain", BYTES)
    wrong = Attachment(SHA2, "text/plain", len(BYTES) + 1, "http://example.com/use", False)
    assert match_attachments([statement(wrong)], {SHA2: part}) == (part,)


def test_a_file_url_excuses_the_part() -> None:
    assert match_attachments([statement(declared(has_url=True))], {}) == ()


@pytest.mark.parametrize(
    ("statements", "parts", "why"),
    [
        ([statement(), statement(declared())], {}, r"\$\[1\]\.attachments\[0\]: has neither"),
        ([statement()], {SHA2: AttachmentPart(SHA2, "", BYTES)}, "part 2: no statement"),
        ([statement(declared())], {SHA2: AttachmentPart(SHA2, "image/png", BYTES)}, "part 2: Content-Type"),
        ([statement(declared())], {SHA2: AttachmentPart(SHA2, "", BYTES, 1)}, "part 2: Content-Length"),
    ],
)
def test_parts_that_do_not_fit_the_statements_are_refused(
    statements: Sequence[Statement], parts: dict[str, AttachmentPart], why: str
) -> None:
    with pytest.raises(RequestError, match=why):
        match_attachments(statements, parts)


def test_a_single_statement_is_named_without_an_index() -> None:
    with pytest.raises(RequestError, match=r"^\$\.attachments\[0\]"):
        match_attachments([statement(declared())], {}, is_batch=False)


@given(st.lists(st.binary(max_size=50) | st.just(b"\r\n--"), max_size=5), st.text(max_size=9))
def test_what_is_written_is_read_back(bodies: list[bytes], content_type: str) -> None:
    sent = {hashlib.sha512(body).hexdigest(): body for body in bodies}
    header, body = write_parts(b'{"more":""}', [(sha2, content_type, part) for sha2, part in sent.items()])
    found = read_parts(body, header)
    assert found.statements == b'{"more":""}'
    assert {part.sha2: part.body for part in found.attachments.values()} == sent


pieces = st.sampled_from(
    [
        b"\r\n",
        b"--abc",
        b"--",
        b"\r\n--abc\r\n",
        b"\r\n--abc--",
        b"Content-Type: application/json",
        b"a:b",
        b"{}",
        b" ",
    ]
)


@given(st.lists(pieces | st.binary(max_size=5), max_size=25).map(b"".join))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(RequestError):
        assert read_parts(body, MIXED).statements in body


@given(st.text(max_size=40) | st.text(alphabet='a/b;= "\\', max_size=40))
def test_any_content_type_is_read_or_refused(content_type: str) -> None:
    with contextlib.suppress(RequestError):
        read_parts(b"--abc--", content_type)
    assert is_json(content_type) in (True, False)


@pytest.mark.parametrize(
    "body",
    [
        b"\r\n--abc" * 400_000,
        b"\r\n--abc" + b" \t" * 1_500_000,
        b"--abc\r\n" + b"\r\n--" * 700_000,
        b"--abc\r\n" + b"a" * 3_000_000,
        b"--abc\r\n" + b"\r" * 3_000_000,
        b"--abc\r\n\r\n--abc " * 200_000,
        message(STATEMENTS, attached(b"") + (b"--abc\r\n" + attached(b"")) * 20_000 + b"x"),
    ],
)
def test_hostile_bodies_cost_time_in_proportion_to_their_size(body: bytes) -> None:
    began = time.process_time()
    refused(body, r"\w", max_parts=10**7)
    assert time.process_time() - began < 3  # a quadratic search takes hours


def test_media_types_are_read_with_their_parameters() -> None:
    found = read_media_type('Application/JSON; Charset="utf\\-8" ;x=y;')
    assert found.essence == "application/json"
    assert found.parameters == {"charset": "utf-8", "x": "y"}
    assert is_json("application/json;charset=UTF-8")
    assert not is_json("application/jsonp")
