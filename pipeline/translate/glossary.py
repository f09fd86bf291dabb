"""A glossary: which terms a text has, and how its translation comes to have the right ones.

In go terms and a segment, out come the places of the terms; with its translation and word links,
the translation with the terms in their places. Pure. What people corrected it never sees.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.options import Term
from pipeline.translate.engine.casing import calmed
from pipeline.translate.engine.masking import ADDRESS
from pipeline.translate.packages.routes import serves
from pipeline.translate.text.alignment import Links, project, words
from pipeline.translate.text.edits import Edit, carried, edited
from pipeline.translate.text.functionwords import function_words
from pipeline.translate.text.segments import normalise

_FIRST = re.compile(r"\w+|[^\w\s]")
# Letters of scripts that do not set words apart: a word's edge is not to be seen there.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_ELIDED = re.compile(r"^[^\W\d_]{1,5}['’](?=\w)")
_NEAR = 2  # words beside a term that may have to agree with it
_SHORT = 3  # letters up to which two words that begin alike may be different ones


@dataclass(frozen=True, slots=True)
class Use:
    """A term in a segment: the characters [start, end), and what they are to become."""

    start: int
    end: int
    wanted: str
    accepted: tuple[str, ...]
    """Other forms of the target term that are right as well."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A translation with its terms, and its word links.

    `changed` are terms that took the place of other words, `missing` those that found none.
    """

    text: str
    links: Links
    changed: tuple[Use, ...] = ()
    missing: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    pattern: re.Pattern[str]
    target: str
    forms: tuple[str, ...]
    language: str


class Glossary:
    """Terms for one target language, ready to be found in segments."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._by_word: dict[str, list[_Entry]] = {}
        self._anywhere: list[_Entry] = []
        entries = [
            (normalise(form), normalise(target), term)
            for term in terms
            for form, target in {term.source: term.target, **term.forms}.items()
        ]
        # Of two terms that begin alike the longer one is meant.
        for form, target, term in sorted(entries, key=lambda one: -len(one[0])):
            forms = tuple(normalise(one) for one in (term.target, *term.forms.values()) if one)
            entry = _Entry(_pattern(form, term), target, forms, term.language)
            if term.part or _UNSPACED.match(form):
                self._anywhere.append(entry)
            else:
                first = _FIRST.match(form)
                self._by_word.setdefault(first[0].casefold() if first else "", []).append(entry)

    def __bool__(self) -> bool:
        return bool(self._by_word or self._anywhere)

    def find(self, segment: str, language: str = "") -> tuple[Use, ...]:
        """The terms in a segment of `language`, in order; they do not overlap.

        Addresses are no text: no term is found in one.
        """
        if not self:
            return ()
        found: list[Use] = []
        taken = [match.span() for match in ADDRESS.finditer(segment)] if "." in segment else []
        candidates = [
            match
            for word in (_FIRST.finditer(segment) if self._by_word else ())
            for entry in self._by_word.get(word[0].casefold(), ())
            if (match := _met(entry, segment, word.start(), language))
        ]
        for entry in self._anywhere:
            if _meant(entry, language):
                candidates += [(m.span(), entry) for m in entry.pattern.finditer(segment)]
        for (start, end), entry in sorted(candidates, key=lambda one: (one[0][0], -one[0][1])):
            if all(end <= a or start >= b for a, b in taken):
                taken.append((start, end))
                wanted = entry.target or segment[start:end]
                found.append(Use(start, end, wanted, entry.forms))
        return tuple(found)


def fitting(languages: Collection[str], wanted: str) -> str:
    """Which of the languages that there are glossaries for serves a target best; "" for none."""
    serving = [code for code in languages if serves(code, wanted)]
    return max(serving, key=lambda code: serves(code, wanted), default="")


def _pattern(form: str, term: Term) -> re.Pattern[str]:
    body = re.sub("['’]", "['’]", re.escape(form))
    if not term.part:
        if not _UNSPACED.match(form[0]) and re.match(r"\w", form[0]):
            body = rf"(?<!\w)(?<!\w[-‑]){body}"
        if not _UNSPACED.match(form[-1]) and re.match(r"\w", form[-1]):
            body = rf"{body}(?!\w)(?![-‑]\w)"
    return re.compile(body, 0 if term.case else re.IGNORECASE)


