"""Articles, texts and HTML from one language into another: what the rest of babelwire calls.

In go articles of any languages, as a stream, out come their translations in the same order; each
article that cannot be translated comes back with its error and never stops the others.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.article import Article, Translation
from pipeline.errors import BabelwireError, ModelError
from pipeline.options import TranslateOptions
from pipeline.translate.alignment import compose
from pipeline.translate.blocks import Block, block, rebuild
from pipeline.translate.engine import LENGTH_PENALTY, Engine
from pipeline.translate.markup import Document, Text, parse
from pipeline.translate.memory import DictMemory, Memory
from pipeline.translate.models import Model, Models
from pipeline.translate.quality import faults
from pipeline.translate.routes import serves

WINDOW = 64
"""Articles taken from the stream at a time: enough to fill batches, little enough to hold."""
_WRITE_EVERY = 64


@dataclass(frozen=True, slots=True)
class _Plan:
    """An article taken apart: its title, its summary and its document's texts, in that order."""

    article: Article
    language: str
    document: Document
    blocks: tuple[Block, ...]
    route: tuple[Model, ...]

    @property
    def segments(self) -> dict[str, None]:
        """The distinct segments in order."""
        return dict.fromkeys(s for part in self.blocks for s in part.segments)


@dataclass(slots=True)
class _Known:
    """Segments with their translations and word alignments, and those a model translated now."""

    texts: dict[str, str]
    fresh: set[str]
    links: dict[str, str]


