"""A Brief as JSON and back, so that it can be rendered again without estimating anything."""

import json
from typing import Any

from pydantic import TypeAdapter

from payoff.nouns.brief import Brief

_ADAPTER: TypeAdapter[Brief] = TypeAdapter(Brief)


def write_brief(brief: Brief) -> bytes:
    """The same bytes for the same brief."""
    return _ADAPTER.dump_json(brief, indent=1) + b"\n"


def read_brief(data: bytes) -> Brief:
    """The brief that was written. Raises pydantic.ValidationError, a ValueError, on anything else."""
    return _ADAPTER.validate_json(data)


def write_document(document: Any) -> bytes:
    """result.json: keys in their documented order, two spaces, a newline at the end."""
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()
