"""Signatures of statements: the right one passes, every other is refused with its reason."""

import base64
import contextlib
import datetime
import hashlib
import json
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import example, given
from hypothesis import strategies as st

from payoff.xapi.equality import SIGNATURE_USAGE
from payoff.xapi.fault import RequestError
from payoff.xapi.multipart import AttachmentPart
from payoff.xapi.signatures import SignatureError, check_payload, check_signatures, read_signature
from payoff.xapi.statement import Attachment, Sets, Statement

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PLAIN: dict[str, Any] = {
    "id": "fd41c918-b88b-4b20-a0a5-a4c32391aaa0",
    "actor": {"mbox": "mailto:a@b.c"},
    "verb": {"id": "http://v", "display": {"en": "did"}},
    "object": {"id": "http://a"},
    "result": {"duration": "PT1.239S"},
}


@cache
def make_key(name: str) -> Key:
    return ec.generate_private_key(ec.SECP256R1()) if name == "ec" else rsa.generate_private_key(65537, 2048)


@cache
def certificate(holder: str, issuer: str) -> str:
    """Long expired, which does not matter."""
    began = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
    subject, by = (x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, n)]) for n in (holder, issuer))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by)
        .public_key(make_key(holder).public_key())
        .serial_number(5)
        .not_valid_before(began)
        .not_valid_after(began + datetime.timedelta(days=1))
        .sign(make_key(issuer), hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


def sign(statement: Any = PLAIN, algorithm: str = "RS256", key: str = "ann", **header: Any) -> bytes:
    payload = statement if isinstance(statement, bytes) else json.dumps(statement).encode()
    return jwt.PyJWS().encode(payload, make_key(key), algorithm, header).encode()


def signed(jws: bytes, **members: Any) -> bytes:
    sha2 = hashlib.sha256(jws).hexdigest()
    attachment = {"usageType": SIGNATURE_USAGE, "contentType": "application/octet-stream", "sha2": sha2}
    return json.dumps({**PLAIN, "attachments": [attachment], **members}).encode()


def check_signature(raw: bytes, jws: bytes) -> None:
    check_payload(raw, read_signature(jws))


def refused(jws: bytes, why: str, raw: bytes | None = None) -> None:
    with pytest.raises(SignatureError, match=why):
        check_signature(raw or signed(jws), jws)


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_a_signature_with_and_without_its_certificate(algorithm: str) -> None:
    chain = [certificate("ann", "root"), certificate("root", "root")]
    for jws in (sign(algorithm=algorithm), sign(algorithm=algorithm, x5c=chain)):
        check_signature(signed(jws), jws)


def test_the_statement_is_compared_by_the_rules() -> None:
    jws = sign()
    check_signature(signed(jws, result={"duration": "PT1.23S"}, stored="2020-01-01T00:00:00Z"), jws)
    check_signature(signed(jws, verb={"id": "http://v"}), jws)
    refused(jws, "another one", signed(jws, result={"duration": "PT1.25S"}))
    refused(jws, "another one", signed(jws, verb={"id": "http://w"}))


def test_other_attachments_are_signed_too() -> None:
    other = {"usageType": "http://u", "contentType": "text/plain", "sha2": "0" * 64}
    jws = sign({**PLAIN, "attachments": [other]})
    mark = {"usageType": SIGNATURE_USAGE, "contentType": "application/octet-stream", "sha2": "1" * 64}
    check_signature(signed(jws, attachments=[other, mark]), jws)
    refused(jws, "another one", signed(jws, attachments=[mark]))


def test_other_algorithms_are_refused() -> None:
    secret = jwt.PyJWS().encode(json.dumps(PLAIN).encode(), "s" * 32, "HS256").encode()
    none = jwt.PyJWS().encode(json.dumps(PLAIN).encode(), "", "none").encode()
    refused(secret, "must be RS256")
    refused(sign(algorithm="ES256", key="ec"), "must be RS256")
    refused(sign(algorithm="PS256"), "must be RS256")
    refused(none, "compact")
    refused(none + b"AA", "must be RS256")
    refused(sign(crit=["b64"], b64=True), "crit")


@pytest.mark.parametrize(
    ("jws", "why"),
    [
        (b"", "compact"),
        (b"a.b", "compact"),
        (b'{"payload":"e30","signatures":[]}', "compact"),
        (b"a.b.c.d", "compact"),
        (b"YQ==.YQ==.YQ==", "compact"),
        (b"YQ.YQ.YQ\n", "compact"),
        (b"YWFhY.YQ.YQ", "base64url"),
        (b"YQ.YQ.YQ", "no JSON"),
        (b"MQ.YQ.YQ", "no JSON object"),
        (b"e30.YQ.YQ", "must be RS256"),
        (base64.urlsafe_b64encode(b'{"alg":["RS256"]}x').rstrip(b"=") + b".YQ.YQ", "no JSON"),
    ],
)
def test_what_is_no_signature_is_refused(jws: bytes, why: str) -> None:
    refused(jws, why, b"{}")


def test_payloads_that_are_no_statement_are_refused() -> None:
    for payload in (b"{'id':1}", b"\xff", b"[]", b"{}"):
        refused(sign(payload), "another one")


def test_the_chain_must_hold_from_certificate_to_certificate() -> None:
    good = [certificate("ann", "root"), certificate("root", "root")]
    refused(sign(x5c=[certificate("ann", "other"), good[1]]), "each signed by the next")
    refused(sign(x5c=good[::-1]), "each signed by the next|not that of the certificate")
    refused(sign(x5c=[certificate("root", "root")]), "not that of the certificate")
    refused(sign(x5c=[certificate("ec", "root")]), "RSA")
    tampered = sign(x5c=good).rsplit(b".", 1)[0] + b"." + b"A" * 342
    refused(tampered, "not that of the certificate")


@pytest.mark.parametrize("x5c", [[], "a", None, {}, [1], [None], ["?"], ["AAAA"], [""], ["é"], ["AAAA"] * 11])
def test_other_things_than_certificates_are_refused(x5c: Any) -> None:
    refused(sign(x5c=x5c), "x5c")


@given(st.integers(0, 2_000), st.integers(1, 255))
@example(15, 128)  # a negative serial number
def test_damaged_certificates_are_refused(place: int, change: int) -> None:
    der = bytearray(base64.b64decode(certificate("ann", "root")))
    signed_part = len(x509.load_der_x509_certificate(bytes(der)).tbs_certificate_bytes)
    der[place % (4 + signed_part)] ^= change  # what follows repeats the name of the algorithm, unsigned
    jws = sign(x5c=[base64.b64encode(der).decode(), certificate("root", "root")])
    refused(jws, r"\w")


@given(st.binary(max_size=40) | st.text(alphabet="eyJ.0-_", max_size=40).map(str.encode))
def test_any_bytes_are_refused(jws: bytes) -> None:
    refused(jws, r"\w", b"{}")


def statement(
    jws: bytes, content_type: str = "application/octet-stream", usage: str = SIGNATURE_USAGE
) -> Statement:
    attachment = Attachment(hashlib.sha256(jws).hexdigest(), content_type, len(jws), usage, True)
    return Statement(bytes(16), signed(jws), Sets.ID, (), None, False, (), (attachment,))


def test_all_signatures_of_a_request() -> None:
    jws = sign()
    parts = {hashlib.sha256(each).hexdigest(): AttachmentPart("", "", each) for each in (jws, b"x")}
    check_signatures([statement(jws), statement(b"x", usage="http://u")], parts)
    for wrong, held, why in (
        (statement(jws, "text/plain"), parts, "contentType"),
        (statement(jws), {}, "must come with"),
        (statement(b"x"), parts, "compact"),
    ):
        with pytest.raises(RequestError, match=why) as caught:
            check_signatures([statement(jws, usage="http://u"), wrong], held)
        assert (caught.value.status, caught.value.faults[0].path) == (400, "$[1].attachments[0]")
    with contextlib.suppress(RequestError):
        check_signatures([statement(b"x")], {}, is_batch=False)


def test_keys_made_to_cost_time_are_refused() -> None:
    odd = rsa.RSAPublicNumbers(1 << 40 | 1, 3 << 2046 | 1).public_key()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "odd")])
    began = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
    made = x509.CertificateBuilder(name, name, odd, 5, began, began).sign(make_key("root"), hashes.SHA256())
    der = base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()
    refused(sign(x5c=[der]), "RSA keys")
    refused(sign(x5c=[certificate("ann", "root"), der]), "RSA keys")


def test_a_signature_that_many_statements_name_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    jws = sign()
    seen: list[bytes] = []

    def read_and_note(body: bytes) -> bytes:
        seen.append(body)
        return read_signature(body)

    monkeypatch.setattr("payoff.xapi.signatures.read_signature", read_and_note)
    check_signatures([statement(jws)] * 20, {hashlib.sha256(jws).hexdigest(): AttachmentPart("", "", jws)})
    assert seen == [jws]
