"""A record whose lines are still being read, for formats in which each line begins with a tag."""

from collections.abc import Collection

from scripts.common.exports.fields import Tags


class OpenRecord:
    """``line`` is the line in which the record begins (1 is first), ``tags`` is tag -> values so far.

    ``last_tag`` is the tag of the field that untagged lines continue, empty before the first.
    """

    __slots__ = ("last_tag", "line", "tags")

    def __init__(self, line: int) -> None:
        self.line = line
        self.tags: Tags = {}
        self.last_tag = ""

    def add(self, tag: str, value: str) -> None:
        """Add a value, which the untagged lines after it continue."""
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
            values[-1] = f"{values[-1]} {text}".strip()
