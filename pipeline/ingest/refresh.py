"""Pages that only lead to another page, by `<meta http-equiv="refresh">`.

In: an address and a client. Out: the response that a browser would end at. A page with words of its
own is where it ends, whatever it says; refused are circles and long chains.
"""

import re
from dataclasses import replace
from typing import Final
from urllib.parse import urldefrag, urljoin

from bs4 import Tag

from pipeline.article import Validators
from pipeline.errors import FetchError
from pipeline.ingest.client import ACCEPT_PAGE, NO_VALIDATORS, Client, Response
from pipeline.ingest.index import read_html
from pipeline.ingest.manner import PLAIN, Manner
from pipeline.ingest.web import web_address

_HEAD = 64_000  # bytes in which a page must say that it leads elsewhere
_META: Final = re.compile(rb"http-equiv\s*=\s*[\"']?\s*refresh", re.IGNORECASE)
_WORDS: Final = 400  # characters: "You are being redirected" in many words, and no article
_SECONDS: Final = 60
# HTML Standard §4.2.5.3, "shared declarative refresh steps".
_CONTENT: Final = re.compile(
    r"\s*(?P<time>\d{0,9})[\d.]*\s*(?:[;,]\s*|\s+)(?:url\s*=\s*)?(?P<url>.*)",
    re.IGNORECASE | re.DOTALL,
)


def get_page(
    client: Client,
    url: str,
    validators: Validators = NO_VALIDATORS,
    *,
    accept: str = ACCEPT_PAGE,
    manner: Manner = PLAIN,
) -> Response:
    """`Client.get` of a page, and of where it leads.

    What a page that was led to says of its freshness is not said of the address that was asked for:
    its validators are the digest alone. Raises FetchError.
    """
    response = client.get(url, validators, accept=accept, manner=manner)
    seen = {response.url}
    while following := _leads_to(response):
        here = web_address(following, "redirects to ")
        if here in seen or len(seen) > client.options.max_redirects:
            raise FetchError(
                url,
                "redirects in a circle, or without an end, by its markup",
                "open it in a browser: it may want cookies, or scripts",
            )
        known = Validators(digest=validators.digest)
        response = client.get(here, known, accept=accept, manner=manner)
        seen |= {here, response.url}
        response = replace(response, validators=Validators(digest=response.validators.digest))
    return response


def _leads_to(response: Response) -> str:
    """Where a page leads at once that has nothing else to say; "" for all others."""
    if not _META.search(response.content[:_HEAD]):
        return ""
    page = read_html(response.content, response.charset)
    base = page.find("base", href=True)
    here = urljoin(response.url, str(base["href"])) if isinstance(base, Tag) else response.url
    for meta in page.find_all("meta", attrs={"http-equiv": re.compile(r"^\s*refresh\s*$", re.I)}):
        match = _CONTENT.fullmatch(str(meta.get("content", ""))[:10_000])
        if match is None or int(match["time"] or 0) > _SECONDS:
            continue
        target = _unquoted(match["url"])
        try:
            address = urljoin(here, target)
        except ValueError:
            address = target
        if urldefrag(address).url == response.url:
            continue  # it reloads itself
        return address if len(_words(page)) <= _WORDS else ""
    return ""


def _unquoted(text: str) -> str:
    """The address in a refresh: up to the quotation mark that it begins with."""
    text = text.strip()
    if text[:1] in ("'", '"'):
        return text[1:].partition(text[0])[0].strip()
    return text


def _words(page: Tag) -> str:
    """What a page shows."""
    for element in page.find_all(["script", "style", "template"]):
        element.decompose()
    body = page.find("body")
    return " ".join((body if isinstance(body, Tag) else page).get_text(" ").split())
