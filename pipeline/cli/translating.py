"""`babelwire translate`, a filter, and `babelwire explain`, which shows how a translation was made.

Both raise BabelwireError for input that cannot be read or translated.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import arguments, completing, show
from pipeline.cli import articles as listing
from pipeline.cli.context import Context, open_store
from pipeline.desk.cataloguing import left_out, record
from pipeline.errors import BabelwireError, UsageError

if TYPE_CHECKING:
    from pipeline.translate import Explanation, Translator

# Characters translated at a time: enough to fill many batches, and little memory.
_WINDOW = 200_000


def translate(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Option(
            "--from", help="Translate from this language (en).", autocompletion=completing.languages
        ),
    ],
    target: Annotated[
        str,
        typer.Option(
            "--to", help="Translate to this language (pt).", autocompletion=completing.languages
        ),
    ],
    html: Annotated[
        bool, typer.Option("--html", help="Read HTML, a document or a fragment; keep its tags.")
    ] = False,
    glossary: Annotated[
        list[Path] | None,
        typer.Option(
            "--glossary",
            "-g",
            metavar="FILE",
            help="Use the terms of this file (.toml, .csv) too; may be repeated.",
        ),
    ] = None,
) -> None:
    """Translate standard input to standard output.

    Plain text is translated line by line, and blank lines are kept. With --html, tags are kept.
    """
    from pipeline.config import read_glossary

    shared: Context = context.obj
    source, target = source.lower(), target.lower()
    given = [term for path in glossary or () for term in read_glossary(path)]
    with arguments.between(source, target):
        translator = shared.translator(target, given)
        if html:
            sys.stdout.write(translator.html([_decode(sys.stdin.buffer.read())], source, target)[0])
            return
        lines: list[str] = []
        size = 0
        for number, raw in enumerate(sys.stdin.buffer, start=1):
            line = _decode(raw, number)
            lines.append(line)
            size += len(line)
            if size >= _WINDOW:
                _flush(translator, lines, source, target)
                lines, size = [], 0
        _flush(translator, lines, source, target)


def explain(
    context: typer.Context,
    article: Annotated[
        str,
        typer.Argument(
            help="Its id, the beginning of it, or its address: see `babelwire articles`.",
            metavar="ARTICLE",
        ),
    ],
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            "-l",
            help="Only for this language.",
            metavar="LANG",
            autocompletion=completing.languages,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """Show for each segment of an article its translation and what the checks found.

    A translation is a person's correction, from the memory, or made now by the model. The glossary
    terms in the segment are listed. Of an entry without an article it says why there is none.
    """
    from pipeline.desk import Desk

    settings = context.obj.settings()
    with open_store(settings) as store:
        items = store.catalogue.find(article)
        described = [(one, left_out(store, one)) for one in items]
        names = sorted({one.article for one in items if one.article})
        if len(names) > 1:
            raise UsageError(
                article, f"{len(names)} articles have this name", f"name one: {', '.join(names)}"
            )
        found = store.articles.find(names[0]) if names else None
        if not items:
            raise UsageError(article, "there is no such article", "see `babelwire articles`")
        if not as_json:
            for line in (line for row in described for line in listing.lines(*row)):
                show.say(line)
        if found is None:
            if as_json:
                rows = [record(*row) for row in described]
                show.say(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        every = dict.fromkeys(code for feed in settings.feeds for code in feed.languages)
        translator = Desk(settings, store).translator()
        explained = {
            code: translator.explain(found, code) for code in ([language] if language else every)
        }
    if as_json:
        rows = [_row(code, one) for code, parts in explained.items() for one in parts]
        show.say(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for code, parts in explained.items():
        if not parts:
            show.say(f"{code}: published as it is, without a translation")
            continue
        show.say(f"{found.language} → {code}: {show.many(len(parts), 'segment')} of {found.url}")
        for one in parts:
            show.say()
            show.say(f"  {one.segment}")
            show.say(f"  {one.translation}")
            show.say(f"    {_history(one)}")
            for term, wanted in one.terms:
                show.say(f"    glossary: {term} → {wanted}")


def _row(language: str, one: Explanation) -> dict[str, object]:
    return {
        "language": language,
        "source": one.segment,
        "translation": one.translation,
        "by": one.by,
        "failed": bool(one.verdict.kept),
        "faults": list(one.verdict.left),
        "first_faults": list(one.verdict.first),
        "retries": list(one.verdict.tries),
        "terms": [{"source": term, "target": wanted} for term, wanted in one.terms],
    }


def _history(one: Explanation) -> str:
    """How the translation of a segment was made, in one line."""
    verdict = one.verdict
    parts = ["written by a person" if one.by == "person" else f"from the {one.by}"]
    if not verdict.first:
        return f"{parts[0]}; no fault found"
    parts.append(f"first attempt: {', '.join(verdict.first)}")
    if verdict.tries:
        parts.append(f"retried: {', '.join(verdict.tries)}")
    parts.append(f"remaining: {', '.join(verdict.left) or 'no fault'}")
    if verdict.kept:
        parts.append("stays untranslated")
    return "; ".join(parts)


def _flush(translator: Translator, lines: list[str], source: str, target: str) -> None:
    bare = [line.rstrip("\r\n") for line in lines]
    for line, words, done in zip(lines, bare, translator.texts(bare, source, target), strict=True):
        sys.stdout.write(done + line[len(words) :])
    sys.stdout.flush()


def _decode(raw: bytes, line: int | None = None) -> str:
    try:
        return raw.decode("utf-8-sig" if line in (None, 1) else "utf-8")
    except UnicodeDecodeError as error:
        where = "standard input" if line is None else f"standard input, line {line}"
        raise BabelwireError(
            where, f"is not UTF-8 ({error.reason})", "convert it, for example with iconv"
        ) from None
