"""Statements and sub-statements as wholes.

Question  Does this say who did what, in the version that is spoken?
Versions  1.0.3 takes the `version` 1.0 and 1.0.x; 2.0 takes 2.0 and 2.0.x as well.
Voiding   The verb voided must have a reference as its object, in a sub-statement too; there it voids nothing.
Cites     xAPI 1.0.3 Data 2.2, 2.3.2, 2.4; IEEE 9274.1.1 4.2.
"""

import re
from collections.abc import Mapping
from typing import Any

from payoff.xapi.activities import VOIDED, check_activity, check_verb
from payoff.xapi.agents import check_actor, check_authority
from payoff.xapi.contexts import CHECK_CONTEXT, LATER_MEMBERS, check_reference
from payoff.xapi.identifier import check_media_type, check_sha2, check_uuid
from payoff.xapi.iri import check_iri
from payoff.xapi.language import check_language_map
from payoff.xapi.results import check_result
from payoff.xapi.shapes import Check, RuleError, list_of, name_kind, object_of, text_like
from payoff.xapi.statement import Version
from payoff.xapi.time_rules import check_rfc_timestamp, check_timestamp


def _check_length(value: object) -> None:
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise RuleError("must be a number of bytes, an integer", "Data 2.4.11")


_check_attachment = object_of(
    "an attachment",
    "Data 2.4.11",
    {
        "usageType": check_iri,
        "display": check_language_map,
        "description": check_language_map,
        "contentType": check_media_type,
        "length": _check_length,
        "sha2": check_sha2,
        "fileUrl": check_iri,
    },
    ("usageType", "display", "contentType", "length", "sha2"),
)
_VERSION_1 = re.compile(r"1\.0(?:\.[0-9A-Za-z.+-]+)?")
_VERSION_2 = re.compile(r"[12]\.0(?:\.[0-9A-Za-z.+-]+)?")
_CHECK_OBJECT: dict[object, Check] = {
    "Activity": check_activity,
    "Agent": check_actor,
    "Group": check_actor,
    "StatementRef": check_reference,
}


def _check_sub_object(value: object) -> None:
    """What a sub-statement may be about: anything but another sub-statement."""
    if type(value) is not dict:
        raise RuleError(f"must be an object, not {name_kind(value)}", "Data 2.4.4")
    kind = value.get("objectType", "Activity")
    check = _CHECK_OBJECT.get(kind) if type(kind) is str else None
    if check is None:
        raise RuleError(f"must be one of {', '.join(map(str, _CHECK_OBJECT))}", "Data 2.4.4", "objectType")
    check(value)


def _check_coherence(value: Mapping[str, Any], called: str) -> None:
    """Rules that concern two members at once."""
    kind = value["object"].get("objectType", "Activity")
    if value["verb"]["id"] == VOIDED and kind != "StatementRef":
        raise RuleError("what is voided must be a StatementRef", "Data 2.3.2", "objectType", "object")
    context = value.get("context")
    if kind != "Activity" and context is not None:
        for name in ("revision", "platform"):
            if name in context:
                raise RuleError(
                    f"may stand only in a {called} whose object is an activity", "Data 2.4.6", name, "context"
                )


def _refuse_later_members(statement: Mapping[str, Any]) -> None:
    """In a statement that says it is of 1.0.x: what only 2.0 has, which a reader of 1.0.3 must refuse."""
    for place, holder in (("", statement), ("object", statement["object"])):
        for name in holder.get("context", ()):
            if name in LATER_MEMBERS:
                what = f"may not stand in a statement of version {statement['version']}"
                raise RuleError(what, "Data 2.4.6", name, "context", *filter(None, [place]))


def _build_checks(version: Version) -> Check:
    """The check of a statement in one version."""
    is_v1 = version is Version.V1
    check_time: Check = check_timestamp if is_v1 else check_rfc_timestamp
    shared: dict[str, Check] = {
        "actor": check_actor,
        "verb": check_verb,
        "result": check_result,
        "context": CHECK_CONTEXT[version],
        "timestamp": check_time,
        "attachments": list_of("attachments", "Data 2.4.11", _check_attachment),
    }
    required = ("actor", "verb", "object")
    check_sub_members = object_of(
        "a sub-statement",
        "Data 2.4.4.3",
        {"objectType": lambda _: None, "object": _check_sub_object, **shared},
        required,
    )

    def check_object(value: object) -> None:
        if type(value) is dict and value.get("objectType") == "SubStatement":
            _check_coherence(check_sub_members(value), "sub-statement")
        else:
            _check_sub_object(value)

    check_members = object_of(
        "a statement",
        "Data 2.4",
        {
            "id": check_uuid,
            "object": check_object,
            "stored": check_time,
            "authority": check_authority,
            "version": text_like(
                "1.0 or 1.0.x" if is_v1 else "1.0, 1.0.x, 2.0 or 2.0.x",
                "Data 2.4.10",
                (_VERSION_1 if is_v1 else _VERSION_2).fullmatch,
            ),
            **shared,
        },
        required,
    )

    def check_statement(value: object) -> None:
        statement = check_members(value)
        _check_coherence(statement, "statement")
        if not is_v1 and statement.get("version", "2").startswith("1."):
            _refuse_later_members(statement)

    return check_statement


CHECK_STATEMENT: dict[Version, Check] = {version: _build_checks(version) for version in Version}
