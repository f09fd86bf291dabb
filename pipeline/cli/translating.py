"""`babelwire translate`: a filter from standard input to standard output."""

import sys
from typing import Annotated

import typer

from pipeline.cli.context import Context
from pipeline.errors import BabelwireError
from pipeline.translate import Models, Translator

# Characters of text translated at a time: enough to fill many batches, little to hold.
_WINDOW = 200_000


def translate(
    context: typer.Context,
    source: Annotated[str, typer.Option("--from", help="Translate from this language (en).")],
    target: Annotated[str, typer.Option("--to", help="Translate to this language (pt).")],
    html: Annotated[
        bool, typer.Option("--html", help="Read HTML, a document or a fragment; keep its tags.")
    ] = False,
) -> None:
    """Translate standard input to standard output.

    Plain text goes line for line, blank lines are kept; with --html the same structure comes out.
    """
    shared: Context = context.obj
    options = shared.translate_options()
    models = Models(options.packages_dir)
    models.ensure_embedded()
    translator = Translator(options, models=models)
    source, target = source.lower(), target.lower()
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
