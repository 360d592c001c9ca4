"""What the writer remembers of the database, in bounded memory.

Question  Which rows need not be looked up, and what may be believed only once its transaction is on disk?
"""

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class StagedCache(Generic[Key, Value]):
    """Recently used entries; those of the open transaction count from `keep` on and are gone after `forget`.

    Two generations: when the young one is full it becomes the old one, which is dropped; what is used again
    moves back. So about the `size` to twice `size` entries used last stay.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}
        self._staged: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """The value, if known."""
        if (value := self._young.get(key)) is not None:
            return value
        if (value := self._staged.get(key)) is not None:
            return value
        if (value := self._old.get(key)) is not None:
            self._add(key, value)
        return value

    def stage(self, key: Key, value: Value) -> None:
        """Known if the open transaction ends well."""
        self._young.pop(key, None)
        self._old.pop(key, None)
        self._staged[key] = value

    def settle(self, kept: bool) -> None:
        """The transaction ended, well or not."""
        staged, self._staged = self._staged, {}
        if kept:
            for key, value in staged.items():
                self._add(key, value)

    def forget(self) -> None:
        """The database changed under what was remembered."""
        self._young, self._old, self._staged = {}, {}, {}

    def _add(self, key: Key, value: Value) -> None:
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[key] = value
