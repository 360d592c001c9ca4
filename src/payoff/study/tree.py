"""YAML text → a tree of plain values, each with its place. The narrow part of YAML a plan needs.

Question  What was written, and on which line?
Refuses   Anchors, aliases, merge keys, tags, directives, several documents, duplicate keys, deep
          nesting and endless lists: each at its place, while events stream in, so that a hostile
          file costs no more than an honest one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from payoff.nouns.problem import PayoffError, Place, Problem
from payoff.study.codes import build_problem
from payoff.study.study_text import Mark, StudyText

MAX_DEPTH = 12
MAX_VALUES = 5_000

Scalar = str | int | float | bool | None
Path = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Node:
    """One value. key: where its key stands. block_line: first line of a literal block's content."""

    value: "Scalar | dict[str, Node] | list[Node]"
    mark: Mark
    key: Mark | None = None
    block_line: int | None = None
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """The whole file. Paths are tuples of keys and list positions."""

    text: StudyText
    root: Node

    def find(self, *path: str | int) -> Node | None:
        """The node at `path`, or None."""
        node = self.root
        for step in path:
            match node.value:
                case dict() as entries if step in entries:
                    node = entries[str(step)]
                case list() as items if isinstance(step, int) and step < len(items):
                    node = items[step]
                case _:
                    return None
        return node

    def place(self, *path: str | int) -> Place:
        """Where the value at `path` stands, or the nearest thing above it that exists."""
        for length in range(len(path), 0, -1):
            node = self.find(*path[:length])
            if node is not None:
                holds_parts = isinstance(node.value, (dict, list))
                return self.text.place(node.key if holds_parts and node.key else node.mark)
        return self.text.place(Mark(1, 1))

    def key_place(self, *path: str | int) -> Place:
        """Where the key at `path` stands."""
        node = self.find(*path)
        return self.text.place(node.key) if node and node.key else self.place(*path)

    def names(self, *path: str | int) -> tuple[str, ...]:
        """The keys of the mapping at `path`, as written; empty when it is none."""
        node = self.find(*path)
        return tuple(node.value) if node and isinstance(node.value, dict) else ()


def plain(node: Node) -> object:
    """The values alone, as dicts, lists and scalars."""
    match node.value:
        case dict() as entries:
            return {key: plain(child) for key, child in entries.items()}
        case list() as items:
            return [plain(child) for child in items]
        case scalar:
            return scalar


def read_tree(text: StudyText) -> tuple[Tree, tuple[Problem, ...]]:
    """Build the tree; problems that leave it readable (duplicate keys, tags) come beside it.

    Raises PayoffError (3) when there is no tree to go on with.
    """
    builder = _Builder(text)
    try:
        root = builder.read(YAML(typ="safe", pure=True).parse(text.text))
    except MarkedYAMLError as error:
        raise PayoffError([*builder.problems, _syntax_problem(text, error)], exit_code=3) from None
    except (YAMLError, ValueError, LookupError, AssertionError, AttributeError, TypeError, RecursionError):
        # The scanner's own slips on malformed input; the author still gets a sentence, not a traceback.
        problem = build_problem(
            "P004", "this is not YAML", "compare it with a template", Place(text.file, 1, 1)
        )
        raise PayoffError([*builder.problems, problem], exit_code=3) from None
    return Tree(text, root), tuple(builder.problems)


def _syntax_problem(text: StudyText, error: MarkedYAMLError) -> Problem:
    found = error.problem_mark or error.context_mark
    place = text.place(Mark(found.line + 1, found.column + 1)) if found else Place(text.file, 1, 1)
    said = " ".join(str(error.problem or error.context or "this is not YAML").split())
    if r"'\t'" in said or "\t" in place.excerpt[: place.column]:
        return build_problem("P014", "a tab where YAML wants spaces", "indent with spaces", place)
    fix = "check the indentation, and quote text that holds : # { [ or starts with @ ` % &"
    return build_problem("P004", f"not YAML: {said[:200]}", fix, place)


