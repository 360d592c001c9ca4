"""Bearer tokens of an identity provider on this machine: what is believed, and all that is not."""

import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from access_store import keeping, make_store
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from payoff.nouns.problem import PayoffError
from payoff.statements import tokens as tokens_module
from payoff.statements.access import Gatekeeper
from payoff.statements.connection import Engine
from payoff.statements.credentials import BEARER_CHALLENGE, AccessError
from payoff.statements.key_changes import KeyChanges
from payoff.statements.keys import KeyLimits
from payoff.statements.scopes import Scope
from payoff.statements.token_settings import Issuer, read_issuers

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


class Provider:
    """Serves public keys, and counts how often they are fetched."""

    def __init__(self) -> None:
        self.fetched = 0
        self.away = False
        self.keys = [
            self._describe(jwt.algorithms.RSAAlgorithm, RSA_KEY.public_key(), "rsa"),
            self._describe(jwt.algorithms.ECAlgorithm, EC_KEY.public_key(), "ec"),
        ]
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.fetched += 1
                body = b"<html>" if provider.away else json.dumps({"keys": provider.keys}).encode()
                self.send_response(503 if provider.away else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    @staticmethod
    def _describe(algorithm: Any, key: Any, kid: str) -> dict[str, Any]:
        return {**algorithm.to_jwk(key, as_dict=True), "kid": kid, "use": "sig"}


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()
    yield found
    found.close()


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = make_store(str(tmp_path / "records.db"))
    KeyChanges(engine, "ann").add_tenant("acme")
    return engine


def issuer(provider: Provider, **settings: Any) -> Issuer:
    given = {"tenant_claim": "organisation"} | settings
    return Issuer(issuer=provider.url, audience="payoff", jwks_url=provider.url + "/certs", **given)


@pytest.fixture
def gate(engine: Engine, provider: Provider) -> Iterator[Gatekeeper]:
    with keeping(Gatekeeper(engine, [issuer(provider)])) as found:
        yield found


def claims(provider: Provider, **changed: Any) -> dict[str, Any]:
    told = {
        "iss": provider.url,
        "aud": "payoff",
        "sub": "learner-7",
        "exp": int(time.time()) + 600,
        "organisation": "acme",
        "scope": "openid profile xapi:statements/write xapi:statements/read/mine xapi:nonsense",
    }
    return {name: value for name, value in (told | changed).items() if value is not None}


def sign(told: dict[str, Any], key: Any = RSA_KEY, algorithm: str = "RS256", kid: str | None = "rsa") -> str:
    headers = {"kid": kid} if kid else {}
    return "Bearer " + jwt.encode(told, key, algorithm, headers=headers)


def part(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def forge(told: dict[str, Any], algorithm: str, signature: Callable[[bytes], bytes]) -> str:
    header = json.dumps({"alg": algorithm, "kid": "rsa", "typ": "JWT"}).encode()
    signed = f"{part(header)}.{part(json.dumps(told).encode())}"
    return f"Bearer {signed}.{part(signature(signed.encode()))}"


def refused(gate: Gatekeeper, sent: str) -> AccessError:
    with pytest.raises(AccessError) as error:
        gate.find_access(sent)
    return error.value


def test_a_token_opens_its_tenant_in_the_name_of_its_subject(gate: Gatekeeper, provider: Provider) -> None:
    for sent in (sign(claims(provider)), sign(claims(provider), EC_KEY, "ES256", "ec")):
        found = gate.find_access(sent)
        assert (found.tenant, found.tenant_name) == (2, "acme")
        assert found.scopes == (Scope.WRITE, Scope.READ_MINE)
        assert found.authority.key == f"account {provider.url} learner-7"
        assert "learner-7" not in found.name  # what logs may say
        assert gate.recall(sent) == found
    assert provider.fetched == 1


def test_a_login_that_asks_for_openids_profile_gets_no_profile_documents(
    gate: Gatekeeper, provider: Provider
) -> None:
    assert gate.find_access(sign(claims(provider, scope="openid profile email"))).scopes == ()


def test_scopes_may_come_as_a_list_and_without_prefix_where_that_is_set(
    engine: Engine, provider: Provider
) -> None:
    settings = issuer(
        provider, scope_claim="roles", scope_prefix="", tenant="default", tenant_claim=None, batch=9
    )
    with keeping(Gatekeeper(engine, [settings])) as gate:
        found = gate.find_access(sign(claims(provider, roles=["state", 7, "all/read", "other"])))
        assert found.scopes == (Scope.STATE, Scope.ALL_READ)
        assert (found.tenant, found.limits) == (1, KeyLimits(batch=9))


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere.example.org"},
        {"iss": None},
        {"iss": ["a"]},
        {"aud": "another"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "a\x00b"},
        {"sub": "\ud800"},
        {"exp": None},
        {"exp": 1_000_000_000},
        {"exp": "soon"},
        {"nbf": 4_000_000_000},
    ],
)
def test_a_claim_that_does_not_hold_is_a_401(
    gate: Gatekeeper, provider: Provider, changed: dict[str, Any]
) -> None:
    token = "Bearer " + jwt.api_jws.encode(
        json.dumps(claims(provider, **changed)).encode(), RSA_KEY, "RS256", headers={"kid": "rsa"}
    )
    error = refused(gate, token)
    assert error.status == 401
    assert ("www-authenticate", BEARER_CHALLENGE) in error.headers


