"""Captions and credits beside pictures: they become figures, whatever markup the page uses."""

import pytest

from pipeline.extract import extract

URL = "https://x.example/news/1"
PROSE = "<p>" + "The bridge was closed on Monday, and nobody knows for how long. " * 5 + "</p>"


def article(part: str) -> str:
    page = f"<html><body><article><h1>Story</h1>{PROSE}{part}{PROSE}</article></body></html>"
    return extract(page.encode(), URL).html


def figure(caption: str, picture: str = '<img src="https://x.example/a.jpg" alt="">') -> str:
    return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"


IMAGE = '<img src="/a.jpg">'


@pytest.mark.parametrize(
    ("markup", "caption"),
    [
        (
            f'<div class="wp-caption">{IMAGE}<p class="wp-caption-text">At dawn.</p></div>',
            "At dawn.",
        ),
        (
            f'<div>{IMAGE}<div class="image-caption">At dawn.</div>'
            '<div class="image-credit">Photo: Jo Doe</div></div>',
            "At dawn. Photo: Jo Doe",
        ),
        (f'<p>{IMAGE}</p><p class="caption">At dawn.</p>', "At dawn."),
        (f'<div class="media">{IMAGE}<span class="credit">Jo Doe</span></div>', "Jo Doe"),
        (f"<p>{IMAGE}<br>Foto: Jo Doe</p>", "Foto: Jo Doe"),
        (
            f'<table><tr><td>{IMAGE}</td></tr><tr><td class="caption">At dawn.</td></tr></table>',
            "At dawn.",
        ),
    ],
)
def test_caption_beside_a_picture_becomes_its_figcaption(markup: str, caption: str) -> None:
    assert figure(caption) in article(markup)


def test_paragraph_after_a_picture_stays_a_paragraph() -> None:
    html = article(f"<p>{IMAGE}</p><p>The mayor spoke of a photo that nobody has seen.</p>")
    assert "<p>The mayor spoke of a photo that nobody has seen.</p>" in html
    assert "<figcaption>" not in html


def test_credit_without_a_picture_goes() -> None:
    html = article('<div class="thumbnail-credit">Getty Images</div>')
    assert "Getty" not in html


def test_sentence_about_an_agency_stays() -> None:
    html = article("<div><p>He has worked for Reuters and for the Associated Press.</p></div>")
    assert "Associated Press" in html


def test_gallery_tells_each_caption_once_and_whole() -> None:
    told = "The mayor opens the old bridge, together with the engineers who mended it in winter"
    slides = (
        f'<div class="caption-truncated">{told}…</div><div class="caption-full">{told}, on Monday.'
        f'</div><div class="caption">{told}, on Monday.</div>'
    )
    html = article(f'<div class="gallery">{IMAGE}{slides}</div>')
    assert html.count("The mayor opens") == 1
    assert "on Monday.<" in html
