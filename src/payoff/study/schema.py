"""JSON Schema of the study file, for editors' completion; committed as docs/reference/study.schema.json."""

from typing import Any

from payoff.study.document import REQUIRED, StudyDocument


def study_schema() -> dict[str, Any]:
    """Draft 2020-12 schema of the study file. An empty value is never meant, so null is left out."""
    schema: dict[str, Any] = _without_null(StudyDocument.model_json_schema())
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "payoff study"
    schema["required"] = list(REQUIRED)
    return schema


def _without_null(value: Any) -> Any:
    """The schema without pydantic's `anyOf: [x, null]`, `default: null` and generated titles."""
    if isinstance(value, list):
        return [_without_null(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _without_null(child)
        for key, child in value.items()
        if not (key == "default" and child is None) and not (key == "title" and isinstance(child, str))
    }
    choices = kept.get("anyOf")
    if isinstance(choices, list) and {"type": "null"} in choices:
        rest = [choice for choice in choices if choice != {"type": "null"}]
        del kept["anyOf"]
        kept = {**rest[0], **kept} if len(rest) == 1 else {**kept, "anyOf": rest}
    return kept
