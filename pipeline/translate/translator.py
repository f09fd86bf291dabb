"""Articles, texts and HTML from one language into another: what the rest of babelwire calls.

In go articles of any languages, as a stream, out come their translations in the same order; each
article that cannot be translated comes back with its error and never stops the others.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.article import Article, Translation
from pipeline.errors import BabelwireError, ModelError
from pipeline.options import TranslateOptions
from pipeline.translate.blocks import Block, block, rebuild
from pipeline.translate.engine import LENGTH_PENALTY, Engine
from pipeline.translate.markup import Document, Text, parse
from pipeline.translate.memory import DictMemory, Memory
from pipeline.translate.models import Model, Models
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
    """Segments with their translations, and those a model translated just now."""

    texts: dict[str, str]
    fresh: set[str]


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
            document.render([rebuild(b, known.texts, source, target) for b in group], target)
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
        done = [rebuild(part, known.texts, source, plan.language) for part in plan.blocks]
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
        )

    def _known(
        self, blocks: Sequence[Block], route: Sequence[Model], progress: Callable[[int], None]
    ) -> _Known:
        """Translations of every segment of the blocks, from the memory or from the models."""
        segments = list(dict.fromkeys(s for part in blocks for s in part.segments))
        texts = {segment: segment for segment in segments}
        fresh: set[str] = set()
        for hop, model in enumerate(route):
            wanted = list(dict.fromkeys(texts.values()))
            # Words are counted once, on the last hop.
            report = progress if hop == len(route) - 1 else (lambda _: None)
            found, new = self._hop(wanted, model, report)
            fresh |= {segment for segment, text in texts.items() if text in new}
            texts = {segment: found[text] for segment, text in texts.items()}
        return _Known(texts, fresh)

    def _hop(
        self, segments: Sequence[str], model: Model, progress: Callable[[int], None]
    ) -> tuple[dict[str, str], set[str]]:
        key = memory_key(model, self.options)
        found = self.memory.get(key, segments) if segments else {}
        progress(sum(len(segment.split()) for segment in found))
        missing = [segment for segment in segments if segment not in found]
        if not missing:
            return found, set()
        pending: dict[str, str] = {}
        for segment, text in self._engine.load(model).translate(missing):
            pending[segment] = text
            progress(len(segment.split()))
            if len(pending) >= _WRITE_EVERY:
                self.memory.put(key, pending)
                found.update(pending)
                pending = {}
        if pending:
            self.memory.put(key, pending)
            found.update(pending)
        return found, set(missing)


def memory_key(model: Model, options: TranslateOptions) -> str:
    """What the memory files a model's translations under: the model and what changes its words."""
    return f"{model.key}@{model.digest[:12]}/beam={options.beam_size},lp={LENGTH_PENALTY}"
