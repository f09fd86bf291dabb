"""Find a glossary's terms in segments, and put their targets into translations.

`Glossary.find` takes a segment and returns its terms with their positions. `apply` takes the
segment, its translation and its alignment links, and returns the translation with the target
terms. Pure functions; never raises. Corrections by people are not passed through a glossary.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.options import Term
from pipeline.translate.engine.casing import calmed
from pipeline.translate.packages.routes import serves
from pipeline.translate.text.alignment import Links, project, words
from pipeline.translate.text.edits import Edit, carried, edited
from pipeline.translate.text.functionwords import function_words
from pipeline.translate.text.kept import ADDRESS
from pipeline.translate.text.segments import normalise

_FIRST = re.compile(r"\w+|[^\w\s]")
# Letters of scripts without spaces between words: the edge of a word cannot be recognised there.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_ELIDED = re.compile(r"^[^\W\d_]{1,5}['’](?=\w)")
_NEAR = 2  # words on each side of a term that may have to agree with it
_SHORT = 3  # words of so few letters are never taken for forms of one word


@dataclass(frozen=True, slots=True)
class Use:
    """A term in a segment: the characters [start, end), and their translation (`wanted`)."""

    start: int
    end: int
    wanted: str
    accepted: tuple[str, ...]
    """Other forms of the target term that are correct, too."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A translation with its target terms, and its alignment links.

    `replaced` are terms that replaced other words, with these; `missing` are those for which no
    words were found.
    """

    text: str
    links: Links
    replaced: tuple[tuple[Use, str], ...] = ()
    missing: tuple[Use, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether a term replaced another word than a form of itself."""
        return any(not same_stem(written, use.wanted) for use, written in self.replaced)


@dataclass(frozen=True, slots=True)
class _Entry:
    pattern: re.Pattern[str]
    target: str
    forms: tuple[str, ...]
    language: str


class Glossary:
    """The terms for one target language, indexed for finding them in segments."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._by_word: dict[str, list[_Entry]] = {}
        self._anywhere: list[_Entry] = []
        entries = [
            (normalise(form), normalise(target), term)
            for term in terms
            for form, target in {term.source: term.target, **term.forms}.items()
        ]
        # The longer of two terms with the same beginning takes precedence.
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
        """Return the terms in a segment of `language`, in order and without overlaps.

        Terms inside web and mail addresses are not found.
        """
        if not self:
            return ()
        found: list[Use] = []
        taken = [match.span() for match in ADDRESS.finditer(segment)] if "." in segment else []
        candidates = [
            match
            for word in (_FIRST.finditer(segment) if self._by_word else ())
            for entry in self._by_word.get(word[0].casefold(), ())
            if (match := _match_at(entry, segment, word.start(), language))
        ]
        for entry in self._anywhere:
            if _is_for(entry, language):
                candidates += [(m.span(), entry) for m in entry.pattern.finditer(segment)]
        for (start, end), entry in sorted(candidates, key=lambda one: (one[0][0], -one[0][1])):
            if all(end <= a or start >= b for a, b in taken):
                taken.append((start, end))
                wanted = entry.target or segment[start:end]
                found.append(Use(start, end, wanted, entry.forms))
        return tuple(found)


def fitting(languages: Collection[str], wanted: str) -> str:
    """Return which of the glossaries' languages fits the target language best; "" if none does."""
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


def _is_for(entry: _Entry, language: str) -> bool:
    return not entry.language or not language or bool(serves(entry.language, language))


def _match_at(
    entry: _Entry, segment: str, at: int, language: str
) -> tuple[tuple[int, int], _Entry] | None:
    match = entry.pattern.match(segment, at) if _is_for(entry, language) else None
    return (match.span(), entry) if match else None


