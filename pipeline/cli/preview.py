"""`babelwire preview` and `babelwire extract`: show the article of a page. They store nothing."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from urllib.request import url2pathname

import typer

from pipeline.article import Article, Page, Reference, Selectors, Source, Translation
from pipeline.cli import arguments, completing, show
from pipeline.cli.context import Context, open_existing_store
from pipeline.config.values import selector_fault
from pipeline.desk import previews
from pipeline.errors import BabelwireError, FetchError, NotAnArticle, StoreError, UsageError
from pipeline.extract import extract as extract_article
from pipeline.ingest import Client, discover, fetch, given
from pipeline.translate.memory import Aside


class Form(StrEnum):
    """How a preview is printed."""

    text = "text"
    html = "html"
    json = "json"


def preview(
    context: typer.Context,
    page: Annotated[
        str,
        typer.Argument(
            help="A saved page, a URL, or - for the HTML on standard input.",
            metavar="FILE_OR_URL",
        ),
    ],
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="Translate to this language.",
            metavar="LANG",
            autocompletion=completing.languages,
        ),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print it.")] = Form.text,
    language: Annotated[
        str | None,
        typer.Option("--language", help="The page's language, overriding its own.", metavar="LANG"),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option("--url", help="The address of a saved page or of -.", metavar="URL"),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            help="Apply the rules of this source.",
            metavar="ID",
            autocompletion=completing.sources,
        ),
    ] = None,
    article: Annotated[
        list[str] | None,
        typer.Option("--article", help="Selects the text; as in a source.", metavar="CSS"),
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option("--remove", help="Selects what to remove; as in a source.", metavar="CSS"),
    ] = None,
    headline: Annotated[
        list[str] | None,
        typer.Option("--headline", help="Selects the title; as in a source.", metavar="CSS"),
    ] = None,
    author: Annotated[
        list[str] | None,
        typer.Option("--author", help="Selects the authors; as in a source.", metavar="CSS"),
    ] = None,
    date: Annotated[
        list[str] | None,
        typer.Option("--date", help="Selects the date; as in a source.", metavar="CSS"),
    ] = None,
    next_page: Annotated[
        list[str] | None,
        typer.Option("--next-page", help="Selects the link to the next page.", metavar="CSS"),
    ] = None,
) -> None:
    """Show the article that would be published from a page. Nothing is stored."""
    shared: Context = context.obj
    language = arguments.language(language)
    selectors = Selectors(
        article=tuple(article or ()),
        remove=tuple(remove or ()),
        headline=tuple(headline or ()),
        author=tuple(author or ()),
        date=tuple(date or ()),
        next_page=tuple(next_page or ()),
    )
    rules = _rules(shared, source, selectors)
    if url and "://" in page:
        raise typer.BadParameter("is for a saved page or -, which have none", param_hint="--url")
    with Client(shared.fetch_options()) as client:
        if page == "-":
            got = given.piped_page(sys.stdin.buffer, url or "", client.options.max_bytes)
        else:
            got = _get(page, client)
            got = given.at(got, url) if url else got
    found = _article(got, language or rules.language, rules.selectors)
    for kind in rules.selectors.missed(found.origins):
        show.tell(f"no selector of `{kind}` matches the page: it was found without")
    translation = _translated(shared, found, to.lower()) if to else None
    if translation is not None:
        found = previews.in_translation(found, translation)
    show_form = {Form.text: _as_text, Form.html: _as_html, Form.json: _as_json}[form]
    sys.stdout.write(show_form(found, translation) + "\n")


def _article(page: Page, language: str | None, selectors: Selectors) -> Article:
    try:
        return extract_article(
            page.content, page.url, charset=page.charset, language=language, selectors=selectors
        )
    except NotAnArticle as error:
        raise NotAnArticle(error.thing or given.STDIN, error.reason, error.remedy) from None


def _rules(shared: Context, source: str | None, given: Selectors) -> Source:
    """The source with the rules to apply: selectors of the command line replace those of `source`;
    `remove` is added to them."""
    values = asdict(given)
    for selector in (one for kind in values.values() for one in kind):
        if fault := selector_fault(selector):
            raise UsageError(selector, f"is no CSS selector ({fault})", "write another")
    rules = Source(id="", kind="urls")
    if source is not None:
        sources = shared.settings().sources
        arguments.sources([source], sources)
        rules = sources[source]
    wanted = {kind: selectors for kind, selectors in values.items() if selectors}
    return replace(rules, **wanted | {"remove": (*rules.remove, *given.remove)})


def _get(place: str, client: Client) -> Page:
    if "://" in place:
        url = place
    else:
        path = Path(place)
        if path.is_dir():
            raise FetchError(place, "is a folder", "name one of its files")
        if not path.is_file():
            raise FetchError(place, "there is no such file", "name a file, or a URL with http://")
        url = path.absolute().as_uri()
    page = fetch(Reference(source="", url=url), client)
    if page is None:
        raise FetchError(place, "the server says that it has not changed since an earlier request")
    return page


def _translated(shared: Context, article: Article, language: str) -> Translation:
    """Translate an article as a pass would: what is in the memory is not translated again."""
    settings = shared.settings_or_none()
    with ExitStack() as held:
        memory = None
        try:
            store = open_existing_store(settings) if settings is not None else None
        except StoreError as error:
            show.tell(f"the translation memory is not used: {error}")
            store = None
        if store is not None:
            memory = Aside(held.enter_context(store).memory)
        translator = shared.translator(memory=memory)
        _, result = next(iter(translator.translate([article], language)))
    if isinstance(result, BabelwireError):
        with arguments.between(article.language or "", language):
            raise result
    return result


def _as_text(article: Article, translation: Translation | None) -> str:
    facts = [
        ("", article.title),
        ("", ", ".join(article.authors)),
        ("", article.published.isoformat() if article.published else ""),
        ("", article.url),
        ("", f"[continues at {article.next_page}]" if article.next_page else ""),
        ("", _note(translation)),
    ]
    head = "\n".join(text for _, text in facts if text)
    return f"{head}\n\n{article.text}"


def _note(translation: Translation | None) -> str:
    if translation is None or not translation.by_machine:
        return ""
    models = ", ".join(translation.models)
    return f"[translated from {translation.source_language} by machine: {models}]"


def _as_html(article: Article, _translation: Translation | None) -> str:
    return article.html


def _as_json(article: Article, translation: Translation | None) -> str:
    return json.dumps(previews.as_dict(article, translation), ensure_ascii=False, indent=2)


def extract(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(help="Saved pages, or folders of them.", metavar="PATH...")
    ],
    language: Annotated[
        str | None,
        typer.Option("--language", help="Their language, overriding their own.", metavar="LANG"),
    ] = None,
) -> None:
    """Extract articles from saved pages: one JSON object per line, on standard output.

    A page that holds no article, or cannot be read, gives a line with its path and the reason.
    """
    shared: Context = context.obj
    language = arguments.language(language)
    failed = False
    with Client(shared.fetch_options()) as client:
        for path in _files(paths, client):
            try:
                page = _get(str(path), client)
                article = extract_article(
                    page.content, page.url, charset=page.charset, language=language
                )
                line = {"path": str(path)} | previews.facts(article)
            except BabelwireError as error:
                failed = True
                kind = "not an article" if isinstance(error, NotAnArticle) else "error"
                line = {"path": str(path), kind: error.reason, "remedy": error.remedy}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    if failed:
        raise typer.Exit(1)


def _files(paths: list[Path], client: Client) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            folder = Source(id=str(path), kind="folder", path=str(path.absolute()))
            for one in discover(folder, client).references:
                file = Path(url2pathname(urlsplit(one.url).path))
                yield path / file.relative_to(path.absolute())
        else:
            yield path
