"""Signed statements: a JSON web signature as attachment.

Question  Is this the signature of this statement, and well made?
Signed    An attachment whose usageType says so, application/octet-stream, its bytes a JWS in compact
          serialization with RS256, RS384 or RS512. Its payload is the statement as it was before the
          signature was added, held against the statement by the comparison rules (durations to 0.01 s; what
          the record store sets is ignored).
Chain     Where the header has one (x5c), each certificate is signed by the next and the signature by the
          first. Who issued them and whether they have expired is not asked: 1.0.3 means the step to catch
          mistakes, and statements are passed on for years. Without a chain there is no key, so only form and
          payload count.
Refuses   A signature whose bytes stay away (`fileUrl` alone), other algorithms, `crit`, keys that are not RSA
          of 1,024 to 8,192 bits, chains of more than ten.
Cites     xAPI 1.0.3 Data 2.6; RFC 7515, 4.1 and 7.1; RFC 7518, 3.3.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from payoff.xapi.equality import SIGNATURE_USAGE, same_statement
from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.json_text import read_json
from payoff.xapi.multipart import AttachmentPart
from payoff.xapi.statement import Attachment, Statement

MAX_CHAIN = 10
_KEY_BITS = range(1_024, 8_193)
_EXPONENT_BITS = 33
_CONTENT_TYPE = "application/octet-stream"
_ALGORITHMS: dict[object, hashes.HashAlgorithm] = {
    "RS256": hashes.SHA256(),
    "RS384": hashes.SHA384(),
    "RS512": hashes.SHA512(),
}
_COMPACT = re.compile(rb"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_BAD_CERTIFICATE = (
    *(ValueError, TypeError, OverflowError, UnsupportedAlgorithm, InvalidSignature, x509.InvalidVersion),
    Warning,  # of certificates that will be an error; one already where warnings are errors
)


class SignatureError(ValueError):
    """Says what is wrong with a signature."""


def check_signatures(
    statements: Sequence[Statement], attachments: Mapping[str, AttachmentPart], is_batch: bool = True
) -> None:
    """Every signature of a request; RequestError 400 names the attachment."""
    signed: dict[str, bytes] = {}  # one that many statements name is verified once
    for place, statement in enumerate(statements):
        for inner, attachment in enumerate(statement.attachments):
            if attachment.usage != SIGNATURE_USAGE:
                continue
            try:
                if attachment.sha2 not in signed:
                    signed[attachment.sha2] = _read_part(attachment, attachments.get(attachment.sha2))
                check_payload(statement.raw, signed[attachment.sha2])
            except SignatureError as why:
                path = f"${f'[{place}]' if is_batch else ''}.attachments[{inner}]"
                raise RequestError(400, Fault(path, str(why), "Data 2.6")) from None


def _read_part(attachment: Attachment, part: AttachmentPart | None) -> bytes:
    if attachment.content_type.partition(";")[0].strip().lower() != _CONTENT_TYPE:
        raise SignatureError(f"the contentType of a signature must be {_CONTENT_TYPE}")
    if part is None:
        raise SignatureError("the bytes of a signature must come with the statement")
    return read_signature(part.body)


def check_payload(raw: bytes, payload: bytes) -> None:
    """Whether what was signed is the statement `raw`; SignatureError."""
    if not same_statement(raw, payload, but_signatures=True):
        raise SignatureError("the statement that was signed is another one than this")


def read_signature(jws: bytes) -> bytes:
    """The payload of a JWS that is well made and true to the certificate it brings; SignatureError."""
    found = _COMPACT.fullmatch(jws)
    if found is None:
        raise SignatureError("is no JWS in compact serialization")
    header, payload, signature = map(_decode_url, found.groups())
    told = _read_header(header)
    algorithm = _ALGORITHMS.get(told.get("alg")) if isinstance(told.get("alg"), str) else None
    if algorithm is None:
        raise SignatureError("the algorithm of a signature must be RS256, RS384 or RS512")
    if "crit" in told:
        raise SignatureError("the JWS asks for extensions (crit) that are not known here")
    if "x5c" in told:
        key = _read_chain(told["x5c"])
        try:
            key.verify(signature, jws[: found.end(2)], PKCS1v15(), algorithm)
        except InvalidSignature:
            raise SignatureError("the signature is not that of the certificate in x5c") from None
    return payload


def _decode_url(text: bytes) -> bytes:
    """Base64url without padding, RFC 7515 2."""
    if len(text) % 4 == 1:
        raise SignatureError("the JWS is no base64url")
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def _read_header(text: bytes) -> dict[str, object]:
    try:
        header = read_json(text)
    except RequestError as why:
        raise SignatureError(f"the header of the JWS is no JSON: {why.faults[0].what}") from None
    if not isinstance(header, dict):
        raise SignatureError("the header of the JWS is no JSON object")
    return header


def _read_chain(chain: object) -> RSAPublicKey:
    """The key of the first certificate, each certificate being signed by the next."""
    if not isinstance(chain, list) or not 0 < len(chain) <= MAX_CHAIN:
        raise SignatureError(f"x5c must be an array of 1 to {MAX_CHAIN} certificates")
    try:
        certificates = [
            x509.load_der_x509_certificate(base64.b64decode(each, validate=True)) for each in chain
        ]
        keys = [certificate.public_key() for certificate in certificates]
        if not isinstance(keys[0], RSAPublicKey) or not all(map(_is_moderate, keys)):
            raise SignatureError("x5c must begin with an RSA key; RSA keys have 1,024 to 8,192 bits")
        for issued, issuer in pairwise(certificates):
            issued.verify_directly_issued_by(issuer)
    except SignatureError:
        raise
    except _BAD_CERTIFICATE:
        raise SignatureError("x5c is no chain of certificates, each signed by the next") from None
    return keys[0]


def _is_moderate(key: object) -> bool:
    """Whether an RSA key is neither worthless nor made to keep its verifier busy."""
    if not isinstance(key, RSAPublicKey):
        return True
    return key.key_size in _KEY_BITS and key.public_numbers().e.bit_length() <= _EXPONENT_BITS
