"""Identity providers whose tokens are believed, from a small YAML file.

Question  Which issuer, for which audience, with whose keys, and where do its claims name scopes and tenant?

    issuers:
      - issuer: https://login.example.org/realms/learning
        audience: payoff
        jwks_url: https://login.example.org/realms/learning/certs
        tenant_claim: organisation      # or `tenant: NAME` where all belong to one

Assumes   Scopes come with a prefix ("xapi:statements/write"): OpenID has a scope `profile` of its own, which
          every login asks for and which must not open profile documents.
"""

from pathlib import Path
from typing import Annotated

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from payoff.nouns.problem import PayoffError, Problem

# A shared secret (HS256) would be a secret of the issuer in our hands, and `none` is no signature at all.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
Text = Annotated[str, msgspec.Meta(min_length=1)]
Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]+$")]
# whoever is on the way could put keys of his own into an answer without TLS
KeysUrl = Annotated[
    str, msgspec.Meta(pattern=r"^(https://[^\s]+|http://(localhost|127\.0\.0\.1|\[::1\])([:/][^\s]*)?)$")
]


class Issuer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One identity provider; exactly one of `tenant` and `tenant_claim` is given."""

    issuer: Url
    audience: Text
    jwks_url: KeysUrl
    tenant: Text | None = None
    tenant_claim: Text | None = None
    scope_claim: Text = "scope"
    scope_prefix: str = "xapi:"
    algorithms: tuple[Text, ...] = ("RS256", "ES256")
    leeway_seconds: Annotated[int, msgspec.Meta(ge=0, le=300)] = 30
    keys_seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 300  # how long fetched keys are believed
    requests_per_second: Annotated[float, msgspec.Meta(gt=0)] | None = None  # of each subject
    body_bytes: Annotated[int, msgspec.Meta(ge=1)] | None = None
    batch: Annotated[int, msgspec.Meta(ge=1)] | None = None

    def __post_init__(self) -> None:
        unknown = set(self.algorithms) - set(ALGORITHMS)
        if unknown or not self.algorithms:
            raise ValueError(f"algorithms may be {', '.join(ALGORITHMS)}")
        if (self.tenant is None) == (self.tenant_claim is None):
            raise ValueError("give `tenant` (all belong to one) or `tenant_claim`, one of the two")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    issuers: Annotated[tuple[Issuer, ...], msgspec.Meta(min_length=1)]


def read_issuers(path: Path) -> tuple[Issuer, ...]:
    """The issuers of a file; PayoffError says what is wrong with it."""
    try:
        found = msgspec.convert(YAML(typ="safe").load(path.read_text("utf-8")), _File)
    except OSError as error:
        why = "no token can be checked before it is clear whom to believe"
        what = f"{path} cannot be read: {error.strerror or error}"
        raise PayoffError(
            [Problem("R210", what, why, "name a file that is there and may be read")], 2
        ) from None
    except (YAMLError, UnicodeDecodeError, msgspec.ValidationError) as error:
        told = " ".join(str(error).split())
        why = "no token can be checked before it is clear whom to believe"
        fix = "see docs/reference/lrs.md, Who may"
        raise PayoffError([Problem("R210", f"{path}: {told}", why, fix)], 2) from None
    names = [issuer.issuer for issuer in found.issuers]
    if len(set(names)) < len(names):
        why = "a token names its issuer, and two rules for one would leave open which holds"
        raise PayoffError([Problem("R210", f"{path}: an issuer stands twice", why, "keep one of them")], 2)
    return found.issuers