def _meant(entry: _Entry, language: str) -> bool:
    return not entry.language or not language or bool(serves(entry.language, language))


def _met(
    entry: _Entry, segment: str, at: int, language: str
) -> tuple[tuple[int, int], _Entry] | None:
    match = entry.pattern.match(segment, at) if _meant(entry, language) else None
    return (match.span(), entry) if match else None


def apply(
    source: str,
    target: str,
    links: Links,
    uses: Sequence[Use],
    languages: tuple[str, str] = ("", ""),
) -> Applied:
    """Put the terms of a segment into its translation.

    A term that the model wrote by itself stays where it is. Else it replaces the words that the
    links lead to, several of them or one, with their capitals. What has no such words is missing.
    """
    capitals = calmed(source) != source
    taken: list[tuple[int, int]] = []
    edits: list[tuple[Edit, Use]] = []
    missing: list[Use] = []
    waiting = []
    for use in uses:
        guess = project(source, target, use.start, use.end, links, languages)
        at = _written(source, target, use, guess, links, taken)
        if at is None:
            waiting.append((use, guess))
            continue
        taken.append(at)
        right = _cased(use.wanted, target, at, capitals, use.wanted)
        written = target[slice(*at)]
        if written != right and written.casefold() == right.casefold():
            edits.append((Edit(*at, right), use))
    for use, guess in waiting:
        if guess is None or _broad(source, target, use, guess):
            missing.append(use)
            continue
        elided = _ELIDED.match(target[slice(*guess)])
        if elided and not _ELIDED.match(source[use.start : use.end]):
            guess = guess[0] + elided.end(), guess[1]
        if any(a < guess[1] and b > guess[0] for a, b in taken):
            missing.append(use)
            continue
        taken.append(guess)
        term = _cased(use.wanted, target, guess, capitals, source[use.start : use.end])
        edits.append((Edit(*guess, term), use))
    edits.sort(key=lambda one: one[0].start)
    if not edits:
        return Applied(target, links, (), tuple(missing))
    done = edited(target, [edit for edit, _ in edits])
    here = range(len(words(source)))
    changed = tuple(
        use for edit, use in edits if not same_stem(target[edit.start : edit.end], edit.text)
    )
    moved = carried(links, [(n,) for n in here], done.became)
    return Applied(done.text, moved, changed, tuple(missing))


def _written(
    source: str,
    target: str,
    use: Use,
    guess: tuple[int, int] | None,
    links: Links,
    taken: Collection[tuple[int, int]],
) -> tuple[int, int] | None:
    """Where the translation has the term already: nearest to where it belongs.

    Words that are linked to others only say something else ("the match of the games").
    """
    meant = {n for n, (a, b) in enumerate(words(source)) if a < use.end and b > use.start}
    there = words(target)
    wanted = guess[0] if guess else use.start / max(1, len(source)) * len(target)
    for form in dict.fromkeys((use.wanted, *use.accepted)):
        edges = (r"(?<!\w)", r"(?!\w)") if not _UNSPACED.search(form) else ("", "")
        pattern = re.compile(f"{edges[0]}{re.escape(form)}{edges[1]}", re.IGNORECASE)
        free = [
            match.span()
            for match in pattern.finditer(target)
            if all(match.end() <= a or match.start() >= b for a, b in taken)
        ]
        if guess and form.casefold() != source[use.start : use.end].casefold():
            free = [span for span in free if _may_mean(span, there, meant, links)]
        if free:
            return min(free, key=lambda span: abs(span[0] - wanted))
    return None


def _may_mean(
    span: tuple[int, int],
    there: Sequence[tuple[int, int]],
    meant: Collection[int],
    links: Links,
) -> bool:
    inside = {n for n, (a, b) in enumerate(there) if a < span[1] and b > span[0]}
    froms = {source for source, word in links if word in inside}
    return not froms or not froms.isdisjoint(meant)


