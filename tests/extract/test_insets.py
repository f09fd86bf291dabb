"""What stands inside an article and is another story, a counter, or worth keeping after all."""

from pipeline.extract import extract

URL = "https://news.example/story/12"
TEXT = "The hotel has forty rooms, and the owner cleans each of them herself before noon. "
SLIDES = "".join(
    f"<li><h3>{n}/12 Market of week {n}</h3><p>Shares fell again in week {n}. {TEXT * 3}</p></li>"
    for n in range(1, 13)
)


def extracted(markup: str, title: str = "Secrets of hotel owners") -> str:
    page = f"<title>{title}</title><body><article><h1>{title}</h1>{markup}</article>"
    return extract(page.encode(), URL).text


def test_gallery_of_other_stories_is_no_part_of_an_article() -> None:
    gallery = f"<div class='photo-gallery'><h2>Business news in pictures</h2>{SLIDES}</div>"
    text = extracted(f"<p>{TEXT * 10}</p><p>{TEXT * 10}</p>{gallery}")
    assert "Shares fell" not in text
    assert "forty rooms" in text


def test_gallery_that_is_the_article_stays() -> None:
    gallery = f"<div class='photo-gallery'>{SLIDES}</div>"
    assert "Shares fell again in week 9" in extracted(f"<p>{TEXT * 2}</p>{gallery}")


def test_gallery_on_the_article_s_own_subject_stays() -> None:
    gallery = f"<div class='photo-gallery'><h2>Twelve hotel rooms in pictures</h2>{SLIDES}</div>"
    assert "in week 9" in extracted(f"<p>{TEXT * 10}</p><p>{TEXT * 10}</p>{gallery}")


def test_counter_of_a_gallery_is_no_part_of_a_caption() -> None:
    figure = (
        "<figure><img src=/a.jpg><figcaption><span>1 of 4</span>The lobby.</figcaption></figure>"
    )
    text = extracted(f"{figure}<p>{TEXT * 6}</p>")
    assert text.startswith("The lobby.")


def test_link_to_another_site_is_content_and_one_within_it_is_promotion() -> None:
    outside = (
        "<p><a href='https://elsewhere.example/petition/9'>The petition of the neighbours</a></p>"
    )
    inside = "<p><a href='/story/13'>Ten more hotels you have to see soon</a></p>"
    text = extracted(f"<p>{TEXT * 4}</p>{outside}<p>{TEXT * 4}</p>{inside}<p>{TEXT * 4}</p>")
    assert "petition of the neighbours" in text
    assert "Ten more hotels" not in text


def test_table_of_links_with_headers_stays() -> None:
    rows = "".join(
        f"<tr><th>Rank {n}</th><td><a href='/h/{n}'>Hotel {n}</a></td></tr>" for n in range(5)
    )
    assert "Hotel 3" in extracted(f"<p>{TEXT * 4}</p><table>{rows}</table><p>{TEXT * 4}</p>")