def apply(
    source: str,
    target: str,
    links: Links,
    uses: Sequence[Use],
    languages: tuple[str, str] = ("", ""),
) -> Applied:
    """Put the target terms of a segment into its translation.

    A term that the model wrote by itself stays where it is. Otherwise it replaces the words that
    the links lead to and takes over their capitals. A term without such words is `missing`.
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
        right = _in_case_of(use.wanted, target, at, capitals, use.wanted)
        written = target[slice(*at)]
        if written != right and written.casefold() == right.casefold():
            edits.append((Edit(*at, right), use))
    for use, guess in waiting:
        if guess is None or _is_too_broad(source, target, use, guess):
            missing.append(use)
            continue
        elided = _ELIDED.match(target[slice(*guess)])
        if elided and not _ELIDED.match(source[use.start : use.end]):
            guess = guess[0] + elided.end(), guess[1]
        if any(a < guess[1] and b > guess[0] for a, b in taken):
            missing.append(use)
            continue
        taken.append(guess)
        term = _in_case_of(use.wanted, target, guess, capitals, source[use.start : use.end])
        edits.append((Edit(*guess, term), use))
    edits.sort(key=lambda one: one[0].start)
    if not edits:
        return Applied(target, links, (), tuple(missing))
    done = edited(target, [edit for edit, _ in edits])
    here = range(len(words(source)))
    replaced = tuple((use, target[edit.start : edit.end]) for edit, use in edits)
    moved = carried(links, [(n,) for n in here], done.became)
    return Applied(done.text, moved, replaced, tuple(missing))


def _written(
    source: str,
    target: str,
    use: Use,
    guess: tuple[int, int] | None,
    links: Links,
    taken: Collection[tuple[int, int]],
) -> tuple[int, int] | None:
    """Return where the translation has the term already, nearest to its expected place, or None.

    Words that are linked only to other source words do not count ("the match of the games").
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


def _is_too_broad(source: str, target: str, use: Use, guess: tuple[int, int]) -> bool:
    """Return whether the links lead to more words than the translation of the term can have."""
    of = len(words(source[use.start : use.end]))
    return len(words(target[slice(*guess)])) > 2 * of + 2


def _in_case_of(term: str, target: str, at: tuple[int, int], capitals: bool, source: str) -> str:
    """Return the term in the case of its place: in a line in capitals, or as the first word."""
    if capitals:
        return term.upper()
    start = target[at[0]]
    opens = not any(char.isalnum() for char in target[: at[0]])
    if term[:1].islower() and start.isupper() and (opens or source[:1].isupper()):
        return term[:1].upper() + term[1:]
    return term


def with_targets(segment: str, uses: Sequence[Use]) -> str:
    """Return the segment with the target terms in place of the source terms.

    Models often copy them, and make the words around agree with them.
    """
    return edited(segment, [Edit(use.start, use.end, use.wanted) for use in uses]).text


def has_terms(target: str, uses: Sequence[Use]) -> bool:
    """Return whether a translation has every term, each as often as the segment."""
    for wanted in {use.wanted.casefold() for use in uses}:
        same = [use for use in uses if use.wanted.casefold() == wanted]
        forms = {form.casefold() for use in same for form in (use.wanted, *use.accepted)}
        pattern = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
        if len(re.findall(rf"(?<!\w)(?:{pattern})", target.casefold())) < len(same):
            return False
    return True


def agreed(text: str, other: str, uses: Sequence[Use], languages: tuple[str, str]) -> str:
    """Return the translation with the articles and endings that `other` has around the terms.

    `other` is the translation of the segment with the target terms written into it, in which the
    model made articles and endings agree ("o partida" becomes "a partida"). Only words between a
    term and the next word that both translations have are replaced, and only an article by an
    article, or a word by another form of it.
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
            edits |= _replacements(left, model, ranges, function_words(languages[1]))
            right = [text[a:b] for a, b in ours if a >= one.end()]
            model = [other[a:b] for a, b in theirs if a >= two.end()]
            ranges = [pair for pair in ours if pair[0] >= one.end()]
            edits |= _replacements(right, model, ranges, frozenset())
    return edited(text, [Edit(a, b, word) for (a, b), word in sorted(edits.items())]).text


def _replacements(
    ours: Sequence[str],
    theirs: Sequence[str],
    ranges: Sequence[tuple[int, int]],
    small: Collection[str],
) -> dict[tuple[int, int], str]:
    """Return the replacements of words beside a term, up to the next word that is the same in both.

    {} if the words differ in more than their form, or if there are more than _NEAR.
    """
    replacements: dict[tuple[int, int], str] = {}
    for number, at in enumerate(ranges[: _NEAR + 1]):
        one, two = ours[number], theirs[number] if number < len(theirs) else ""
        if one.casefold() == two.casefold():
            return replacements
        articles = one.casefold() in small and two.casefold() in small
        if not articles and not same_stem(one, two):
            return {}
        replacements[at] = two.capitalize() if one[0].isupper() else two
    return replacements if len(ours) == len(theirs) <= _NEAR else {}


def same_stem(one: str, two: str) -> bool:
    """Return whether two words are likely forms of one: their first two thirds are the same."""
    if min(len(one), len(two)) <= _SHORT:
        return False
    stem = max(_SHORT, min(len(one), len(two)) * 2 // 3)
    return one[:stem].casefold() == two[:stem].casefold()
