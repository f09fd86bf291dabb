"""Translate articles, texts and HTML: the entry point for the rest of babelwire.

`Translator.translate` takes a stream of articles in any languages, and yields each with its
translation in the same order; an article that cannot be translated comes with its error instead
and does not stop the others. `texts`, `html` and `explain` raise NoModel or ModelError.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Literal

from pipeline.article import Article, Translation
from pipeline.errors import BabelwireError, DeadlyText, ModelError, NoModel, PoorTranslation
from pipeline.options import Term, TranslateOptions
from pipeline.translate.consistency import Said, written_alike
from pipeline.translate.engine.batches import Elsewhere
from pipeline.translate.engine.engine import Engine
from pipeline.translate.engine.gate import Verdict
from pipeline.translate.glossary import Glossary, fitting
from pipeline.translate.known import Known, rebuilt, step
from pipeline.translate.memory import Aside, DictMemory, Memory, correction_key, memory_key
from pipeline.translate.packages.models import Models
from pipeline.translate.packages.package import Model
from pipeline.translate.packages.provider import Provider
from pipeline.translate.plans import Plan, next_window, plan_of, refuse_string
from pipeline.translate.terms import FAULT, settle
from pipeline.translate.text.blocks import Block, block, rebuild
from pipeline.translate.text.markup import parse
from pipeline.translate.text.spans import Text

LINKS, GATE = "#links", "#gate"
"""Suffixes of the memory's keys for alignment links and for verdicts."""
_WRITE_EVERY = 64  # results that are written to the memory together
_NO_TERMS = Glossary(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A segment of an article, its translation, who made it, and the gate's verdict.

    `terms` are the glossary's terms in it: (term, target term).
    """

    segment: str
    translation: str
    by: Literal["memory", "model", "person"]
    verdict: Verdict
    terms: tuple[tuple[str, str], ...] = ()


class Translator:
    """Translates with the models of `options.packages_dir`; safe to share between threads."""

    def __init__(
        self,
        options: TranslateOptions | None = None,
        memory: Memory | None = None,
        models: Models | None = None,
        glossaries: Mapping[str, Sequence[Term]] | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        """Create a translator; `glossaries` has terms by target language.

        With `elsewhere`, batches are computed where that says.
        """
        self.options = options or TranslateOptions()
        self.memory: Memory = memory if memory is not None else DictMemory()
        self.models = models or Models(
            self.options.packages_dir,
            self.options.package_index,
            requantise=self.options.requantise,
        )
        self._engine = Engine(self.options, elsewhere)
        self._provider = Provider(self.models)
        self._glossaries = {code: Glossary(terms) for code, terms in (glossaries or {}).items()}

    def aside(self) -> "Translator":
        """A translator with the same models in memory, which stores nothing and installs nothing:
        what is new to the memory it keeps to itself."""
        other = copy(self)
        other.memory = Aside(self.memory)
        other.options = self.options.model_copy(update={"install_missing": False})
        return other

    def loaded(self) -> list[str]:
        """The models in memory, by the names of their packages ("en_pt-1.0")."""
        return self._engine.loaded()

    def translate(
        self,
        articles: Iterable[Article],
        language: str,
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[tuple[Article, Translation | BabelwireError]]:
        """Yield each article with its translation into `language`, or with its error, in order.

        `progress` is called with the number of source words translated since its last call. An
        article that is already in `language` is returned unchanged as its translation. Errors of
        one article (BabelwireError) are yielded, not raised.
        """
        stream = iter(articles)
        while window := next_window(stream):
            yield from self._translate_window(window, language, progress or (lambda _: None))

    def explain(self, article: Article, language: str) -> list[Explanation]:
        """Return how each distinct segment of an article is translated, in order.

        Segments that are not in the memory are translated now and stored. Returns [] for an article
        that is already in `language`. Raises NoModel or ModelError.
        """
        plan = self._plan(article, language)
        if isinstance(plan, Translation):
            return []
        (known,) = self._alike([plan], language, lambda _: None)
        return [
            Explanation(
                segment=one,
                translation=known.texts[one],
                by=known.author(one),
                verdict=known.verdicts.get(one, Verdict()),
                terms=tuple((one[u.start : u.end], u.wanted) for u in known.terms.get(one, ())),
            )
            for one in plan.segments
        ]

    def texts(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """Translate plain texts; lines, blank lines and indentation are kept.

        Raises NoModel or ModelError; TypeError for a single string.
        """
        refuse_string(texts)
        route = self._route(source, target)
        blocks = [block(Text(text), source) for text in texts]
        known = self._known(blocks, route, target, lambda _: None)
        return [rebuild(part, known.texts, source, target).text for part in blocks]

    def html(self, fragments: Sequence[str], source: str, target: str) -> list[str]:
        """Translate HTML fragments or whole documents; their structure is kept.

        Raises NoModel or ModelError; TypeError for a single string.
        """
        refuse_string(fragments)
        route = self._route(source, target)
        documents = [parse(fragment, source) for fragment in fragments]
        blocks = [[block(text, source) for text in d.texts] for d in documents]
        parts = [b for group in blocks for b in group]
        known = self._known(parts, route, target, lambda _: None)
        done = [rebuilt(group, known, source, target) for group in blocks]
        return [
            document.render(group, target, source)
            for document, group in zip(documents, done, strict=True)
        ]

    def _route(
        self, source: str, target: str, progress: Callable[[int], None] = lambda _: None
    ) -> tuple[Model, ...]:
        """Return the models to use; () if the text stays as it is.

        With `install_missing` missing models are fetched. Raises NoModel or ModelError.
        """
        if self.models.stays(source, target):
            return ()
        self.models.ensure_embedded()
        try:
            return self.models.route(source, target)
        except NoModel:
            if not self.options.install_missing:
                raise
        return self._provider.route(source, target, progress)

    def _translate_window(
        self, articles: Sequence[Article], language: str, progress: Callable[[int], None]
    ) -> Iterator[tuple[Article, Translation | BabelwireError]]:
        plans: list[Plan | Translation | BabelwireError] = []
        for article in articles:
            try:
                plans.append(self._plan(article, language, progress))
            except BabelwireError as error:
                plans.append(error)
        groups: dict[tuple[Model, ...], list[Plan]] = {}
        for plan in plans:
            if isinstance(plan, Plan):
                groups.setdefault(plan.route, []).append(plan)
        known = {route: self._each(group, language, progress) for route, group in groups.items()}
        for article, plan in zip(articles, plans, strict=True):
            if isinstance(plan, Plan):
                found = next(known[plan.route])
                yield article, self._finish(plan, found) if isinstance(found, Known) else found
            else:
                yield article, plan

    def _each(
        self, plans: Sequence[Plan], language: str, progress: Callable[[int], None]
    ) -> Iterator[Known | BabelwireError]:
        """Return the translations for each plan, all of one route, or its error."""
        try:
            return iter(self._alike(plans, language, progress))
        except DeadlyText as error:
            if len(plans) == 1:
                return iter([DeadlyText(plans[0].article.url, error.reason, error.remedy)])
            # One of these articles has it; what is done of the others is in the memory.
            return chain.from_iterable(self._each([one], language, progress) for one in plans)
        except BabelwireError as error:
            return repeat(error, len(plans))

    def _alike(
        self, plans: Sequence[Plan], language: str, progress: Callable[[int], None]
    ) -> list[Known]:
        """Return the translations for each plan, all of one route, with names written alike."""
        route = plans[0].route
        parts = [part for plan in plans for part in plan.blocks]
        known = self._known(parts, route, language, progress)
        aligned = {segment for part in parts for segment in part.aligned}

        def again(segments: Sequence[str], linked: Collection[str]) -> Known:
            return self._through(segments, linked, route, lambda _: None)

        said = [Said(plan.segments, (*plan.article.authors, plan.article.title)) for plan in plans]
        return written_alike(said, known, aligned, again)

    def _plan(
        self,
        article: Article,
        language: str,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Plan | Translation:
        if article.language is None:
            raise ModelError(
                article.url,
                "its language is not known, so no model can be chosen",
                "set the language of the source (sources.language), then `babelwire reextract`",
            )
        route = self._route(article.language, language, progress)
        if not route:
            return Translation(
                language=language,
                source_language=language,
                title=article.title,
                summary=article.summary,
                html=article.html,
            )
        return plan_of(article, language, route)

    def _finish(self, plan: Plan, known: Known) -> Translation | BabelwireError:
        source = plan.article.language or ""
        segments = plan.segments
        verdicts = [known.verdicts[one] for one in segments if one in known.verdicts]
        failed = sum(1 for verdict in verdicts if verdict.kept)
        if failed > self.options.max_failed_share * len(segments):
            found = dict.fromkeys(fault for one in verdicts if one.kept for fault in one.left)
            return PoorTranslation(
                plan.article.url,
                f"{failed} of {len(segments)} segments could not be translated "
                f"to {plan.language} ({', '.join(found)})",
                "see `babelwire explain`; install a better model, or raise "
                "translate.max_failed_share",
            )
        done = rebuilt(plan.blocks, known, source, plan.language)
        return Translation(
            language=plan.language,
            source_language=source,
            title=done[0].text,
            summary=done[1].text,
            html=plan.document.render(done[2:], plan.language, source),
            models=tuple(model.key for model in plan.route),
            segments=len(segments),
            fresh=sum(1 for segment in segments if segment in known.fresh),
            doubts=sum(1 for verdict in verdicts if verdict.left),
            failed=failed,
        )

    def _known(
        self,
        blocks: Sequence[Block],
        route: Sequence[Model],
        language: str,
        progress: Callable[[int], None],
    ) -> Known:
        """Return translations of every segment of the blocks, from the memory or the models.

        Corrections by people take precedence over the glossary, and the glossary over the models.
        """
        segments = list(dict.fromkeys(s for part in blocks for s in part.segments))
        aligned = {segment for part in blocks for segment in part.aligned}
        if not route or not segments:
            return Known({segment: segment for segment in segments})
        languages = route[0].from_code, route[-1].to_code
        corrected = self.memory.get(correction_key(*languages), segments)
        machine = [segment for segment in segments if segment not in corrected]
        glossary = self._glossaries.get(fitting(self._glossaries, language), _NO_TERMS)
        uses = {one: found for one in machine if (found := glossary.find(one, languages[0]))}
        known = self._through(machine, aligned | uses.keys(), route, progress)
        kept = known.kept
        known.terms = {one: found for one, found in uses.items() if one not in kept}
        if known.terms:
            self._settle(known, aligned, route, languages)
        known.texts.update(corrected)
        known.corrected = corrected.keys()
        return known

    def _settle(
        self,
        known: Known,
        aligned: Collection[str],
        route: Sequence[Model],
        languages: tuple[str, str],
    ) -> None:
        """Put the glossary's terms into translations; a missing one is a fault in the verdict."""

        def again(segments: list[str]) -> Known:
            return self._through(segments, segments if aligned else (), route, lambda _: None)

        for segment, done in settle(known, known.terms, languages, again).items():
            known.texts[segment], known.links[segment] = done.text, done.links
            if done.missing:
                verdict = known.verdicts.get(segment, Verdict())
                known.verdicts[segment] = replace(
                    verdict, first=(*verdict.first, FAULT), left=(*verdict.left, FAULT)
                )

    def _through(
        self,
        segments: Sequence[str],
        aligned: Collection[str],
        route: Sequence[Model],
        progress: Callable[[int], None],
    ) -> Known:
        """Translate segments with the models of a route, one model after the other."""
        known = Known({segment: segment for segment in segments})
        for hop, model in enumerate(route):
            # A segment that failed on one hop is not translated further.
            kept = known.kept
            going = [one for one in segments if one not in kept]
            wanted = list(dict.fromkeys(known.texts[one] for one in going))
            with_links = {known.texts[one] for one in going if one in aligned}
            # Progress is reported once for each word: on the last hop.
            report = progress if hop == len(route) - 1 else (lambda _: None)
            found = self._hop(wanted, with_links, model, report)
            for segment in going:
                step(known, segment, found, hop, len(route), segment in aligned)
        return known

    def _hop(
        self,
        segments: Sequence[str],
        aligned: Collection[str],
        model: Model,
        progress: Callable[[int], None],
    ) -> Known:
        """Translate segments with one model, from the memory where it has them.

        Links and verdicts are in the memory under keys of their own, see LINKS and GATE.
        """
        model = self.models.current(model)
        key = memory_key(model, self.options)
        links_key, gate_key = f"{key}{LINKS}", f"{key}{GATE}"
        found = Known(self.memory.get(key, segments) if segments else {})
        texts, links = found.texts, found.links
        links.update(self.memory.get(links_key, aligned) if aligned else {})
        for segment, line in (self.memory.get(gate_key, list(texts)) if texts else {}).items():
            found.verdicts[segment] = Verdict.parse(line)
        progress(sum(len(segment.split()) for segment in texts))
        found.fresh.update(segment for segment in segments if segment not in texts)
        # A known translation without links is translated again for the links only.
        missing = [s for s in segments if s in found.fresh or (s in aligned and s not in links)]
        if not missing:
            return found
        pending: dict[str, dict[str, str]] = {gate_key: {}, links_key: {}, key: {}}

        def keep() -> None:
            for name, pairs in pending.items():
                if pairs:
                    self.memory.put(name, pairs)
            texts.update(pending[key])
            links.update(pending[links_key])
            for pairs in pending.values():
                pairs.clear()

        try:
            for one in self._engine.load(model).translate(missing, aligned):
                if one.segment in found.fresh:
                    pending[key][one.segment] = one.text
                    if one.verdict:
                        found.verdicts[one.segment] = one.verdict
                        pending[gate_key][one.segment] = str(one.verdict)
                    progress(len(one.segment.split()))
                if one.segment in aligned:
                    # Links of a text that differs from the memory's (a correction) are useless.
                    same = texts.get(one.segment, one.text) == one.text
                    pending[links_key][one.segment] = one.links if same else ""
                if sum(map(len, pending.values())) >= _WRITE_EVERY:
                    keep()
        finally:
            keep()  # also after an interruption or an error
        return found
