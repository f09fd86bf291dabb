"""A kind of source as another distribution brings it: gemtext lists of links, read over HTTP.

A line "=> address 2026-11-20 Title" is an article (gemini://geminiprotocol.net/docs/gemtext.gmi,
and its companion specification for subscriptions).
"""

from datetime import UTC, datetime

from babelwire.article import Reference, Source
from babelwire.errors import FetchError, SourceError
from babelwire.ingest import Discovery, Kind, Response, one_document
from babelwire.ingest.urls import absolute


def parse(response: Response, source: Source) -> Discovery:
    lines = response.content.decode("utf-8", "replace").splitlines()
    if not any(line.startswith("=>") for line in lines):
        raise SourceError(response.url, "is no gemtext list", "name a page of links")
    references, problems = [], []
    for line in lines:
        words = line.removeprefix("=>").split(maxsplit=2)
        if not line.startswith("=>") or len(words) < 3:
            continue
        try:
            address, published = absolute(response.url, words[0]), datetime.fromisoformat(words[1])
        except (FetchError, ValueError):
            problems.append(SourceError(response.url, f"has a line of no use: {line}"))
            continue
        references.append(
            Reference(
                source=source.id,
                url=address,
                title=words[2],
                published=published.replace(tzinfo=UTC),
            )
        )
    title = next((line[2:] for line in lines if line.startswith("# ")), "")
    return Discovery(references=tuple(references), problems=tuple(problems), title=title)


KIND = Kind(
    description="a gemtext list of links",
    read=one_document(parse, "text/gemini,text/plain;q=0.5"),
    media_types=("text/gemini",),
)
