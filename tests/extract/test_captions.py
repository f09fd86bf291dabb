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


def body_of(markup: str) -> str:
    text = "The river rose by two metres on Monday, and the mayor asked all to stay at home. " * 4
    page = f"<title>T</title><article><p>{text}</p>{markup}<p>{text}</p></article>"
    return extract(page.encode(), "https://x.example/n/1").html


def test_sources_of_a_picture_do_not_hide_its_image() -> None:
    picture = (
        "<picture><source srcset='/a.webp 800w'><source srcset='/a.avif'><img src=/a.jpg></picture>"
    )
    html = body_of(f"<figure>{picture}<figcaption>The bridge.</figcaption></figure>")
    assert '<img src="https://x.example/a.webp" alt=""><figcaption>The bridge.' in html


def test_place_kept_for_an_image_that_a_script_loads_is_the_image() -> None:
    html = body_of("<div class=lazy data-src='/b.jpg' data-alt='The bridge'></div>")
    assert '<img src="https://x.example/b.jpg" alt="The bridge">' in html


def test_credit_beside_a_caption_becomes_part_of_it() -> None:
    caption = "<figcaption><div>The <a href=/b>bridge</a>.</div></figcaption>"
    html = body_of(f"<figure><img src=/c.jpg>{caption}<div>(Image credit: Ann Lee)</div></figure>")
    assert '<a href="https://x.example/b">bridge</a>. (Image credit: Ann Lee)</figcaption>' in html


def test_credit_of_a_picture_that_is_not_there_is_left_out() -> None:
    assert "Ann Lee" not in body_of("<figure><figcaption>Photo: Ann Lee</figcaption></figure>")


def test_links_and_emphasis_torn_within_a_word_are_joined() -> None:
    html = body_of("<p>See <a href=/m>Arte</a><a href=/m>mis</a>: <b>bo</b><b>ld</b> words.</p>")
    assert '<a href="https://x.example/m">Artemis</a>: <strong>bold</strong> words' in html


@pytest.mark.parametrize(
    "markup",
    [
        f'<div class="image-container">{IMAGE}<figcaption>At dawn.</figcaption></div>',
        f'<div class="image top">{IMAGE}<p>At dawn.</p></div>',
    ],
)
def test_text_that_shares_a_picture_s_box_is_its_caption(markup: str) -> None:
    assert figure("At dawn.") in article(markup)


def test_paragraphs_in_a_box_of_a_picture_stay() -> None:
    html = article(f'<div class="image top">{IMAGE}<p>At dawn.</p><p>At noon too.</p></div>')
    assert "<p>At noon too.</p>" in html


@pytest.mark.parametrize(
    "markup",
    [
        '<figure><div class="late"></div><figcaption>At dawn.</figcaption></figure>',
        '<div><div class="holder"></div><div class="photo-caption">At dawn.</div></div>',
    ],
)
def test_caption_of_a_picture_that_is_not_there_goes(markup: str) -> None:
    assert "At dawn" not in article(markup)


@pytest.mark.parametrize(
    "markup",
    [
        "<figure><pre>x = 1</pre><figcaption>At dawn.</figcaption></figure>",
        "<figure><table><tr><th>a</th><th>b</th></tr></table><figcaption>At dawn.</figcaption>"
        "</figure>",
        '<div><iframe src="https://player.vimeo.com/video/1"></iframe>'
        '<div class="caption">At dawn.</div></div>',
    ],
)
def test_caption_of_what_is_no_picture_stays(markup: str) -> None:
    assert "At dawn." in article(markup)


def test_captions_are_the_same_whatever_their_counters() -> None:
    told = "The bridge at dawn, seen from the southern shore of the wide river in May."
    both = "".join(
        f'<figure><img src="/{n}.jpg"><figcaption><span>{n} of 2</span>{told}</figcaption></figure>'
        for n in (1, 2)
    )
    html = article(both)
    assert html.count("seen from the southern shore") == 1
    assert html.count("<img") == 2


@pytest.mark.parametrize(
    "picture",
    [
        '<div class="img-wrapper"><noscript><img src="/a.jpg"></noscript></div>',
        '<img style="display:none" data-src="/a.jpg">',
        '<img class="blk img-share" width="634" src="/a.jpg">',
        '<span class="image-and-copyright-holder"><img src="/a.jpg"> <i>Agency</i></span>',
        '<span class="pin"><img src="/a.jpg"></span><span>Pin</span>',
    ],
)
def test_picture_of_a_figure_is_found(picture: str) -> None:
    assert 'src="https://x.example/a.jpg"' in article(f"<figure>{picture}</figure>")


@pytest.mark.parametrize(
    "picture",
    [
        '<noscript><img src="https://count.example/hit?id=1"></noscript>',
        '<noscript><img height="1" width="1" src="/a.jpg"></noscript>',
        '<img style="display:none" src="/a.jpg">',
        '<img class="img-share" width="16" src="/a.jpg">',
    ],
)
def test_counters_and_icons_are_no_pictures(picture: str) -> None:
    assert "<img" not in article(f"<p>{picture}</p>")


def test_picture_behind_a_script_is_not_told_twice() -> None:
    late = '<img data-src="/a-600.jpg"><noscript><img src="/a.jpg"></noscript>'
    assert article(f"<figure>{late}</figure>").count("<img") == 1


def test_message_of_a_player_is_told_once_or_never() -> None:
    told = "Media playback is not supported on this device"
    player = f"<figure><video src=/v.mp4></video><div class=caption>{told}</div></figure>"
    text = f"<p>{'The bridge was closed on Monday, and nobody knows for how long. ' * 3}</p>"
    assert article(player + text + player).count(told) <= 1


def test_captions_that_begin_alike_stay() -> None:
    one, two = (
        f"Old stones and bright cloth of the region {what} the rooms of the house."
        for what in ("shape", "fill")
    )
    figure = "<figure><img src=/{}.jpg><figcaption>{}</figcaption></figure>"
    html = article(figure.format(1, one) + figure.format(2, two))
    assert one in html and two in html
