"""The rules of the clutter removal as switches, and pages that are read with some of them set.

`rules()` are the tables of `blockrules`, `chromerules` and `trim`, and FUNCTIONS: each is switched
off. `constants()` are the numbers of the modules in TUNED: each gets another value. `setting()`
applies any of them for a while, `Reader` reads one page again and again.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import pipeline.extract
from bench.extraction_adapter import captions as captions_of
from bench.probes import Probe
from pipeline.errors import NotAnArticle
from pipeline.extract import metadata
from pipeline.extract.body import content
from pipeline.extract.clutter import (
    banners,
    blockrules,
    bylines,
    captions,
    chrome,
    chromerules,
    consent,
    folds,
    footnotes,
    insets,
    linklists,
    mistaken,
    notices,
    offers,
    orphans,
    others,
    practical,
    promotion,
    pullquotes,
    sections,
    stamps,
    teasers,
    trim,
)
from pipeline.extract.page import prose
from pipeline.extract.page.node import Node

# Functions that are a rule each, and what they return where it is switched off.
FUNCTIONS: tuple[tuple[Any, str, Callable[[], object]], ...] = (
    (chrome, "mark_hidden", list),
    (chrome, "_inline", lambda: None),
    (consent, "mark", list),
    (consent, "_is_notice", lambda: False),
    (teasers, "mark", lambda: None),
    (teasers, "_is_link_block", lambda: False),
    (teasers, "_is_stream", lambda: False),
    (insets, "mark", lambda: None),
    (linklists, "mark", lambda: None),
    (linklists, "_lead_out", lambda: False),
    (linklists, "_is_cell", lambda: False),
    (linklists, "cells", frozenset),
    (footnotes, "find", frozenset),
    (sections, "mark", lambda: None),
    (sections, "_ends_article", lambda: False),
    (sections, "_goes_on", lambda: False),
    (sections, "mark_last", lambda: None),
    (banners, "_is_notice", lambda: False),
    (notices, "find", frozenset),
    (orphans, "mark", lambda: None),
    (captions, "gather", lambda: None),
    (captions, "drop_repeated", lambda: None),
    (captions, "_lacks_picture", lambda: False),
    (captions, "_judge_credit", lambda: None),
    (captions, "_split", lambda: None),
    (captions, "_is_boxed", lambda: False),
    (others, "mark", lambda: False),
    (others, "_lines", lambda: None),
    (others, "_landmarks", list),
    (others, "_above", tuple),
    (others, "_beside", tuple),
    (mistaken, "restore", lambda: None),
    (folds, "find", list),
    (folds, "repeats", lambda: False),
    (content, "standfirst", list),
    (content, "repeats", lambda: False),
    (chrome, "_hold_most", set),
    (banners, "subject", set),
    (trim, "_is_entry", lambda: False),
    (trim, "_pictures", list),
    (promotion, "is_quoted", lambda: False),
)
TABLES = ((blockrules, "RULES"), (chromerules, "RULES"), (trim, "PASSES"))
TUNED = (
    *(bylines, captions, chrome, chromerules, content, folds, footnotes, insets, linklists),
    *(blockrules, mistaken, offers, orphans, others, practical, promotion, prose, pullquotes),
    *(sections, stamps, teasers, trim),
)
_CONSTANT = re.compile("_?[A-Z][A-Z_]*")


@dataclass(frozen=True)
class Switch:
    """A rule or a number: the module and the attribute that holds it, and what it is set to.

    `rule` is what the attribute, a table, is without; None: the attribute is `value`.
    """

    name: str
    module: Any
    attribute: str
    value: Any = None
    rule: Any = None


class Told(NamedTuple):
    """The text of a page, "" for no article, and the captions of its figures."""

    text: str
    captions: list[str]


def rules() -> list[Switch]:
    found = []
    for module, attribute in TABLES:
        for rule in getattr(module, attribute):
            name = getattr(rule, "name", "") or rule.__name__
            found.append(Switch(f"{short(module)}.{name}", module, attribute, rule=rule))
    for module, attribute, nothing in FUNCTIONS:
        found.append(Switch(f"{short(module)}.{attribute}", module, attribute, returning(nothing)))
    return found


def constants(factors: Sequence[float]) -> list[Switch]:
    """Return the numbers of the modules, each multiplied by each factor."""
    found = []
    for module in TUNED:
        for attribute, number in vars(module).items():
            if _CONSTANT.fullmatch(attribute) and type(number) in (int, float):
                values = [_scaled(number, factor) for factor in factors]
                for value in dict.fromkeys(value for value in values if value != number):
                    name = f"{short(module)}.{attribute} {value:g}"
                    found.append(Switch(name, module, attribute, value))
    return found


def probes(chosen: Iterable[Switch], noted: set[str]) -> list[Switch]:
    """Return switches that set a probe for each number of which other values are chosen."""
    values: dict[tuple[str, str], Probe] = {}
    found = []
    for one in chosen:
        if type(one.value) in (int, float):
            key = (one.module.__name__, one.attribute)
            if key not in values:
                values[key] = Probe(getattr(one.module, one.attribute), {}, noted)
                found.append(Switch(one.name, one.module, one.attribute, values[key]))
            values[key].others[one.name] = one.value
    return found


def _scaled(number: float, factor: float) -> float:
    """Return a number times a factor: a share stays below 1, a count differs by at least 1."""
    if isinstance(number, int):
        step = max(1, round(abs(factor - 1) * number))
        return max(0, number + (step if factor > 1 else -step))
    return min(number * factor, (1 + number) / 2) if number < 1 else number * factor


def short(module: Any) -> str:
    return str(module.__name__).rpartition(".")[2]


def returning(value: Callable[[], object]) -> Callable[..., object]:
    return lambda *_, **__: value()


@contextmanager
def replaced(module: Any, attribute: str, value: Any) -> Iterator[None]:
    before = getattr(module, attribute)
    setattr(module, attribute, value)
    try:
        yield
    finally:
        setattr(module, attribute, before)


@contextmanager
def setting(switches: Iterable[Switch]) -> Iterator[None]:
    """Apply switches together; of several values for one attribute the last one counts."""
    with ExitStack() as stack:
        for one in switches:
            value = one.value
            if one.rule is not None:
                table = getattr(one.module, one.attribute)
                value = tuple(rule for rule in table if rule is not one.rule)
            stack.enter_context(replaced(one.module, one.attribute, value))
        yield


@contextmanager
def watched(done: set[str]) -> Iterator[None]:
    """Note the names of the rules that do something while the page is read."""
    with ExitStack() as stack:
        for module in (blockrules, chromerules):
            rules = tuple(
                rule._replace(applies=noting(rule.applies, f"{short(module)}.{rule.name}", done))
                for rule in module.RULES
            )
            stack.enter_context(replaced(module, "RULES", rules))
        passes = (noting(one, f"trim.{one.__name__}", done, changes=True) for one in trim.PASSES)
        stack.enter_context(replaced(trim, "PASSES", tuple(passes)))
        for module, attribute, nothing in FUNCTIONS:
            name, function = f"{short(module)}.{attribute}", getattr(module, attribute)
            noted = noting(function, name, done, changes=nothing() is None)
            stack.enter_context(replaced(module, attribute, noted))
        yield


def noting(
    function: Callable[..., Any], name: str, done: set[str], *, changes: bool = False
) -> Callable[..., Any]:
    """Return a function that notes its name when it returns something, or changes its subject."""

    def noted(*args: Any, **named: Any) -> Any:
        if name in done:
            return function(*args, **named)
        before = state(args[0]) if changes else None
        result = function(*args, **named)
        if result or (changes and state(args[0]) != before):
            done.add(name)
        return result

    return noted


def state(subject: Any) -> object:
    """Everything that a rule may change of a tree or of the blocks of a container."""
    if isinstance(subject, Node):
        found: list[object] = []
        stack = [subject]
        while stack:
            node = stack.pop()
            found.append((id(node), node.verdict, node.name, node.leaf, id(node.children)))
            found.append(len(node.children))
            stack.extend(node.nodes())
        return found
    if isinstance(subject, trim._Page):
        return [(block.bad, block.solid, block.node.verdict) for block in subject.blocks]
    if isinstance(subject, list):
        return [node.verdict for node in subject]
    return None


class Reader:
    """Reads one page again and again: parsed once, its metadata gathered once."""

    def __init__(self, html: bytes, url: str) -> None:
        self.html, self.url = html, url
        self._known: dict[object, Any] = {}

    def told(self, switches: Iterable[Switch] = (), done: set[str] | None = None) -> Told:
        """Return what the page says with some switches set, or with its rules watched."""
        with ExitStack() as stack:
            for module, name in ((pipeline.extract, "parse"), (metadata, "read")):
                stack.enter_context(replaced(module, name, self._once(getattr(module, name))))
            stack.enter_context(setting(switches))
            if done is not None:
                stack.enter_context(watched(done))
            try:
                article = pipeline.extract.extract(self.html, self.url)
            except NotAnArticle:
                return Told("", [])
            figures = "<figcaption" in article.html
            return Told(article.text, captions_of(article.html) if figures else [])

    def _once(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def known(subject: Any, *rest: Any) -> Any:
            key = subject if isinstance(subject, str) else (id(subject), *rest)
            if key not in self._known:
                self._known[key] = function(subject, *rest)
            return self._known[key]

        return known

    def all(self, chosen: list[Switch]) -> tuple[Told, dict[str, Told]]:
        """Return what the page says, and what it says otherwise by the name of a switch.

        Rules that do nothing on the page and numbers that decide nothing are not tried.
        """
        done: set[str] = set()
        whole = self.told(probes(chosen, done), done)
        others = {one.name: self.told([one]) for one in chosen if one.name in done}
        return whole, {name: told for name, told in others.items() if told != whole}
