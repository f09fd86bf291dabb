"""Says what is wrong with a settings file that is no TOML: each statement, and what to write.

Takes what `places.faults` found. Never raises.
"""

import re

from pipeline.config.values import without_password

_TYPOGRAPHIC = re.compile("[“”„‟«»‘’‚]")
_YES_OR_NO = {"true": "true", "yes": "true", "on": "true"} | {
    "false": "false",
    "no": "false",
    "off": "false",
}
_TWICE = re.compile(r"Cannot (declare|overwrite|mutate)")
# What no message may show.
_SECRET = re.compile(r"""(\b(?:token|cookie|authorization)["']?\s*[:=]\s*).*""", re.IGNORECASE)
_BACKSLASH = re.compile(r"Unescaped '\\' in a string|Invalid hex value|Escaped character")


def told(reason: str, statement: str) -> str:
    """What is wrong with a statement, and the remedy. `reason` is the message of `tomllib`."""
    first = without_password(statement.strip().partition("\n")[0].strip())
    first = _SECRET.sub(r"\1…", first)
    if first.startswith("["):
        return _of_table(reason, first)
    key, equals, value = (part.strip() for part in first.partition("="))
    if _TWICE.match(reason):
        return f"{key}: is given twice — keep one of them"
    if not equals:
        name, colon, rest = (part.strip() for part in first.partition(":"))
        if colon and re.fullmatch(r"[\w-]+", name):
            return f"{name}: has a colon — write {name} = {_quoted(rest)}"
        return f'"{_short(first)}" is no setting — write it as key = value, or put # before it'
    return f"{_short(key)}: {_of_value(reason, key, value)}"


def _of_table(reason: str, first: str) -> str:
    if _TWICE.match(reason):
        return f"{first} is there twice — put its settings together in one"
    name = re.sub(r"[^\w.-]", "", first.partition("#")[0])
    right = f"[[{name}]]" if first.startswith("[[") else f"[{name}]"
    return f'"{_short(first)}" is no table — write {right}'


def _of_value(reason: str, key: str, value: str) -> str:
    if not value:
        return f'has no value — write one, such as {_short(key)} = ""'
    if _TYPOGRAPHIC.search(value):
        straight = _TYPOGRAPHIC.sub('"', value)
        return f"has typographic quotation marks — write straight ones: {_short(straight)}"
    if _BACKSLASH.search(reason):
        return f"has a \\ in it — write it in single quotes: '{_short(value).strip(chr(34))}'"
    bare = value.partition("#")[0].strip()
    if bare.lower() in _YES_OR_NO:
        return f"{bare} is not known — write {_YES_OR_NO[bare.lower()]}, in small letters"
    if value[0] == "[":
        if value.count("[") > value.count("]"):
            return "the list does not end — add the ] at its end"
        return 'has an item without quotes, or two without a comma — write ["one", "two"]'
    if value[0] == "{":
        return 'a table in a line is { name = "value", other = "value" } — correct it'
    if value[0] in "\"'":
        rest = value.rstrip()
        if rest.count(rest[0]) % 2:
            return f"the text does not end — add the {value[0]} at its end"
        return f"has something after its value ({reason[0].lower()}{reason[1:]}) — remove it"
    return f"text needs quotes — write {_short(key)} = {_quoted(bare)}"


def _quoted(value: str) -> str:
    return _short(value) if value[:1] in ('"', "'", "[", "{") else f'"{_short(value)}"'


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
