"""The article page, and the templates and styles that every page is drawn with.

In: an `ArticleView`. Out: HTML that needs no script and loads nothing from other sites but the
article's own pictures, the same for the server and for the output folder.
"""

from functools import cache
from importlib import resources
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, Environment, PackageLoader, select_autoescape

from pipeline.syndicate.pages import pagestrings
from pipeline.syndicate.pages.articleview import ArticleView

# No script at all. Pictures, sound and video are the articles' own.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' https: http:; "
    "media-src https: http:; form-action 'self'; base-uri 'none'"
)
ASSETS = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
"""What pages are dressed with, under `assets/`, and its types."""


@cache
def asset(name: str) -> str:
    """A file that the pages load, one of ASSETS."""
    return resources.files(__package__).joinpath("data", name).read_text("utf-8")


def environment(*packages: str) -> Environment:
    """What templates are rendered with; those of `packages` may build upon the ones here."""
    loaders = [PackageLoader(one) for one in (*packages, "pipeline.syndicate.pages")]
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        tag=pagestrings.tag,
        side=pagestrings.side,
        name=pagestrings.name,
        moment=pagestrings.moment,
        day=pagestrings.day,
        number=pagestrings.number,
        policy=POLICY,
        # Every page says where it stands; an error's page does not know.
        base="",
        live=True,
    )
    return made


@cache
def _environment() -> Environment:
    return environment()


def base_path(base_url: str) -> str:
    """What paths begin with below the public address: "/wire" of https://example.org/wire/."""
    return urlsplit(base_url).path.rstrip("/")


def page_path(article: str, language: str) -> str:
    """Where an article's page is below the public address."""
    return f"article/{article}/{language}"


def article_page(
    view: ArticleView, base_url: str, *, base: str | None = None, live: bool = True
) -> str:
    """The page of an article, in its language's words.

    `base_url` is the public address of what is published, and `base` the path that links begin
    with, that of `base_url` unless said otherwise. A page that is not `live` is a file: it offers
    no search and no status, which need a server, and brings its safety rules along.
    """
    spoken = pagestrings.spoken(view.language)
    return (
        _environment()
        .get_template("article.html")
        .render(
            article=view,
            # OpenGraph and hreflang ask for absolute addresses.
            root=base_url.rstrip("/"),
            base=base_path(base_url) if base is None else base,
            live=live,
            spoken=spoken,
            words=pagestrings.words(spoken),
        )
    )
