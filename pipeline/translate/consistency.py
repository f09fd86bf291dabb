"""Write the names of an article the same way in all of its sentences.

`written_alike` takes articles with the translations of their segments, and returns these with the
names alike. `spelt_alike` takes the segments of an article, their translations and the names that
the article declares, and returns the translations to change. A model that copies a name in most
sentences and misspells it in one ("Inverewe", "Invere") knows no other name for it. `unlike`
returns the segments whose translations lack such a name; they are translated again with the name
aside. Raises only what the function that translates again raises.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.translate.engine import names
from pipeline.translate.known import Known
from pipeline.translate.text.edits import Edit, edited, relinked
from pipeline.translate.text.spans import STAND_INS

_LEAST = 5  # letters of a name: shorter ones are like too many words
_MENTIONS = 3  # segments that make a word with a capital a name of the article
_SHORT = 3  # letters of a name that is copied as it is
_LENGTH = 0.85  # of the first translation's words; a second one with fewer has lost some

Again = Callable[[Sequence[str], Collection[str]], Known]
"""Translates segments; those of the second collection with alignment links."""


@dataclass(frozen=True, slots=True)
class Said:
    """The segments of an article, and the texts that declare names: its authors and its title."""

    segments: Collection[str]
    declared: Sequence[str]


def written_alike(
    articles: Sequence[Said], known: Known, aligned: Collection[str], again: Again
) -> list[Known]:
    """Return `known` for each article, with the names of the article written alike in its segments.

    Segments that lack a name are translated `again` with the name aside, those that are `aligned`
    with links; and what is misspelt is corrected. Corrections by people do not change, nor do
    segments that failed or have a term of the glossary.
    """
    fixed = {*known.corrected, *known.kept, *known.terms}
    here = [{one: known.texts[one] for one in article.segments} for article in articles]
    lacking = [unlike(texts, fixed) for texts in here]
    asked = {one.text: one.segment in aligned for row in lacking for one in row}
    second = again(list(asked), {one for one, links in asked.items() if links}) if asked else known
    found = []
    for article, texts, row in zip(articles, here, lacking, strict=True):
        links = dict(known.links)
        for one in row:
            text = second.texts[one.text]
            verdict = second.verdicts.get(one.text)
            done = one.better(texts[one.segment], text, second.links.get(one.text, ""))
            if done and not (verdict and verdict.left):
                texts[one.segment], links[one.segment] = done
        texts |= spelt_alike(texts, article.declared, fixed - known.terms.keys())
        found.append(replace(known, texts=texts, links=links))
    return found


def spelt_alike(
    translations: Mapping[str, str], declared: Iterable[str], fixed: Collection[str] = ()
) -> dict[str, str]:
    """Return {segment: translation} for those in which a name is misspelt.

    `translations` has the segments of one article. Names are the words with a capital of the
    `declared` texts (authors, title) and those that three segments have. One is put in the place of
    a word with fewer letters, where more translations have the name than such a word; of declared
    ones, as many. The segments `fixed` (corrections by people) do not change.
    """
    said = {segment: _names(segment) for segment in translations}
    times = Counter(name for row in said.values() for name in row)
    known = {name for text in declared for name in _names(text)}
    wanted = {name for name, number in times.items() if number >= _MENTIONS or name in known}
    found = {segment: _names(text) for segment, text in translations.items()}
    changed: dict[str, str] = {}
    for name in sorted(wanted):
        at = [segment for segment, row in said.items() if name in row]
        kept = [segment for segment in at if name in found[segment]]
        twins = {one: twin for one in at if (twin := _twin(name, said[one], found[one]))}
        # One that is declared needs no majority.
        if not kept or len(twins) >= len(kept) + (name in known):
            continue
        for segment, twin in twins.items():
            if segment not in fixed:
                text = changed.get(segment, translations[segment])
                changed[segment] = re.sub(rf"(?<!\w){re.escape(twin)}(?!\w)", name, text)
    return changed


@dataclass(frozen=True, slots=True)
class Unlike:
    """A segment whose translation lacks names that most translations of the article have.

    `aside` are the ranges of these names. `text` is the segment with a private character in the
    place of each, which models do not see.
    """

    segment: str
    aside: tuple[names.Range, ...]

    @property
    def text(self) -> str:
        return edited(self.segment, self._edits).text

    @property
    def _edits(self) -> list[Edit]:
        return [Edit(*one, chr(STAND_INS[-1 - n])) for n, one in enumerate(self.aside)]

    def better(self, first: str, second: str, links: str) -> tuple[str, str] | None:
        """Return the second translation and its links with the names in it; None if it is worse.

        It is worse if it has not each name once, has lost another word with a capital, or is
        shorter.
        """
        edits = []
        for one in self._edits:
            at = second.find(one.text)
            if at < 0 or second.count(one.text) > 1:
                return None
            edits.append(Edit(at, at + 1, self.segment[one.start : one.end]))
        done = edited(second, sorted(edits, key=lambda one: one.start))
        same = {one for one in _words(self.segment) & _words(first) if one[0].isupper()}
        if not same <= _words(done.text):
            return None
        if len(names.words(done.text)) < _LENGTH * len(names.words(first)):
            return None
        return done.text, relinked(links, edited(self.segment, self._edits), done)


def unlike(translations: Mapping[str, str], fixed: Collection[str] = ()) -> list[Unlike]:
    """Return the segments whose translations lack a name of the article.

    A name is a word with a capital in three segments, that most of their translations have. The
    first word of a segment is none if the article has it in lower case. Where words with a capital
    beside it are translated, it may be part of another name ("Kanye West", "West Virginia").
    """
    common = {one for segment in translations for one in _words(segment) if one.islower()}
    rows = {segment: _capitalised(segment, common) for segment in translations}
    there = {segment: _words(text) for segment, text in translations.items()}
    small = {segment: {one.casefold() for one in row} for segment, row in there.items()}
    said = {s: {s[a:b] for a, b in row} for s, row in rows.items()}
    times = Counter(name for row in said.values() for name in row)
    copied = Counter(name for s, row in said.items() for name in row if name in there[s])
    wanted = {
        name for name, number in times.items() if number >= _MENTIONS and 2 * copied[name] > number
    }
    found = []
    for segment, row in rows.items():
        lacking = [(a, b) for a, b in row if segment[a:b] in wanted]
        lacking = [(a, b) for a, b in lacking if segment[a:b].casefold() not in small[segment]]
        if segment in fixed or not lacking:
            continue
        runs = _runs(segment, row)
        aside = tuple(
            one for run in runs for one in _aside(segment, run, lacking, wanted, small[segment])
        )
        if aside:
            found.append(Unlike(segment, aside))
    return found


def _aside(
    segment: str,
    run: Sequence[names.Range],
    lacking: Collection[names.Range],
    wanted: Collection[str],
    there: Collection[str],
) -> list[names.Range]:
    """Return the ranges of a run of words with capitals that are put aside.

    They are the names that are `lacking`, with the names of the article beside them: "Global
    Citizen" as one. `there` are the words of the translation; if one of the run is not there and
    not lacking, the run is another name.
    """
    words = [segment[start:end] for start, end in run]
    if any(
        one not in lacking and word.casefold() not in there
        for one, word in zip(run, words, strict=True)
    ):
        return []
    parts = _runs(segment, [one for one, word in zip(run, words, strict=True) if word in wanted])
    return [(part[0][0], part[-1][1]) for part in parts if any(one in lacking for one in part)]


def _runs(text: str, ranges: Iterable[names.Range]) -> list[list[names.Range]]:
    """Return the ranges in runs that only a space or a hyphen is between."""
    rows: list[list[names.Range]] = []
    for start, end in ranges:
        if rows and names.BETWEEN.fullmatch(text[rows[-1][-1][1] : start]):
            rows[-1].append((start, end))
        else:
            rows.append([(start, end)])
    return rows


def _capitalised(text: str, common: Collection[str]) -> list[names.Range]:
    """Return the words with a capital, without a first word that is a `common` one."""
    found = names.words(text)
    if found and text[slice(*found[0])].lower() in common:
        del found[0]
    return [(a, b) for a, b in found if b - a >= _SHORT and text[a].isupper()]


def _words(text: str) -> set[str]:
    return {text[a:b] for a, b in names.words(text)}


def _names(text: str) -> set[str]:
    found = (text[start:end] for start, end in names.words(text))
    return {word for word in found if len(word) >= _LEAST and word[0].isupper()}


def _twin(name: str, here: Collection[str], there: Collection[str]) -> str:
    """Return the one word of a translation that is a misspelt name; "" without one."""
    if name in there:
        return ""
    alike = [word for word in there if word not in here and _is_misspelt(word, name)]
    return alike[0] if len(alike) == 1 else ""


def _is_misspelt(word: str, name: str) -> bool:
    """Return whether a word is a name with fewer letters, the same ones in the same order.

    Not with other letters: "Micronésia" and "Vitória" are translations. One letter less at the end
    is another ending.
    """
    return names.is_rest(word, name) and 2 * len(word) > len(name) and word != name[:-1]
