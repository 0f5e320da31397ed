"""Settings of a review: checked against the closed schema before anything else happens."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from scripts.common.errors import InputError, nearest
from scripts.common.values.dates import is_day

CONFIG = "config/config.yaml"


def check_settings(config: Mapping[str, Any], schema_path: str | Path) -> dict[str, Any]:
    """Return ``config`` with dates as text ``YYYY-MM-DD`` and the schema's defaults for what is left out.

    What is wrong raises ``InputError``: the message names the setting, its value and what to do; an
    unknown name comes with the nearest known one.
    """
    schema = yaml.safe_load(Path(schema_path).read_text(encoding="utf-8"))
    settings: dict[str, Any] = _dates_as_text(config)
    validator = Draft202012Validator(schema)
    unknown = [e for e in validator.iter_errors(settings) if e.validator == "additionalProperties"]
    error = unknown[0] if unknown else best_match(validator.iter_errors(settings))
    if error is not None:
        raise InputError(f"{CONFIG}: {_message(error)}")
    _fill_defaults(settings, schema)
    for name in ("start", "end"):
        if not is_day(settings["search"][name]):
            raise InputError(
                f"{CONFIG}: search.{name}: {settings['search'][name]!r} is no day. Write YYYY-MM-DD."
            )
    if settings["search"]["start"] > settings["search"]["end"]:
        raise InputError(
            f"{CONFIG}: search.end: {settings['search']['end']} lies before search.start"
            f" ({settings['search']['start']}). Swap or mend them."
        )
    if settings["deduplicate"]["similar_title"] > settings["deduplicate"]["same_title"]:
        raise InputError(
            f"{CONFIG}: deduplicate.similar_title: {settings['deduplicate']['similar_title']} is above"
            f" same_title ({settings['deduplicate']['same_title']}). Lower it: pairs between the two"
            " are shown to a person."
        )
    return settings


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


def _message(error: ValidationError) -> str:
    place = ".".join(str(part) for part in error.absolute_path)
    schema: dict[str, Any] = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    meaning = f" It is: {schema['description']}." if "description" in schema else ""
    if error.validator == "additionalProperties":
        known = schema["properties"]
        name = next(key for key in error.instance if key not in known)
        return f"{f'{place}.' if place else ''}{name}: unknown setting. {nearest(name, known)}"
    if error.validator == "required":
        name = next(key for key in schema["required"] if key not in error.instance)
        full = f"{place}.{name}" if place else name
        return f"{full}: this setting is missing. {schema['properties'][name]['description']}."
    if error.validator == "enum":
        return (
            f"{place}: {error.instance!r} is not allowed. {nearest(error.instance, schema['enum'])}{meaning}"
        )
    if error.validator == "type" and schema.get("type") == "object":
        return (
            f"{place or 'the file'}: {error.instance!r} stands where names with values are needed.{meaning}"
        )
    return f"{place}: {error.message}.{meaning}"
