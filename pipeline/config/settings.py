"""The checked settings as the program uses them: typed, with absolute paths."""

import os
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, Field

from pipeline.article import FeedSpec, Source
from pipeline.config.document import (
    DEFAULT_FEED,
    Document,
    FeedSettings,
    FolderSettings,
    ImageOptions,
    PluginSettings,
    ServeOptions,
    SourceSettings,
    UrlsSettings,
)
from pipeline.options import ComputeOptions, FetchOptions, PollOptions, Term, TranslateOptions


class Settings(BaseModel, frozen=True, defer_build=True):
    """The checked settings.

    `path` is the settings file. `glossaries` are the terms of its glossary files by target
    language.
    """

    path: Path
    document: Document
    glossaries: dict[str, tuple[Term, ...]] = Field(default_factory=dict)

    @property
    def state_dir(self) -> Path:
        """The folder of the database, the translation packages and the locks."""
        return self._absolute(self.document.state_dir)

    @property
    def output_dir(self) -> Path:
        """The folder that the feeds are written to."""
        return self._absolute(self.document.output_dir)

    @property
    def base_url(self) -> str:
        """The public address of the output directory, without a trailing slash; "": none."""
        return self.document.base_url.rstrip("/")

    @property
    def fetch(self) -> FetchOptions:
        """How pages are fetched."""
        return self.document.fetch

    @property
    def poll(self) -> PollOptions:
        """How often sources are polled."""
        return self.document.poll

    @property
    def serve(self) -> ServeOptions:
        """The built-in server's address and token."""
        return self.document.serve

    @property
    def images(self) -> ImageOptions:
        """The image cache."""
        return self.document.images

    @property
    def image_base(self) -> str:
        """The public address that images are published below; "": they stay where they are."""
        return self.base_url if self.images.cache else ""

    @cached_property
    def translate(self) -> TranslateOptions:
        """How text is translated.

        A relative `packages_dir` is relative to the state directory; a `package_index` that is a
        path is relative to the settings file.
        """
        options = self.document.translate
        index = options.package_index
        if "://" not in index:
            index = str(self._absolute(Path(index)))
        folder = self.state_dir / options.packages_dir.expanduser()
        return options.model_copy(update={"packages_dir": folder, "package_index": index})

    @cached_property
    def compute(self) -> ComputeOptions:
        """Where work is computed; the folder of certificates is relative to the settings file."""
        options = self.document.compute
        if options.certificates is None:
            return options
        folder = self._absolute(options.certificates)
        return options.model_copy(update={"certificates": folder})

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources by id, in the file's order."""
        return {one.id: self._source(one) for one in self.document.sources}

    @cached_property
    def feeds(self) -> tuple[FeedSpec, ...]:
        """The feeds to publish. Where the file names none: one feed of all sources."""
        every = tuple(self.sources)
        wanted = self.document.feeds or [FeedSettings(id=DEFAULT_FEED, title="babelwire")]
        return tuple(
            FeedSpec(
                **one.model_dump(exclude={"sources", "languages", "formats"}),
                sources=tuple(one.sources) or every,
                languages=tuple(one.languages or self.document.languages),
                formats=tuple(dict.fromkeys(one.formats)),
                base_url=self.base_url,
            )
            for one in wanted
        )

    @property
    def glossary_files(self) -> dict[str, tuple[Path, ...]]:
        """The glossary files by target language."""
        files = self.document.glossary
        return {code: tuple(map(self._absolute, paths)) for code, paths in files.items()}

    def _source(self, one: SourceSettings) -> Source:
        values = one.model_dump()
        if isinstance(one, FolderSettings | PluginSettings):
            values["path"] = str(self._absolute(one.path)) if one.path else ""
        if isinstance(one, UrlsSettings):
            values["urls"] = tuple(one.urls)
        return Source(**values)

    def _absolute(self, path: Path) -> Path:
        return Path(os.path.normpath(self.path.parent / path.expanduser()))
