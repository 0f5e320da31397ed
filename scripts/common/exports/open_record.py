"""A record whose lines are still being read, for formats in which each line begins with a tag."""

from collections.abc import Collection

from scripts.common.exports.fields import Tags


class OpenRecord:
    """``line`` is the line in which the record begins (1 is first), ``tags`` is tag -> values so far.

    ``last_tag`` is the tag of the field that untagged lines continue, empty before the first. ``wrapped`` are
    these lines, which ``close_field`` joins to the value: in one step, as there can be thousands.
    """

    __slots__ = ("last_tag", "line", "tags", "wrapped")

    def __init__(self, line: int) -> None:
        self.line = line
        self.tags: Tags = {}
        self.last_tag = ""
        self.wrapped: list[str] = []

    def add(self, tag: str, value: str) -> None:
        """Add a value, which the untagged lines after it continue."""
        if self.wrapped:
            self.close_field()
        self.last_tag = tag
        values = self.tags.get(tag)
        if values is None:
            self.tags[tag] = [value]
        else:
            values.append(value)

    def continue_field(self, text: str, lists: Collection[str]) -> None:
        """Add an untagged line: under the tags of ``lists`` it is a further item, elsewhere wrapped text."""
        values = self.tags[self.last_tag]
        if self.last_tag in lists and values[-1]:
            values.append(text)
        else:
            self.wrapped.append(text)

    def close_field(self) -> None:
        """Join the untagged lines to the value that they continue."""
        values = self.tags[self.last_tag]
        values[-1] = " ".join(filter(None, [values[-1], *self.wrapped]))
        self.wrapped.clear()

    def closed(self) -> Tags:
        """Return all values; no line follows."""
        if self.wrapped:
            self.close_field()
        return self.tags
