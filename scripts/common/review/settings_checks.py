"""Settings checked against the closed schema, and against each other: each mistake is named."""

from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from scripts.common.errors import InputError, Mistakes, nearest
from scripts.common.files.yaml_files import parse_yaml
from scripts.common.review.settings import CONFIG, NO_SEARCH, USUAL_STAGES, Settings, typed
from scripts.common.values.dates import is_day

NEEDED_BY_SEARCH = ("start", "end", "query")
NEEDED_BY_BASELINE = (*NEEDED_BY_SEARCH, "files")
INCLUSIVE = "inclusive"  # one include is enough: a rule for stages before the full text


def check_settings(config: Mapping[str, Any], schema_path: str | Path) -> Settings:
    """Return the settings; dates are text ``YYYY-MM-DD``, and what is left out has its default.

    What is wrong raises ``InputError``: each message names the setting, its value and what to do; an
    unknown name comes with the nearest known one.
    """
    schema = _read_schema(schema_path)
    settings: dict[str, Any] = _dates_as_text(config)
    _refuse_older(settings)
    mistakes = Mistakes()
    for message in _wrong(settings, schema):
        with mistakes.noted():
            raise InputError(f"{CONFIG}: {message}")
    mistakes.stop()
    _fill_defaults(settings, schema)
    _check_together(settings, schema)
    return typed(settings)


def usable_settings(config: Mapping[str, Any], schema_path: str | Path) -> tuple[Settings, set[str]]:
    """Return settings to check the rest of a review by, and the parts that are wrong in ``config``.

    A wrong part has its defaults: what depends on it cannot be checked.
    """
    schema = _read_schema(schema_path)
    given: dict[str, Any] = _dates_as_text(config)
    settings = {name: part for name, part in given.items() if name in schema["properties"]}
    validator = Draft202012Validator(schema)
    broken = {str(error.absolute_path[0]) for error in validator.iter_errors(settings) if error.absolute_path}
    for name in broken:
        del settings[name]
    settings.setdefault("review", dict.fromkeys(schema["properties"]["review"]["required"]))
    _fill_defaults(settings, schema)
    for name in ("search", "deduplicate", "screening"):
        try:
            _check_together(
                {**settings, **{other: {} for other in CHECKED_TOGETHER if other != name}}, schema
            )
        except InputError:
            broken.add(name)
    return typed(settings), broken


def _read_schema(path: str | Path) -> dict[str, Any]:
    schema: dict[str, Any] = parse_yaml(Path(path).read_text(encoding="utf-8"))
    return schema


