"""The next page of an article, told from the next article."""

import pytest

from pipeline.extract.page.parsing import parse
from pipeline.extract.paging import follows, next_page

SITE = "https://x.example"


@pytest.mark.parametrize(
    ("here", "there", "part"),
    [
        ("/story", "/story/2", 1),
        ("/story/", "/story/2/", 1),
        ("/story/1", "/story/2", 1),
        ("/story/2", "/story/3", 2),
        ("/story.html", "/story-2.html", 1),
        ("/story-2.html", "/story-3.html", 2),
        ("/story", "/story?page=2", 1),
        ("/story?page=2", "/story?page=3", 2),
        ("/story?id=77", "/story?id=77&page=2", 1),
        ("/story,9", "/story,10", 9),
        ("/story", "/story/page/2/", 1),
        ("/2019/11/19/story", "/2019/11/19/story/seite-2", 1),
    ],
)
def test_next_number_follows(here: str, there: str, part: int) -> None:
    assert follows(SITE + here, SITE + there, part)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("/story", "/other/2"),
        ("/story", "/story/3"),
        ("/story/2", "/story/2"),
        ("/news/12", "/news/13"),
        ("/news/1", "/other/2"),
        ("/story", "/story/comments"),
        ("/story", "/story2"),
        ("/2019/11/19/story", "/2019/11/20/other"),
        ("/story?id=7", "/story?id=8&x=1"),
    ],
)
def test_another_article_does_not_follow(here: str, there: str) -> None:
    assert not follows(SITE + here, SITE + there)


def test_another_site_does_not_follow() -> None:
    assert not follows(f"{SITE}/story", "https://y.example/story/2")


def test_rel_next_of_a_blog_is_no_page_of_the_article() -> None:
    head = '<link rel="next" href="/2019/11/another-story">'
    body = '<a href="/story/2#top">2</a><a href="/story/3">3</a>'
    page = parse(f"<html><head>{head}</head><body>{body}</body></html>")
    assert next_page(page, f"{SITE}/story", SITE) == f"{SITE}/story/2"
    assert next_page(parse(f"<html><head>{head}</head></html>"), f"{SITE}/story", SITE) is None


@pytest.mark.parametrize(
    ("here", "there", "part"),
    [
        ("/story", "/story?part=2", 1),
        ("/story?id=7&teil=1", "/story?id=7&teil=2", 1),
        ("/story?part=2", "/story?part=3", 2),
    ],
)
def test_rel_next_may_have_the_number_in_any_parameter(here: str, there: str, part: int) -> None:
    link = '<a rel="{}" href="{}">More</a>'
    page = parse(f"<html><body>{link.format('next', there)}</body></html>")
    assert next_page(page, SITE + here, SITE + here, part) == SITE + there
    page = parse(f"<html><body>{link.format('nofollow', there)}</body></html>")
    assert (next_page(page, SITE + here, SITE + here, part) is None) is (here == "/story")


@pytest.mark.parametrize("there", ["/story?id=8&part=2", "/other?part=2", "/story?part=3"])
def test_rel_next_of_another_article_is_not_followed(there: str) -> None:
    page = parse(f'<html><body><a rel="next" href="{there}">More</a></body></html>')
    assert next_page(page, f"{SITE}/story?id=7", SITE) is None
