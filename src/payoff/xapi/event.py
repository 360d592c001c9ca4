"""A statement as one flat row, for analysis.

Question  Who did what, on what, in which session and how well, in columns that SQL can count?
Unknown   What a statement does not say is None; nothing is filled in. One exception is the specification's:
          without a time of its own a statement happened when it was stored.
Skew      `clock_skew_seconds` is stored minus timestamp: small for a client that sends at once, large for one
          that was offline, negative for a clock that is ahead. None without a time of its own.
Privacy   No name, account or address: `payoff.xapi.personal`.
Faults    A text that cannot be read as a statement keeps its row, with `fault` saying where and why.
"""

from typing import Any, NamedTuple

import msgspec

from payoff.xapi.duration import read_seconds
from payoff.xapi.event_shapes import (
    STATEMENT,
    Activities,
    Activity,
    Context,
    Definition,
    Outcome,
    Score,
    Shape,
    Target,
    list_near,
)
from payoff.xapi.identifier import write_uuid
from payoff.xapi.personal import Namer, mask_json, mask_text, name_agent
from payoff.xapi.profile_fields import COMPETENCIES, find_session, read_profile
from payoff.xapi.times import read_time
from payoff.xapi.touchpoints import find_touchpoint
from payoff.xapi.vocabulary import find_activity_type, find_verb

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
_MICROS = 1_000_000
_COMPETENCY_TYPES = frozenset({"competency", "skill"})
_ANY = msgspec.json.Decoder()
_NO_CONTEXT, _NO_RESULT, _NO_SCORE, _NO_DEFINITION = Context(), Outcome(), Score(), Definition()
_NOWHERE = Activities()


class Event(NamedTuple):
    """One row. Instants are microseconds since 1970 in UTC."""

    tenant: int
    statement_id: str
    stored: int
    timestamp: int | None = None
    clock_skew_seconds: float | None = None
    actor: str | None = None
    person: str | None = None
    actor_kind: str | None = None
    instructor: str | None = None
    team: str | None = None
    verb: str | None = None
    verb_id: str | None = None
    touchpoint: str | None = None
    object_kind: str | None = None
    activity_id: str | None = None
    activity_type: str | None = None
    activity_type_id: str | None = None
    parent_ids: tuple[str, ...] = ()
    grouping_ids: tuple[str, ...] = ()
    category_ids: tuple[str, ...] = ()
    competency_ids: tuple[str, ...] = ()
    registration: str | None = None
    refers_to: str | None = None
    voids: str | None = None
    success: bool | None = None
    completion: bool | None = None
    score_scaled: float | None = None
    score_raw: float | None = None
    score_min: float | None = None
    score_max: float | None = None
    duration_seconds: float | None = None
    response_length: int | None = None
    platform: str | None = None
    language: str | None = None
    revision: str | None = None
    session_id: str | None = None
    video_time: float | None = None
    video_time_from: float | None = None
    video_time_to: float | None = None
    video_length: float | None = None
    video_progress: float | None = None
    video_completion_threshold: float | None = None
    video_played_segments: str | None = None
    cmi5_launch_mode: str | None = None
    cmi5_move_on: str | None = None
    cmi5_mastery_score: float | None = None
    cmi5_progress: float | None = None
    cmi5_reason: str | None = None
    context_extensions: str | None = None
    result_extensions: str | None = None
    activity_extensions: str | None = None
    version: str | None = None
    fault: str | None = None


def shape_event(
    tenant: int, stored_us: int, statement_id: bytes, raw: bytes, version: str, name: Namer
) -> Event:
    """The row of a stored statement. `name` makes a pseudonym of an identifier."""
    own_id = write_uuid(statement_id)
    try:
        return _shape(tenant, stored_us, own_id, STATEMENT.decode(raw), version, name)
    except (msgspec.DecodeError, RecursionError) as error:
        fault = mask_text(str(error) or "nested too deeply", name)
        return Event(tenant, own_id, stored_us, version=version, fault=fault)