def _wrong(settings: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the schema does not allow: unknown names first. What one of them means is not missing."""
    errors = list(Draft202012Validator(schema).iter_errors(settings))
    unknown = [error for error in errors if error.validator == "additionalProperties"]
    meant = set()
    for error in unknown:
        known = dict(error.schema)["properties"] if isinstance(error.schema, Mapping) else {}
        for name in (str(name) for name in error.instance if name not in known):
            yield f"{_within(_place(error), name)}: unknown setting. {nearest(name, known)}"
            meant |= {(_place(error), close) for close in get_close_matches(name, known, n=1, cutoff=0.5)}
    for error in sorted(errors, key=lambda error: [str(part) for part in error.absolute_path]):
        if error in unknown:
            continue
        name, message = _message(error)
        if (_place(error), name) not in meant:
            yield message


# A setting of an older version -> the words of ``sheets`` that now say the same.
_OLDER = {"stage": "stage", "reviewer": "reviewer", "decision": "decision"} | {
    "coder": "reviewer", "round": "round", "codebook": "codebook",
}  # fmt: skip


def _refuse_older(settings: Mapping[str, Any]) -> None:
    """Stop at settings of an older version, with the lines that replace them."""
    lines, found = [], []
    for stage in ("screening", "coding"):
        part = settings.get(stage)
        if isinstance(part, Mapping) and isinstance(part.get("sheets"), list):
            found.append(f"{stage}.sheets")
            lines += [_new_map(sheet) for sheet in part["sheets"] if isinstance(sheet, Mapping)]
    if found:
        raise InputError(
            f"{CONFIG}: {' and '.join(found)}: replaced by sheets, one map per input. Take it out. Write:\n"
            + "\n".join(["sheets:", *lines])
        )


def _new_map(sheet: Mapping[str, Any]) -> str:
    """Return the line of ``sheets`` that says what an entry of an older version says."""
    given = ", ".join(f"{new}: {sheet[old]!r}" for old, new in _OLDER.items() if sheet.get(old))
    words = [f"set: {{{given}}}"] if given else []
    if sheet.get("consensus"):
        words.append("role: consensus")
    if sheet.get("study_column"):
        words.append(f"columns: {{study: {sheet['study_column']!r}}}")
    return f"  {sheet.get('file', '?')}: {{{', '.join(words)}}}"


def _check_together(settings: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Stop at days that are none, at what a search lacks, and at settings that contradict each other."""
    mistakes = Mistakes()
    for part, check in CHECKED_TOGETHER.items():
        for message in check(settings[part], schema["properties"][part]["properties"]):
            with mistakes.noted():
                raise InputError(f"{CONFIG}: {part}.{message}")
    mistakes.stop()


def _wrong_in_search(search: Mapping[str, Any], described: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the days of the search, and what a search lacks."""
    days = {name: search[name] for name in ("start", "end") if search.get(name)}
    wrong = [name for name, day in days.items() if not is_day(day)]
    yield from (f"{name}: {days[name]!r} is no day. Write YYYY-MM-DD." for name in wrong)
    if not wrong and len(days) == 2 and days["start"] > days["end"]:
        yield (f"end: {days['end']} lies before search.start ({days['start']}). Swap or correct them.")
    if search.get("mode", NO_SEARCH) != NO_SEARCH:
        needed = NEEDED_BY_BASELINE if search["mode"] == "baseline" else NEEDED_BY_SEARCH
        for name in (name for name in needed if not search.get(name)):
            yield f"{name}: this setting is missing. {described[name]['description']}."


def _wrong_in_deduplicate(deduplicate: Mapping[str, Any], described: Mapping[str, Any]) -> Iterator[str]:
    similar, same = (deduplicate.get(name, 0) for name in ("similar_title", "same_title"))
    if similar > same:
        yield (
            f"similar_title: {similar} is above same_title ({same}). Lower it: pairs between the two"
            " are shown to a person."
        )


def _wrong_in_screening(screening: Mapping[str, Any], described: Mapping[str, Any]) -> Iterator[str]:
    """Yield the settings of a stage that the review does not have, and a rule that is none of a stage."""
    stages = screening.get("stages", USUAL_STAGES)
    for setting in ("consensus", "reviewers"):
        for name in screening.get(setting, {}):
            if name not in stages:
                yield (
                    f"{setting}.{name}: no stage of screening.stages has this name. {nearest(name, stages)}"
                )
    if screening.get("consensus", {}).get(stages[-1]) == INCLUSIVE:
        yield f"consensus.{stages[-1]}: {INCLUSIVE} is no rule for full texts. Write unanimous or majority."


CHECKED_TOGETHER = {
    "search": _wrong_in_search,
    "deduplicate": _wrong_in_deduplicate,
    "screening": _wrong_in_screening,
}


def _fill_defaults(settings: dict[str, Any], schema: Mapping[str, Any]) -> None:
    """Give each setting that is left out the default that the schema states, where it states one."""
    for name, part in schema.get("properties", {}).items():
        if "default" in part:
            settings.setdefault(name, part["default"])
        if isinstance(settings.get(name), dict):
            _fill_defaults(settings[name], part)


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _dates_as_text(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return value


def _place(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.absolute_path)


def _message(error: ValidationError) -> tuple[str, str]:
    """Return the name that is missing, if that is the mistake, and the message."""
    schema: dict[str, Any] = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    if error.validator == "required":
        name = next(key for key in schema["required"] if f"'{key}' is" in error.message)
        meaning = schema["properties"][name]["description"]
        return name, f"{_within(_place(error), name)}: this setting is missing. {meaning}."
    return "", f"{_place(error) or 'the file'}: {_wrong_value(error, schema)}{_meaning(schema)}"


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _wrong_value(error: ValidationError, schema: Mapping[str, Any]) -> str:
    if error.validator == "enum":
        return f"{error.instance!r} is not allowed. {nearest(error.instance, schema['enum'])}"
    if error.validator == "type" and schema.get("type") == "object":
        return f"{error.instance!r} is given where names with values are needed."
    return f"{error.message}."


def _meaning(schema: Mapping[str, Any]) -> str:
    return f" It is: {schema['description']}." if "description" in schema else ""
