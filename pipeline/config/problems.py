"""Describes what is wrong with a settings file: one line per problem.

Each line names the key or the line in the file, the reason and the remedy.
"""

import difflib
import re
import types
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from pipeline import plugins
from pipeline.config.document import PLUGIN, Document, FolderSettings, PluginSettings
from pipeline.config.settings import Settings


def where(message: str) -> str:
    """Put the place first: `Invalid value (at line 3, column 5)` becomes `line 3, column 5: …`."""
    match = re.fullmatch(r"(.*) \(at (.*)\)", message, re.DOTALL)
    return f"{match[2]}: {match[1][0].lower()}{match[1][1:]}" if match else message


def duplicate_ids(data: Mapping[str, Any]) -> Iterator[str]:
    """Ids given twice. Works on unchecked data, so that they are found beside other problems."""
    for table in ("sources", "feeds"):
        seen: set[str] = set()
        items = data.get(table)
        for number, item in enumerate(items if isinstance(items, list) else []):
            name = item.get("id") if isinstance(item, dict) else None
            if isinstance(name, str):
                if name in seen:
                    yield f'{table}[{number}].id: "{name}" is taken — give each its own id'
                seen.add(name)


def contradictions(settings: Settings) -> Iterator[str]:
    """Problems between several keys, or between a key and the disk."""
    for number, source in enumerate(settings.document.sources):
        key = f"sources[{number}]"
        if source.every is not None and source.cron is not None:
            yield f"{key}: has both `every` and `cron` — keep one of them"
        if source.timezone and source.cron is None:
            yield f"{key}.timezone: needs a `cron` — add one, or remove the timezone"
        if not isinstance(source, FolderSettings) and source.next_page and source.join_pages == 1:
            yield f"{key}.next_page: has no effect while `join_pages` is 1 — set it to 2 or more"
        if isinstance(source, PluginSettings):
            places = [name for name in ("url", "urls", "path") if getattr(source, name)]
            if len(places) != 1:
                present = " and ".join(f"`{name}`" for name in places) or "none"
                yield f"{key}: needs one of `url`, `urls` and `path`, but has {present}"
        if isinstance(source, FolderSettings):
            folder = Path(settings.sources[source.id].path)
            # A missing folder may be on a disk that is mounted later: it stops its source only.
            if folder.exists() and not folder.is_dir():
                yield f"{key}.path: {folder} is no folder — make it one, or correct the path"
    for number, feed in enumerate(settings.document.feeds):
        for place, name in enumerate(feed.sources):
            if name not in settings.sources:
                near = _nearest(name, list(settings.sources))
                yield (
                    f'feeds[{number}].sources[{place}]: there is no source "{name}"'
                    f"{near} — name one of [[sources]]"
                )
        if feed.link == "page" and not settings.document.base_url:
            yield (
                f'feeds[{number}].link: "page" needs the public address of the article pages — '
                'set `base_url`, or write "original"'
            )
    for key in ("state_dir", "output_dir"):
        folder = getattr(settings, key)
        if folder.exists() and not folder.is_dir():
            yield f"{key}: {folder} is a file — name a folder"


def _nearest(word: str, words: Sequence[str]) -> str:
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
    "path_type": 'must be a path — write it in "quotes"',
    "model_type": "must be a table — write it as [section]",
    "literal_error": "must be one of {expected}",
    "union_tag_invalid": "kind must be one of {kinds}; a plug-in may bring others",
    "union_tag_not_found": "has no kind — add one of {kinds}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must have at least {min_length}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must be lower-case letters, digits, - and _",
}


def describe(detail: ErrorDetails) -> str:
    """One line for a pydantic error: the key's path in the file, the reason, the remedy."""
    path, model = _walk(detail["loc"])
    if detail["type"] == "extra_forbidden":
        name = str(detail["loc"][-1])
        near = _nearest(name, list(model.model_fields) if model else [])
        return f"{path}: unknown key{near} — correct or remove it"
    reason = _REASONS.get(detail["type"], detail["msg"])
    context = dict(detail.get("ctx", {}))
    if detail["type"].startswith("union_tag"):
        context["kinds"] = ", ".join(f"'{name}'" for name in plugins.KINDS.names())
    return f"{path}: {reason.format(**context)}"


def _walk(location: tuple[int | str, ...]) -> tuple[str, type[BaseModel] | None]:
    """The key path of an error location, and the model that the last key belongs to."""
    path = ""
    kind: Any = Document
    holder: type[BaseModel] | None = Document
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
            kind = next(iter(get_args(kind)), None)
            continue
        choices = [one for one in _models(kind) if step in _tags(one)]
        if choices and len(_models(kind)) > 1:  # the tag of a union, not a key of the file
            kind = holder = choices[0]
            continue
        models = _models(kind)
        if not models:  # a member of a union of plain types
            continue
        holder = models[0]
        field = holder.model_fields.get(step)
        kind = field.annotation if field else None
        path += f".{step}" if path else step
    return path, holder


def _models(kind: Any) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    if get_origin(kind) in (Annotated, Union, types.UnionType):
        return [model for one in get_args(kind) for model in _models(one)]
    return []


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    field = model.model_fields.get("kind")
    return get_args(field.annotation) or (PLUGIN,) if field else ()