def test_a_signature_that_does_not_hold_is_a_401(gate: Gatekeeper, provider: Provider) -> None:
    good = claims(provider)
    public = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    changed = sign(good)[:-8] + "AAAAAAAA"
    for sent in (
        sign(good, OTHER_RSA_KEY),
        sign(good, algorithm="RS512"),  # sound, but not on the list
        forge(good, "HS256", lambda told: hmac.digest(public, told, "sha256")),  # the public key as a secret
        forge(good, "none", lambda told: b""),
        sign(good, EC_KEY, "ES256", "rsa"),  # a key of another kind
        sign(good, kid=None),
        changed,
    ):
        assert refused(gate, sent).status == 401


def test_a_clock_that_goes_wrong_a_little_is_allowed(gate: Gatekeeper, provider: Provider) -> None:
    assert gate.find_access(sign(claims(provider, exp=int(time.time()) - 10)))
    assert refused(gate, sign(claims(provider, exp=int(time.time()) - 40))).status == 401


def test_hostile_tokens_are_401s(gate: Gatekeeper) -> None:
    nested = part(b'{"iss":' + b"[" * 5000 + b"]" * 5000 + b"}")
    for header, payload in (
        ("", ""),
        ("!", "!"),
        (part(b"\xff"), part(b"\xff")),
        (part(b"[]"), part(b"{}")),
        (part(b'{"alg":"RS256","kid":{}}'), part(b'{"iss":{}}')),
        (part(b'{"alg":"RS256","kid":"rsa"}'), nested),
        (nested, part(b"{}")),
    ):
        assert refused(gate, f"Bearer {header}.{payload}.{part(b'x')}").status == 401


def test_unknown_key_ids_do_not_fetch_once_a_request(gate: Gatekeeper, provider: Provider) -> None:
    gate.find_access(sign(claims(provider)))
    for number in range(20):
        assert refused(gate, sign(claims(provider), kid=f"k{number}")).status == 401
    assert provider.fetched <= 2


def test_keys_that_cannot_be_had_are_a_503_and_are_not_asked_for_once_a_request(
    gate: Gatekeeper, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.away = True
    for _ in range(10):
        error = refused(gate, sign(claims(provider)))
        assert (error.status, error.headers) == (503, (("Retry-After", "5"),))
    assert provider.fetched == 1
    provider.away = False
    monkeypatch.setattr(tokens_module, "PAUSE_SECONDS", 0.0)
    assert gate.find_access(sign(claims(provider)))


def test_a_token_without_a_tenant_of_this_store_opens_none(gate: Gatekeeper, provider: Provider) -> None:
    for organisation in (None, "", 7, "elsewhere", "a\x00b", "\ud800"):
        error = refused(gate, sign(claims(provider, organisation=organisation)))
        assert error.status == 403, organisation


def test_a_token_stops_when_it_expires_though_it_was_remembered(engine: Engine, provider: Provider) -> None:
    passed = 0.0
    with keeping(Gatekeeper(engine, [issuer(provider)], clock=lambda: time.time() + passed)) as gate:
        sent = sign(claims(provider, exp=int(time.time()) + 5))
        gate.find_access(sent)
        assert gate.recall(sent)
        passed = 36.0
        assert gate.recall(sent) is None


def test_issuers_come_from_a_small_file(tmp_path: Path) -> None:
    path = tmp_path / "issuers.yml"
    path.write_text(
        "issuers:\n  - issuer: https://a.example.org\n    audience: payoff\n"
        "    jwks_url: https://a.example.org/certs\n    tenant: default\n    algorithms: [ES256]\n"
    )
    (found,) = read_issuers(path)
    assert found == Issuer(
        issuer="https://a.example.org",
        audience="payoff",
        jwks_url="https://a.example.org/certs",
        tenant="default",
        algorithms=("ES256",),
    )
    assert (found.scope_claim, found.scope_prefix, found.leeway_seconds) == ("scope", "xapi:", 30)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ("algorithms: [HS256]", "algorithms may be RS256"),
        ("algorithms: [none]", "algorithms may be RS256"),
        ("algorithms: []", "algorithms may be RS256"),
        ("tenant_claim: organisation", "one of the two"),
        ("leeway_seconds: 100000", "300"),
        ("jwks: x", "unknown field"),
        ("audience: 7", "str"),
        ("]", "R210"),
    ],
)
def test_a_file_that_says_too_little_or_too_much_is_refused(tmp_path: Path, changed: str, told: str) -> None:
    path = tmp_path / "issuers.yml"
    base = {
        "issuer": "https://a.org",
        "audience": "payoff",
        "jwks_url": "https://a.org/certs",
        "tenant": "default",
    }
    lines = [f"{name}: {value}" for name, value in base.items() if not changed.startswith(name + ":")]
    path.write_text("issuers:\n  - " + "\n    ".join([*lines, changed]) + "\n")
    with pytest.raises(PayoffError, match=told):
        read_issuers(path)


def test_addresses_of_files_and_issuers_named_twice_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "issuers.yml"
    entry = "  - {issuer: 'https://a.org', audience: x, jwks_url: 'JWKS', tenant: default}\n"
    for address in (
        "file:///etc/passwd",
        "http://a.org/c",
        "http://localhost.a.org/c",
        "http://127.0.0.1x/c",
    ):
        path.write_text("issuers:\n" + entry.replace("JWKS", address))
        with pytest.raises(PayoffError, match="jwks_url"):
            read_issuers(path)
    path.write_text("issuers:\n" + entry.replace("JWKS", "http://127.0.0.1:8080/c"))
    assert read_issuers(path)[0].jwks_url == "http://127.0.0.1:8080/c"
    path.write_text("issuers:\n" + entry.replace("JWKS", "https://a.org/c") * 2)
    with pytest.raises(PayoffError, match="stands twice"):
        read_issuers(path)