def _broad(source: str, target: str, use: Use, guess: tuple[int, int]) -> bool:
    """Whether links lead to so many words that they cannot mean the term."""
    of = len(words(source[use.start : use.end]))
    return len(words(target[slice(*guess)])) > 2 * of + 2


def _cased(term: str, target: str, at: tuple[int, int], capitals: bool, source: str) -> str:
    """The term as it is written there: a line in capitals, a sentence's first word."""
    if capitals:
        return term.upper()
    start = target[at[0]]
    opens = not any(char.isalnum() for char in target[: at[0]])
    if term[:1].islower() and start.isupper() and (opens or source[:1].isupper()):
        return term[:1].upper() + term[1:]
    return term


def switched(segment: str, uses: Sequence[Use]) -> str:
    """The segment with the target terms in the source terms' places: models often copy them, and
    write what agrees with them around them."""
    return edited(segment, [Edit(use.start, use.end, use.wanted) for use in uses]).text


def present(target: str, uses: Sequence[Use]) -> bool:
    """Whether a translation has every term, each as often as it is wanted."""
    for wanted in {use.wanted.casefold() for use in uses}:
        same = [use for use in uses if use.wanted.casefold() == wanted]
        forms = {form.casefold() for use in same for form in (use.wanted, *use.accepted)}
        pattern = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
        if len(re.findall(rf"(?<!\w)(?:{pattern})", target.casefold())) < len(same):
            return False
    return True


def agreed(text: str, other: str, uses: Sequence[Use], languages: tuple[str, str]) -> str:
    """The translation with the articles and endings that `other` has around the same terms.

    `other` is a translation of the same with the terms already in the source, so that the model
    wrote what agrees with them ("o partida" becomes "a partida"). Only what stands between a term
    and the next word that both have is taken, and only where it is an article for an article or
    another form of the same word.
    """
    edits: dict[tuple[int, int], str] = {}
    ours, theirs = words(text), words(other)
    for wanted in {use.wanted for use in uses}:
        pattern = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)", re.IGNORECASE)
        here, there = list(pattern.finditer(text)), list(pattern.finditer(other))
        if len(here) != len(there):
            continue
        for one, two in zip(here, there, strict=True):
            left = [text[a:b] for a, b in ours if b <= one.start()][::-1]
            model = [other[a:b] for a, b in theirs if b <= two.start()][::-1]
            ranges = [pair for pair in ours if pair[1] <= one.start()][::-1]
            edits |= _patch(left, model, ranges, function_words(languages[1]))
            right = [text[a:b] for a, b in ours if a >= one.end()]
            model = [other[a:b] for a, b in theirs if a >= two.end()]
            ranges = [pair for pair in ours if pair[0] >= one.end()]
            edits |= _patch(right, model, ranges, frozenset())
    return edited(text, [Edit(a, b, word) for (a, b), word in sorted(edits.items())]).text


def _patch(
    ours: Sequence[str],
    theirs: Sequence[str],
    ranges: Sequence[tuple[int, int]],
    small: Collection[str],
) -> dict[tuple[int, int], str]:
    """The words beside a term that differ only in form, up to the next one that is the same."""
    patch: dict[tuple[int, int], str] = {}
    for number, at in enumerate(ranges[: _NEAR + 1]):
        one, two = ours[number], theirs[number] if number < len(theirs) else ""
        if one.casefold() == two.casefold():
            return patch
        articles = one.casefold() in small and two.casefold() in small
        if not articles and not same_stem(one, two):
            return {}
        patch[at] = two.capitalize() if one[0].isupper() else two
    return patch if len(ours) == len(theirs) <= _NEAR else {}


def same_stem(one: str, two: str) -> bool:
    """Whether two words are likely forms of one: two in three of their letters are the same."""
    if min(len(one), len(two)) <= _SHORT:
        return False
    stem = max(_SHORT, min(len(one), len(two)) * 2 // 3)
    return one[:stem].casefold() == two[:stem].casefold()
