"""Tree → document: every key known, every value of its kind, all faults at once.

Question  Is each part written as the format says?
Method    pydantic finds the faults; each is placed on its node. Faulty values are then left out, so
          that checks between parts still see everything that was written well.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from payoff.nouns.definition import Catalogue
from payoff.nouns.problem import Place, Problem
from payoff.study.catalogue_use import fill_uses
from payoff.study.codes import FindingError, build_problem
from payoff.study.document import REQUIRED, StudyDocument
from payoff.study.fields import close_choice
from payoff.study.ledger_costs import fill_ledger_costs
from payoff.study.rate_assumptions import fill_rate_assumptions
from payoff.study.suggest import nearest, suggestion
from payoff.study.tree import Node, Path, Tree, plain

_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping of `name: value` lines",
    "model_type": "a mapping of `name: value` lines",
}
_BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
_EXAMPLES: dict[Path, str] = {
    ("design", "subgroups"): "name: SQL expression, such as subgroups: {region: region}",
    ("design", "factors"): "name: SQL condition, such as factors: {drills: drills = 1, coach: coach = 1}",
    ("explore", "funnel"): "stage: SQL condition, such as funnel: {opened: opens > 0, finished: score >= 80}",
}
_MISSING = {
    ("metrics", "owner"): ("P204", "owner: who answers for the definition"),
    ("assumptions", "owner"): ("P602", "owner: who answers for the number"),
    ("assumptions", "source"): ("P601", "source: the document or system, or `assumed`"),
    ("outcome", "primary"): ("P202", "primary: the one metric that decides"),
    ("value", "category"): ("P102", "category: revenue, cost or risk"),
    ("value", "cash"): ("P102", "cash: true, or false for freed time"),
}
_LATER = {
    ("sources", "xapi"): "run payoff lrs feed and write statements: .payoff/statements",
    ("sources", "sql"): "write database: and query:; docs/reference/sources.md",
    ("metrics", "rubric"): "average the ratings in a file and write the metric as sql",
    ("", "stories"): "use `quote: {text, role, consent}` for one consented voice",
    ("", "amendments"): "edit the plan and record the change with payoff amend",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """The document as far as it could be read, and the tree it came from."""

    tree: Tree
    doc: StudyDocument
    catalogue: Catalogue = field(default_factory=Catalogue)

    def place(self, *path: str | int) -> Place:
        return self.tree.place(*path)

    def is_written(self, *path: str | int) -> bool:
        """Whether the file has something there, well written or not."""
        return self.tree.find(*path) is not None


def read_document(tree: Tree, catalogue: Catalogue) -> tuple[Draft, tuple[Problem, ...]]:
    """The document without its faulty values, and a problem for each of these."""
    data = plain(tree.root)
    lacking = [key for key in REQUIRED if tree.find(key) is None and not _is_misspelt(tree, (), key)]
    problems = [_required(tree, key) for key in lacking]
    for path in reversed(list(_blanks(tree.root))):
        what, fix = f"{describe(path)} is empty", "write a value, or delete the line"
        problems.append(build_problem("P104", what, fix, tree.key_place(*path), "a blank is not zero"))
        _remove(data, path)
    problems += fill_uses(data, tree, catalogue)
    problems += fill_ledger_costs(data, tree)
    problems += fill_rate_assumptions(data, tree)
    try:
        return Draft(tree, StudyDocument.model_validate(data), catalogue), tuple(problems)
    except ValidationError as error:
        problems += _problems(tree, error)
        return Draft(tree, _prune(data, error), catalogue), tuple(problems)


def _blanks(node: Node, path: Path = ()) -> Iterator[Path]:
    """Where nothing was written after a colon or a dash."""
    match node.value:
        case dict() as entries:
            for key, child in entries.items():
                yield from _blanks(child, (*path, key))
        case list() as items:
            for position, child in enumerate(items):
                yield from _blanks(child, (*path, position))
        case None:
            yield path


def _prune(data: Any, error: ValidationError) -> StudyDocument:
    """Leave out what is faulty, then what cannot stand without it, until the rest is valid."""
    while True:
        for path in sorted({_faulty(e) for e in error.errors()}, key=repr, reverse=True):
            _remove(data, path)
        try:
            return StudyDocument.model_validate(data)
        except ValidationError as next_error:
            error = next_error


def _faulty(error: Any) -> Path:
    path: Path = tuple(step for step in error["loc"] if step != "[key]")
    return path[:-1] if error["type"] == "missing" else path


def _remove(data: Any, path: Path) -> None:
    """Remove the deepest part of `path` that exists; a list item leaves a gap that is then dropped."""
    trail = [(data, path[0])]
    for step in path[1:]:
        holder, key = trail[-1]
        child = holder.get(key) if isinstance(holder, dict) else _item(holder, key)
        if not _holds(child, step):
            break
        trail.append((child, step))
    holder, key = trail[-1]
    if _holds(holder, key):
        del holder[key]


def _holds(holder: Any, key: str | int) -> bool:
    if isinstance(holder, dict):
        return key in holder
    return isinstance(holder, list) and isinstance(key, int) and key < len(holder)


def _item(holder: Any, key: str | int) -> Any:
    return holder[key] if _holds(holder, key) else None


def _required(tree: Tree, key: str) -> Problem:
    about = StudyDocument.model_fields[key].description or "see a template"
    fix = f"add `payoff: {1}`" if key == "payoff" else f"add `{key}:` ({about.rstrip('.')})"
    return build_problem("P102", f"{key} is missing", fix, tree.place())


def _problems(tree: Tree, error: ValidationError) -> Iterator[Problem]:
    """One problem per faulty value, however many kinds the value might have had."""
    seen: set[Path] = set()
    for item in error.errors():
        path = _written_path(tree, item["loc"])
        if item["type"] == "missing" and _is_said_already(tree, path):
            continue
        if path not in seen or item["type"] == "missing":
            seen.add(path)
            yield _problem(tree, path, item)


def _is_said_already(tree: Tree, path: Path) -> bool:
    """Whether the missing key is there but empty, or there under a misspelt name."""
    return tree.find(*path) is not None or _is_misspelt(tree, path[:-1], str(path[-1]))


def _is_misspelt(tree: Tree, path: Path, key: str) -> bool:
    model = _model(path)
    known = set(model.model_fields) if model else set()
    return any(nearest(written, known) == key for written in tree.names(*path) if written not in known)


def _written_path(tree: Tree, loc: tuple[str | int, ...]) -> Path:
    """The part of `loc` that the file has, plus one missing key; union branches are left out."""
    path: Path = ()
    for step in loc:
        if tree.find(*path, step) is not None:
            path = (*path, step)
        elif step == "[key]":
            break
        elif step == loc[-1]:
            return (*path, step)
    return path


def _problem(tree: Tree, path: Path, item: Any) -> Problem:
    kind, key = item["type"], str(path[-1]) if path else "file"
    cause = item.get("ctx", {}).get("error")
    if isinstance(cause, FindingError):
        dotted = describe(path)
        is_key = item["loc"][-1] == "[key]"
        place = tree.key_place(*path) if is_key else tree.place(*path)
        return build_problem(cause.code, f"{dotted}: {cause.what}", cause.fix, place, cause.why)
    if kind == "extra_forbidden":
        return _unknown_key(tree, path, key)
    if kind == "missing":
        code, fix = _MISSING.get((str(path[0]), key), ("P102", f"{key}: …"))
        return build_problem(
            code, f"{describe(path[:-1])} has no {key}", f"add {fix}", tree.place(*path[:-1])
        )
    if kind == "literal_error":
        choices = _choices(path)
        what = f"{describe(path)} is {item['input']!r}"[:200]
        return build_problem("P109", what, close_choice(item["input"], choices), tree.place(*path))
    return _wrong_kind(tree, path, item)


def _wrong_kind(tree: Tree, path: Path, item: Any) -> Problem:
    kind, place, given = item["type"], tree.place(*path), item["input"]
    if path[:2] == ("outcome", "primary") and isinstance(given, list):
        fix = "keep one; put the others under secondary (two at most)"
        return build_problem("P202", f"{len(given)} primary metrics", fix, place)
    if kind in _KINDS:
        fix = f"write {_KINDS[kind]}" + (" in quotes" if kind == "string_type" else "")
        fix = _EXAMPLES.get(path, fix)
        return build_problem("P104", f"{describe(path)} is {_shape(given)}, not {_KINDS[kind]}", fix, place)
    if kind.startswith("string_too"):
        what = f"{describe(path)} is {'empty' if kind.endswith('short') else 'too long'}"
        return build_problem("P110", what, "write a short text", place)
    limits = item.get("ctx", {})
    bound = ", ".join(f"{_BOUNDS.get(name, name)} {value}" for name, value in sorted(limits.items()))
    return build_problem(
        "P106", f"{describe(path)} is {given!r}, out of range"[:200], f"write {bound}", place
    )


def _shape(given: object) -> str:
    match given:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case bool():
            return str(given).lower()
    return repr(given) if len(repr(given)) <= 60 else repr(given)[:60] + "…"


def _unknown_key(tree: Tree, path: Path, key: str) -> Problem:
    place = tree.key_place(*path)
    section = str(path[0]) if len(path) > 1 else ""
    later = _LATER.get((section, key))
    if later is not None:
        return build_problem("P112", f"{describe(path)}: {key} is not in this version", later, place)
    model = _model(path[:-1])
    known = model.model_fields if model else ()
    return build_problem("P101", f"unknown key {key[:60]!r}", suggestion(key, known), place)


def describe(path: Path) -> str:
    """`("costs", 0, "amount")` as `costs[1].amount`."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")[:120] or "the file"


def _model(path: Path) -> type[BaseModel] | None:
    """The document class that describes the mapping at `path`."""
    model: type[BaseModel] | None = StudyDocument
    for step in path:
        if model is not None and str(step) in model.model_fields:
            annotation = model.model_fields[str(step)].annotation
            model = next((c for c in _classes(annotation) if issubclass(c, BaseModel)), None)
    return model


def _classes(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
    for inner in get_args(annotation):
        yield from _classes(inner)


def _choices(path: Path) -> tuple[str, ...]:
    """The words allowed at `path`."""
    model = _model(path[:-1])
    field = model.model_fields.get(str(path[-1])) if model else None
    return tuple(str(c) for c in _literals(field.annotation)) if field else ()


def _literals(annotation: Any) -> Iterator[object]:
    for inner in get_args(annotation):
        if get_args(inner):
            yield from _literals(inner)
        elif not isinstance(inner, type):
            yield inner