class Translator:
    """Translates with the models of `options.packages_dir`; safe to share between threads."""

    def __init__(
        self,
        options: TranslateOptions | None = None,
        memory: Memory | None = None,
        models: Models | None = None,
    ) -> None:
        self.options = options or TranslateOptions()
        self.memory: Memory = memory if memory is not None else DictMemory()
        self.models = models or Models(self.options.packages_dir)
        self._engine = Engine(self.options)

    def loaded(self) -> list[str]:
        """The models in memory, by the names of their packages ("en_pt-1.0")."""
        return self._engine.loaded()

    def translate(
        self,
        articles: Iterable[Article],
        language: str,
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[tuple[Article, Translation | BabelwireError]]:
        """Each article with its translation into `language`, or with what stopped it, in order.

        `progress` is called with numbers of source words done since its last call. An article
        already in `language` passes through. Nothing is raised for one article's sake.
        """
        stream = iter(articles)
        while window := list(islice(stream, WINDOW)):
            yield from self._window(window, language, progress or (lambda _: None))

    def texts(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """Plain texts, each with its lines, blank lines and indentation as they were.

        Raises NoModel or ModelError.
        """
        route = self._route(source, target)
        blocks = [block(Text(text), source) for text in texts]
        known = self._known(blocks, route, lambda _: None)
        return [rebuild(part, known.texts, source, target)[0] for part in blocks]

    def html(self, fragments: Sequence[str], source: str, target: str) -> list[str]:
        """HTML fragments or whole documents; the same structure comes out.

        Raises NoModel or ModelError.
        """
        route = self._route(source, target)
        documents = [parse(fragment) for fragment in fragments]
        blocks = [[block(text, source) for text in d.texts] for d in documents]
        known = self._known([b for group in blocks for b in group], route, lambda _: None)
        return [
            document.render(
                [rebuild(b, known.texts, source, target, known.links) for b in group], target
            )
            for document, group in zip(documents, blocks, strict=True)
        ]

    def _route(self, source: str, target: str) -> tuple[Model, ...]:
        """The models to use; () where the languages are the same."""
        if serves(source, target):
            return ()
        self.models.ensure_embedded()
        return self.models.route(source, target)

    def _window(
        self, articles: Sequence[Article], language: str, progress: Callable[[int], None]
    ) -> Iterator[tuple[Article, Translation | BabelwireError]]:
        plans: list[_Plan | Translation | BabelwireError] = []
        for article in articles:
            try:
                plans.append(self._plan(article, language))
            except BabelwireError as error:
                plans.append(error)
        groups: dict[tuple[Model, ...], list[_Plan]] = {}
        for plan in plans:
            if isinstance(plan, _Plan):
                groups.setdefault(plan.route, []).append(plan)
        known: dict[tuple[Model, ...], _Known | BabelwireError] = {}
        for route, group in groups.items():
            parts = [part for plan in group for part in plan.blocks]
            try:
                known[route] = self._known(parts, route, progress)
            except BabelwireError as error:
                known[route] = error
        for article, plan in zip(articles, plans, strict=True):
            if isinstance(plan, _Plan):
                found = known[plan.route]
                if isinstance(found, BabelwireError):
                    yield article, found
                else:
                    yield article, self._finish(plan, found)
            else:
                yield article, plan

    def _plan(self, article: Article, language: str) -> _Plan | Translation:
        if article.language is None:
            raise ModelError(
                article.url,
                "its language is not known, so no model can be chosen",
                "name the language of the source in the settings (sources.language)",
            )
        route = self._route(article.language, language)
        if not route:
            return Translation(
                language=language,
                source_language=language,
                title=article.title,
                summary=article.summary,
                html=article.html,
            )
        document = parse(article.html)
        texts = [Text(article.title), Text(article.summary), *document.texts]
        blocks = tuple(block(text, article.language) for text in texts)
        return _Plan(article, language, document, blocks, route)

    def _finish(self, plan: _Plan, known: _Known) -> Translation:
        source = plan.article.language or ""
        done = [
            rebuild(part, known.texts, source, plan.language, known.links) for part in plan.blocks
        ]
        segments = plan.segments
        return Translation(
            language=plan.language,
            source_language=source,
            title=done[0][0],
            summary=done[1][0],
            html=plan.document.render(done[2:], plan.language),
            models=tuple(model.key for model in plan.route),
            segments=len(segments),
            fresh=sum(1 for segment in segments if segment in known.fresh),
            doubts=sum(1 for segment in segments if faults(segment, known.texts[segment])),
        )

    def _known(
        self, blocks: Sequence[Block], route: Sequence[Model], progress: Callable[[int], None]
    ) -> _Known:
        """Translations of every segment of the blocks, from the memory or from the models."""
        segments = list(dict.fromkeys(s for part in blocks for s in part.segments))
        texts = {segment: segment for segment in segments}
        aligned = {segment for part in blocks for segment in part.aligned}
        links: dict[str, str] = {}
        fresh: set[str] = set()
        for hop, model in enumerate(route):
            wanted = list(dict.fromkeys(texts.values()))
            with_links = {texts[segment] for segment in aligned}
            # Words are counted once, on the last hop.
            report = progress if hop == len(route) - 1 else (lambda _: None)
            found, bound, new = self._hop(wanted, with_links, model, report)
            fresh |= {segment for segment, text in texts.items() if text in new}
            for segment in aligned:
                here = bound.get(texts[segment], "")
                links[segment] = compose(links[segment], here) if hop else here
            texts = {segment: found[text] for segment, text in texts.items()}
        return _Known(texts, fresh, links)

    def _hop(
        self,
        segments: Sequence[str],
        aligned: Collection[str],
        model: Model,
        progress: Callable[[int], None],
    ) -> tuple[dict[str, str], dict[str, str], set[str]]:
        """Translations, links and what is fresh. The memory keeps links beside the translations."""
        key = memory_key(model, self.options)
        links_key = f"{key}#links"
        found = self.memory.get(key, segments) if segments else {}
        links = self.memory.get(links_key, aligned) if aligned else {}
        progress(sum(len(segment.split()) for segment in found))
        new = {segment for segment in segments if segment not in found}
        # A known translation without links is translated again for the links only.
        missing = [s for s in segments if s in new or (s in aligned and s not in links)]
        if not missing:
            return found, links, new
        pending: dict[str, str] = {}
        pending_links: dict[str, str] = {}

        def keep() -> None:
            if pending:
                self.memory.put(key, pending)
            if pending_links:
                self.memory.put(links_key, pending_links)
            found.update(pending)
            links.update(pending_links)
            pending.clear()
            pending_links.clear()

        for segment, text, bound in self._engine.load(model).translate(missing, aligned):
            if segment in new:
                pending[segment] = text
                progress(len(segment.split()))
            if segment in aligned:
                # Links of another text than the memory's (a correction) are worth nothing.
                pending_links[segment] = bound if found.get(segment, text) == text else ""
            if len(pending) + len(pending_links) >= _WRITE_EVERY:
                keep()
        keep()
        return found, links, new


def memory_key(model: Model, options: TranslateOptions) -> str:
    """What the memory files a model's translations under: the model and what changes its words."""
    return f"{model.key}@{model.digest[:12]}/beam={options.beam_size},lp={LENGTH_PENALTY},gate=1"