def _shape(tenant: int, stored_us: int, statement_id: str, said: Shape, version: str, name: Namer) -> Event:
    """The columns in the order of `Event`, a group of them at a time."""
    context, result, target = said.context or _NO_CONTEXT, said.result or _NO_RESULT, said.object
    about = target.definition or _NO_DEFINITION if target.object_type == "Activity" else _NO_DEFINITION
    context_text, context_said = _open(context.extensions)
    result_text, result_said = _open(result.extensions)
    activity_text, activity_said = _open(about.extensions)
    told = {**context_said, **result_said}
    columns = (
        tenant,
        statement_id,
        stored_us,
        *_when(said.timestamp, stored_us),
        *name_agent(said.actor, name),
        name_agent(context.instructor, name).actor if context.instructor else None,
        name_agent(context.team, name).actor if context.team else None,
        *_what(said, about, name),
        *_where(target, about, context.activities or _NOWHERE, (activity_said, context_said), name),
        _lower(context.registration),
        _lower(context.statement.id if context.statement else None),
        _find_voided(said),
        *_how_well(result),
        mask_text(context.platform, name),
        context.language,
        mask_text(context.revision, name),
        mask_text(find_session(told), name),
        *read_profile(told),
        mask_json(context_text, name),
        mask_json(result_text, name),
        mask_json(activity_text, name),
        version,
        None,
    )
    return Event._make(columns)


def _when(text: str | None, stored_us: int) -> tuple[int | None, float | None]:
    """timestamp, clock_skew_seconds."""
    if text is None:
        return stored_us, None
    try:
        timestamp = read_time(text)
    except ValueError:
        return None, None
    return timestamp, (stored_us - timestamp) / _MICROS


def _what(said: Shape, about: Definition, name: Namer) -> tuple[str | None, ...]:
    """verb … activity_type_id."""
    verb = find_verb(said.verb.id)
    kind = find_activity_type(about.type) if about.type else None
    activity = said.object.id if said.object.object_type == "Activity" else None
    return (
        verb,
        mask_text(said.verb.id, name),
        find_touchpoint(verb, kind),
        said.object.object_type,
        mask_text(activity, name),
        kind,
        mask_text(about.type, name),
    )


def _where(
    target: Target,
    about: Definition,
    around: Activities,
    said: tuple[dict[str, Any], ...],
    name: Namer,
) -> tuple[tuple[str, ...], ...]:
    """parent_ids … competency_ids."""
    places = [list_near(near) for near in (around.parent, around.grouping, around.category, around.other)]
    competencies = _find_competencies(Activity(target.id or "", about), places, said)
    listed = [[activity.id for activity in place] for place in places[:3]]
    return tuple(tuple(mask_text(iri, name) or iri for iri in ids) for ids in (*listed, competencies))


def _find_competencies(
    target: Activity, places: list[list[Activity]], said: tuple[dict[str, Any], ...]
) -> tuple[str, ...]:
    """Competencies the statement names: the object itself, activities around it, our extension."""
    found = []
    for activity in (target, *(near for place in places for near in place)):
        iri = activity.definition.type if activity.definition else None
        if iri and find_activity_type(iri) in _COMPETENCY_TYPES:
            found.append(activity.id)
    for extensions in said:
        told = extensions.get(COMPETENCIES)
        if isinstance(told, str):
            found.append(told)
        elif isinstance(told, list):
            found += [text for text in told if isinstance(text, str)]
    return tuple(dict.fromkeys(found))


def _find_voided(said: Shape) -> str | None:
    """Id of the statement this one voids, by the verb of the specification, to the letter."""
    if said.verb.id != VOIDED or said.object.object_type != "StatementRef":
        return None
    return _lower(said.object.id)


def _how_well(result: Outcome) -> tuple[bool | float | int | None, ...]:
    """success … response_length."""
    score = result.score or _NO_SCORE
    return (
        result.success,
        result.completion,
        score.scaled,
        score.raw,
        score.min,
        score.max,
        read_seconds(result.duration) if result.duration else None,
        None if result.response is None else len(result.response),
    )


def _open(extensions: msgspec.Raw) -> tuple[str | None, dict[str, Any]]:
    """Text and contents of extensions; None where there are none."""
    text = bytes(extensions)
    if not text:
        return None, {}
    said = _ANY.decode(text)
    return (text.decode(), said) if isinstance(said, dict) else (None, {})


def _lower(text: str | None) -> str | None:
    return text.lower() if text else None
