"""What the names of elements say: of hidden things, advertisements, live blogs and standfirsts."""

import pytest

from pipeline.article import Article
from pipeline.extract import extract

URL = "https://news.example/story/12"
TEXT = "The river rose by two metres on Monday, and the mayor asked everybody to stay at home. "
STORY = f"<h1>The river rises</h1><article><p>{TEXT * 2}</p><p>{TEXT * 3}</p>"


def text_of(markup: str) -> str:
    return extract(f"<title>The river rises</title><body>{markup}".encode(), URL).text


@pytest.mark.parametrize(
    "name",
    [
        "field field-type-text-long field-label-hidden field-item",
        "folk-content typo-content",
        "report-section report-section-ads",
    ],
)
def test_parts_of_an_article_stay_whatever_their_names_allude_to(name: str) -> None:
    part = f"<div class='{name}'><p>At noon the water stood at the church, {TEXT * 3}</p></div>"
    assert "At noon" in text_of(f"{STORY}{part}</article>")


@pytest.mark.parametrize("name", ["hidden", "is-hidden", "visually-hidden", "menu d-none"])
def test_what_its_name_hides_is_left_out(name: str) -> None:
    part = f"<div class='{name}'><p>Only for machines.</p></div>"
    assert "machines" not in text_of(f"{STORY}{part}</article>")


def test_items_of_a_live_blog_are_no_comments_of_readers() -> None:
    items = "".join(
        f"<div class='live-comment'><b>{hour}:00</b><p>At {hour} o'clock, {TEXT}</p></div>"
        for hour in range(9, 16)
    )
    text = text_of(f"<h1>The river rises</h1><div class='live'>{items}</div>")
    assert all(f"At {hour} o'clock" in text for hour in range(9, 16))


def test_readers_comments_under_an_article_are_left_out() -> None:
    items = "".join(f"<div class='comment'><p>I, reader {n}. {TEXT}</p></div>" for n in range(9))
    assert "reader 3" not in text_of(f"{STORY}</article><div class='comments'>{items}</div>")


def test_subheadline_between_title_and_text_is_kept() -> None:
    lead = "<header><h1>The river rises</h1><h2 class='subheadline'>Schools and shops are shut in three towns</h2>"
    body = f"<div class='article-body'><p>{TEXT * 2}</p><p>{TEXT * 3}</p></div>"
    assert text_of(f"{lead}</header>{body}").startswith("Schools and shops are shut")


def test_article_with_a_lead_is_no_index_whatever_stands_around_it() -> None:
    links = "".join(
        f"<p><a href='/n/{n}'>Another headline of number {n} here</a></p>" for n in range(90)
    )
    lead = f"<h1>The river rises</h1><p class='lead'>{TEXT}</p>"
    assert "stay at home" in text_of(
        f"<div>{lead}<div class='article-text'><p>{TEXT * 6}</p></div></div><div>{links}</div>"
    )


DECK = "<header><h1>The river rises</h1><p class='standfirst'>{}</p></header>"
DAILY = "All the news of the valley, every day"
DESCRIPTION = "<meta name='description' content='{}'>"


def article_of(markup: str) -> Article:
    page = f"<title>The river rises</title><body>{markup}"
    return extract(page.encode(), URL)


@pytest.mark.parametrize("described", ["", DAILY])
def test_standfirst_that_only_says_what_the_text_says_is_the_summary(described: str) -> None:
    body = f"<div class='article-body'><p>{TEXT * 2}</p><p>{TEXT * 3}</p></div>"
    said = "The mayor asked everybody to stay at home on Monday as the river rose."
    article = article_of(f"{DESCRIPTION.format(described)}{DECK.format(said)}{body}")
    assert article.text.startswith("The river rose by two metres")
    assert (article.summary, article.origins["summary"]) == (said, "standfirst")


@pytest.mark.parametrize(
    "news",
    [
        "Two bridges are closed, and trains from Bonn arrive an hour late since the flood.",
        "The mayor asked everybody to stay at home on Monday as the river rose by 9 metres.",
    ],
)
def test_standfirst_with_words_or_numbers_of_its_own_is_kept(news: str) -> None:
    body = f"<div class='article-body'><p>{TEXT * 2}</p><p>{TEXT * 3}</p></div>"
    article = article_of(f"{DESCRIPTION.format(DAILY)}{DECK.format(news)}{body}")
    assert article.text.startswith(news)
    assert article.summary == DAILY


CLAIM = "<script type='application/ld+json'>{}</script>"
REVIEW = '{"@type": "ClaimReview", "reviewRating": {"@type": "Rating", "alternateName": "%s"}}'


def test_verdict_of_a_fact_check_is_no_rating_of_readers() -> None:
    rated = (
        "<div class='rating'><h5 class='rating-label'>Unproven</h5></div>"
        "<div class='rating'>4.2 of 5 stars by readers</div>"
    )
    markup = f"{STORY}{rated}<p>{TEXT}</p></article>"
    text = text_of(f"{CLAIM.format(REVIEW % 'Unproven')}{markup}")
    assert "Unproven" in text
    assert "4.2" not in text
    assert "Unproven" not in text_of(markup)


@pytest.mark.parametrize("verdict", ["False", "3"])
def test_verdict_vouches_for_nothing_else(verdict: str) -> None:
    around = (
        "<aside class='related'><p><a href='/1'>False: the moon is made of cheese</a></p></aside>"
        "<div class='hidden'>False alarm</div><div class='share'>False? 3 shares</div>"
        "<div class='newsletter'>False news, every day: get our letter</div>"
    )
    text = text_of(f"{CLAIM.format(REVIEW % verdict)}{STORY}</article>{around}")
    assert "False" not in text
    assert "shares" not in text
