"""YAML files that people write: the value, or one line that says where the file is wrong."""

import re
from pathlib import Path
from typing import Any

import yaml

from scripts.common.errors import InputError, nearest
from scripts.common.values.dates import is_day

_INT, _FLOAT = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"


class _OneValueEach(yaml.SafeLoader):
    """YAML in which no name appears twice on one level: the last would hide the first.

    Numbers are decimal, as in YAML 1.2. In YAML 1.1 a ratio is a number to the base of sixty (2:1 is 121) and
    one that begins with 0 is octal (010 is 8): both are texts here.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:merge" and str(key.value) in seen:
                problem = f"{key.value} appears twice. Keep one"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


_OneValueEach.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] not in (_INT, _FLOAT)]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_OneValueEach.add_implicit_resolver(_INT, re.compile(r"[-+]?(?:0|[1-9][0-9_]*)$"), list("-+0123456789"))
_OneValueEach.add_implicit_resolver(
    _FLOAT,
    re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$|[-+]?\.inf$|\.nan$"),
    list("-+.0123456789"),
)


def parse_yaml(text: str) -> Any:
    """Return what a text in YAML holds, many times faster where PyYAML has its part in C."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def read_yaml(path: str | Path) -> Any:
    """Return what a YAML file holds; ``InputError`` with the line where it cannot be read."""
    text = ""
    try:
        text = Path(path).read_text(encoding="utf-8")
        return yaml.load(text, Loader=_OneValueEach)
    except FileNotFoundError:
        raise InputError(f"{path}: this file is missing.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason}). Save it as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise InputError(f"{path}{line}: {getattr(error, 'problem', None) or 'not YAML'}.") from None
    except ValueError:  # what looks like a date and is none: 2022-13-45
        number, value = _impossible_date(text)
        raise InputError(f"{path} line {number}: {value} is no day. Write YYYY-MM-DD.") from None


def _impossible_date(text: str) -> tuple[int, str]:
    """Return line and text of the first date that the calendar does not have."""
    for number, line in enumerate(text.splitlines(), start=1):
        for value in re.findall(r"\b\d{4}-\d{1,2}-\d{1,2}\b", line.partition("#")[0]):
            if not is_day("-".join(part.zfill(2) for part in value.split("-"))):
                return number, value
    return 1, "a date"


def check_names(where: str, item: Any, needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    """Stop unless ``item`` has all ``needed`` names and no others but ``optional`` ones."""
    if not isinstance(item, dict):
        raise InputError(f"{where}: {item!r} is given where names with values are needed.")
    for name in item:
        if name not in needed + optional:
            raise InputError(f"{where}: unknown name {name}. {nearest(name, needed + optional)}")
    for name in needed:
        if name not in item:
            raise InputError(f"{where}: {name} is missing.")
