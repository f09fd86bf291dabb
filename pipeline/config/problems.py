"""Describes what is wrong with a settings file: one line per problem.

Each line names the place (line, source or feed, key), the reason and the remedy.
"""

import difflib
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline import plugins
from pipeline.config.document import PLUGIN, Document, PluginSettings, SourceSettings
from pipeline.config.places import Location

# The lists of tables whose items have an id, and what one of them is called.
LISTS = {"sources": "source", "feeds": "feed"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place of the settings, with the remedy."""

    place: Location
    text: str


def located(
    problems: Iterable[Problem], data: Mapping[str, Any], lines: Mapping[Location, int]
) -> list[tuple[int, str]]:
    """Each problem with its line in the file (0: not known), as text that names its place."""
    found = []
    for one in problems:
        line = _line(one.place, lines)
        item, rest = _named(one.place, data)
        where = ", ".join(part for part in (f"line {line}" if line else "", item) if part)
        key = ""
        for step in rest:
            if isinstance(step, int):
                key += f", item {step + 1}"
            else:
                key += f".{step}" if key else step
        found.append((line, ": ".join(part for part in (where, key, one.text) if part)))
    return found


def in_order(found: Iterable[tuple[int, str]]) -> list[str]:
    """What `located` returned, in the order of the file, each text once."""
    return list(dict.fromkeys(text for _, text in sorted(found, key=lambda pair: pair[0])))


def _line(place: Location, lines: Mapping[Location, int]) -> int:
    """The line of a place, else of the table it belongs in; 0: not known, or the whole file.

    A list of tables may be written as a table, and a table as a list (see `as_lists`).
    """
    for end in range(len(place), 0, -1):
        head, rest = place[:1], place[1:end]
        as_table = (*head, *rest[1:]) if rest and isinstance(rest[0], int) else place[:end]
        for one in (place[:end], (*head, 0, *rest), as_table):
            if one in lines:
                return lines[one]
    return 0


def _named(place: Location, data: Mapping[str, Any]) -> tuple[str, Location]:
    """What a place's source or feed is called, and the keys below it."""
    if len(place) < 2 or place[0] not in LISTS or not isinstance(place[1], int):
        return "", place
    number = place[1]
    try:
        name = data[str(place[0])][number]["id"]
    except (LookupError, TypeError):
        name = None
    what = LISTS[str(place[0])]
    return f'{what} "{name}"' if isinstance(name, str) else f"{what} {number + 1}", place[2:]


def tables(data: Mapping[str, Any], name: str) -> list[tuple[Location, Mapping[str, Any]]]:
    """The tables of the list `name` in unchecked data, each with its place."""
    items = data.get(name)
    found = enumerate(items if isinstance(items, list) else [])
    return [((name, number), one) for number, one in found if isinstance(one, dict)]


def as_lists(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The data with [[sources]] and [[feeds]] as lists, and problems where they are tables.

    So that what is wrong in them is found as well.
    """
    right, problems = dict(data), []
    for name, what in LISTS.items():
        table = data.get(name)
        if not isinstance(table, dict):
            continue
        problems.append(
            Problem((name,), f"[{name}] is one table — write [[{name}]] above each {what}")
        )
        named = bool(table) and all(isinstance(one, dict) for one in table.values())
        right[name] = [{"id": key, **one} for key, one in table.items()] if named else [dict(table)]
    for name, kind in _sections().items():
        if kind and isinstance(data.get(name), list) and len(data[name]) == 1:
            problems.append(Problem((name,), f"is written [[{name}]] — write [{name}]"))
            right[name] = data[name][0]
    return right, problems


def nearest(word: str, words: Sequence[str]) -> str:
    """`(did you mean …?)` with the most similar of `words`; "" if none is similar."""
    near = difflib.get_close_matches(word, words, n=1)
    return f' (did you mean "{near[0]}"?)' if near else ""


# Messages by pydantic's error type. {name} is filled from the error's context.
_REASONS = {
    "missing": "is missing — add it",
    "string_type": 'must be text — write it in "quotes"',
    "int_type": "must be a whole number, without quotes",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number, without quotes",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false, without quotes",
    "bool_parsing": "must be true or false, without quotes",
    "tuple_type": "must be a list — write it in [brackets]",
    "list_type": "must be a list — write it in [brackets]",
    "dict_type": 'must be a table — write it as {{ name = "value" }}',
    "path_type": 'must be a path — write it in "quotes"',
    "model_type": "must be a table — write it as [section]",
    "literal_error": "must be one of {expected}",
    "union_tag_not_found": "has no kind — add one of {kinds}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
}


def described(error: ValidationError, *, incomplete: bool = False) -> Iterator[Problem]:
    """The problems that pydantic found.

    With `incomplete` data, keys that are missing are left out. So is a key of the top that is
    written in a table: that is the problem.
    """
    found = [(detail, *_walk(detail["loc"])) for detail in _details(error)]
    misplaced = {
        place[-1]
        for detail, place, _ in found
        if detail["type"] == "extra_forbidden" and len(place) > 1
    }
    moved = {place for detail, place, model in found if _is_key_astray(detail, place, model)}
    for detail, place, model in found:
        if detail["type"] == "too_short" and any(
            other[: len(place)] == place and len(other) > len(place) for _, other, _ in found
        ):
            continue  # its items are wrong
        if place in moved and not _is_key_astray(detail, place, model):
            continue  # its value is right where it belongs
        if detail["type"] in ("missing", "union_tag_not_found"):
            if incomplete or (len(place) == 1 and place[0] in misplaced):
                continue
            if len(place) == 1 and place[0] in _tops():
                yield Problem(place, "is missing — add it above the first [table]")
                continue
        yield Problem(place, _reason(detail, place, model))


def _details(error: ValidationError) -> Iterator[ErrorDetails]:
    """The errors, and those in the other keys of sources whose kind is not known."""
    for detail in error.errors():
        yield detail
        if not detail["type"].startswith("union_tag") or not isinstance(detail["input"], dict):
            continue
        try:
            PluginSettings.model_validate(detail["input"] | {"kind": PLUGIN})
        except ValidationError as further:
            for one in further.errors():
                yield one | {"loc": (*detail["loc"], PLUGIN, *one["loc"])}


def _is_key_astray(detail: ErrorDetails, place: Location, model: type[BaseModel] | None) -> bool:
    """Whether a key of the top, or of the table around it, is written into a table."""
    name = str(place[-1]) if place else ""
    if len(place) < 2 or (detail["type"] != "extra_forbidden" and detail["loc"][-1] != "[key]"):
        return False
    around = detail["loc"][-1] == "[key]" and model is not None and name in model.model_fields
    return name in _tops() or around


def _reason(detail: ErrorDetails, place: Location, model: type[BaseModel] | None) -> str:
    name = str(place[-1]) if place else ""
    if _is_key_astray(detail, place, model):
        if name in _tops():
            return f"belongs above the first [table] — move {name} to the top of the file"
        return f"belongs above the table {place[-2]} — move {name} there"
    if detail["type"] == "extra_forbidden":
        return _unknown(name, place, model)
    if detail["type"] == "union_tag_invalid":
        return _unknown_kind(str(detail.get("ctx", {}).get("tag", "")))
    if detail["type"] == "string_pattern_mismatch":
        return _wrong_id(str(detail["input"]))
    reason = _REASONS.get(detail["type"])
    if reason is None:
        return detail["msg"]  # one of `values`, which may quote what is written
    return reason.format(**detail.get("ctx", {}), kinds=_kinds())


def _unknown(name: str, place: Location, model: type[BaseModel] | None) -> str:
    """What is said of a key that its table does not know."""
    own = list(model.model_fields) if model else []
    if model in _models(SourceSettings):
        able = [_kind_of(one) for one in _models(SourceSettings) if name in one.model_fields]
        able = [one for one in able if one != PLUGIN]
        if able:
            kinds = ", ".join(able)
            return f"is for other kinds of sources ({kinds}) — remove it, or change the kind"
    owners = [section for section, one in _sections().items() if one and name in one.model_fields]
    if name in [key for one in _models(SourceSettings) for key in one.model_fields]:
        owners.append("[sources]")
    elsewhere = [f"[{one}]" for one in owners if one not in place]
    near = nearest(name, own)
    if elsewhere and not near:
        return f"belongs in {' or '.join(elsewhere)} — move it there"
    return f"unknown key{near} — correct or remove it"


def _unknown_kind(kind: str) -> str:
    near = nearest(kind, plugins.KINDS.names())
    if kind.lower() in plugins.FORMATS.names():
        near = ' (did you mean "feed"?)'
    return f'"{kind}" is no kind{near} — there are {_kinds()}; a plug-in may bring others'


def _wrong_id(name: str) -> str:
    words = "".join(one if one.isascii() and one.isalnum() else " " for one in name.lower())
    right = "-".join(words.split())
    example = f', such as "{right}"' if right else ""
    return f"must be lower-case letters, digits, - and _ — write another{example}"


def _kinds() -> str:
    return ", ".join(f"'{name}'" for name in plugins.KINDS.names())


def _sections() -> dict[str, type[BaseModel] | None]:
    """The keys of the top: the class of each that is a section, None for the others."""
    fields = Document.model_fields
    found = {name: next(iter(_models(one.annotation)), None) for name, one in fields.items()}
    return found | dict.fromkeys(LISTS)


def _tops() -> list[str]:
    """The keys of the top that are neither a section nor a list of tables."""
    return [name for name, one in _sections().items() if one is None and name not in LISTS]


def _walk(location: tuple[int | str, ...]) -> tuple[Location, type[BaseModel] | None]:
    """The place of an error in the file, and the model that its last key belongs to."""
    place: list[int | str] = []
    kind: Any = Document
    holder: type[BaseModel] | None = Document
    for step in location:
        if step == "[key]":
            continue
        if isinstance(step, int):
            place.append(step)
            kind = next(iter(get_args(kind)), None)
            continue
        choices = [one for one in _models(kind) if step in _tags(one)]
        if choices and len(_models(kind)) > 1:  # the tag of a union, not a key of the file
            kind = holder = choices[0]
            continue
        models = _models(kind)
        if not models:  # a key of a plain table, or a member of a union of plain types
            if get_origin(kind) is dict:
                place.append(step)
            kind = next(iter(get_args(kind)[1:]), None)
            continue
        holder = models[0]
        field = holder.model_fields.get(step)
        kind = field.annotation if field else None
        place.append(step)
    return tuple(place), holder


def _models(kind: Any) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    if get_origin(kind) in (Annotated, Union, types.UnionType):
        return [model for one in get_args(kind) for model in _models(one)]
    return []


def _kind_of(model: type[BaseModel]) -> str:
    return str(next(iter(_tags(model)), ""))


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    field = model.model_fields.get("kind")
    return get_args(field.annotation) or (PLUGIN,) if field else ()