@dataclass(slots=True)
class _Builder:
    """Turns the event stream into nodes; keeps depth and count bounded."""

    text: StudyText
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def read(self, events: Iterator[Event]) -> Node:
        """The root mapping."""
        root: Node | None = None
        for event in events:
            if isinstance(event, DocumentStartEvent):
                self._check_document(event, first=root is None)
            elif isinstance(event, (MappingStartEvent, SequenceStartEvent, ScalarEvent, AliasEvent)):
                root = self._node(event, events, 1, None)
        if root is None or root.value is None:
            self._stop("P012", "there is nothing in this file", "payoff init writes a starter", Mark(1, 1))
        if not isinstance(root.value, dict):
            self._stop(
                "P013", "this is not a list of `key: value` lines", "start with `payoff: 1`", root.mark
            )
        return root

    def _check_document(self, event: DocumentStartEvent, first: bool) -> None:
        mark = _mark(event)
        if event.version or event.tags:
            self._report("P010", "a YAML directive (%)", "delete the line", mark)
        if not first:
            self._stop("P009", "a second document starts here", "one file, one study: delete `---`", mark)

    def _node(self, event: Event, events: Iterator[Event], depth: int, key: Mark | None) -> Node:
        mark = _mark(event)
        self.count += 1
        if self.count > MAX_VALUES:
            self._stop("P015", f"more than {MAX_VALUES:,} values", "keep data in source files", mark)
        if depth > MAX_DEPTH:
            self._stop("P005", f"nested more than {MAX_DEPTH} deep", "a study needs four levels", mark)
        if isinstance(event, AliasEvent):
            self._stop("P006", f"alias *{event.anchor}", "write the value out", mark)
        self._refuse_decoration(event, mark)
        if isinstance(event, MappingStartEvent):
            return Node(self._mapping(events, depth), mark, key)
        if isinstance(event, SequenceStartEvent):
            return Node(self._sequence(events, depth), mark, key)
        if not isinstance(event, ScalarEvent):
            self._stop("P004", "this is not a value", "compare it with a template", mark)
        is_plain = event.style is None
        value = _resolve(event.value) if is_plain else event.value
        block_line = mark.line + 1 if event.style == "|" else None
        return Node(value, mark, key, block_line, quoted=event.style in ("'", '"'))

    def _sequence(self, events: Iterator[Event], depth: int) -> list[Node]:
        items: list[Node] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event, events, depth + 1, None))
        return items

    def _mapping(self, events: Iterator[Event], depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key, mark = self._key(event)
            child = self._node(next(events), events, depth + 1, mark)
            if key in entries:
                first = entries[key].key
                what = f"{key!r} is here and on line {first.line if first else '?'}"
                self._report("P011", what, "keep one of the two", mark)
            else:
                entries[key] = child
        return entries

    def _key(self, event: Event) -> tuple[str, Mark]:
        mark = _mark(event)
        if isinstance(event, AliasEvent):
            self._stop("P006", f"alias *{event.anchor}", "write the name out", mark)
        if not isinstance(event, ScalarEvent):
            self._stop("P016", "a key must be one word", "write `name: value`; quote text with { or [", mark)
        self._refuse_decoration(event, mark)
        if event.value == "<<":
            self._stop("P008", "merge key <<", "write the values out", mark)
        return str(event.value), mark

    def _refuse_decoration(self, event: Event, mark: Mark) -> None:
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._report("P006", f"anchor &{anchor}", "delete the anchor", mark)
        tag = getattr(event, "tag", None)
        if tag:
            self._report("P007", f"tag {tag}", "delete the tag; plain values need none", mark)

    def _report(self, code: str, what: str, fix: str, mark: Mark) -> None:
        self.problems.append(build_problem(code, what[:200], fix, self.text.place(mark)))

    def _stop(self, code: str, what: str, fix: str, mark: Mark) -> NoReturn:
        self._report(code, what, fix, mark)
        raise PayoffError(self.problems, exit_code=3)


def _mark(event: Event) -> Mark:
    start, end = event.start_mark, event.end_mark
    is_container = isinstance(event, (MappingStartEvent, SequenceStartEvent))
    one_line = end.line == start.line and not is_container
    return Mark(start.line + 1, start.column + 1, max(1, end.column - start.column) if one_line else 1)


def _resolve(text: str) -> Scalar:
    """YAML 1.2 core words and numbers; `no`, dates and percentages stay text."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text
