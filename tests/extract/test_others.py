"""Several texts on a page: the article is the one under the page's title."""

import pytest

from pipeline.extract import NotAnArticle, extract

URL = "https://news.example/2026/the-ferry"
OWN = (
    "<p>The ferry of Norham sails again, two years after a storm broke her rudder.</p>"
    "<p>Her captain has painted the wheelhouse green, which half of the village regrets.</p>"
    "<p>On Sunday the first passengers were eleven sheep and a priest, in that order.</p>"
    "<p>A ticket costs as much as before; sheep pay half, and priests what they can.</p>"
)
OTHER = "".join(
    f"<p>In mill number {n} the grain is weighed twice, once by the miller and once by his wife.</p>"
    for n in range(9)
)


def page(body: str) -> str:
    html = f"<html lang=en><head><title>The ferry</title></head><body>{body}</body></html>"
    return extract(html.encode(), URL).text


@pytest.mark.parametrize(
    "box",
    [
        "<div class=a1><h3>Members</h3><p>Members of the club may borrow books and read the "
        "minutes, which are kept for forty years in the tower.</p><input name=mail></div>",
        "<div><div><p>Good morning to all of you, dear friends of the harbour and its boats.</p>"
        "<p>We have a shop now, and everything in it is blue, even the bread and the soap."
        "</p></div></div>",
        "<section><b>Willkommen</b><p>Bitte melden Sie sich mit Ihrer Adresse an, um Artikel zu "
        "merken und später zu lesen.</p><button>Weiter</button></section>",
    ],
)
def test_box_above_the_headline_is_no_part_of_the_article(box: str) -> None:
    text = page(f"<div class=w>{box}<div class=b><h1>The ferry</h1>{OWN}</div></div>")
    assert text.startswith("The ferry of Norham")
    assert text.endswith("priests what they can.")


@pytest.mark.parametrize("name", ["section", "div", "article"])
@pytest.mark.parametrize("rank", ["h1", "h2"])
def test_longer_article_of_an_endless_page_is_another(name: str, rank: str) -> None:
    text = page(
        f"<main><{name} class='story s1'><h1>The ferry</h1><div>By Ann Lee, 19 May 2026</div>{OWN}"
        f"</{name}><div><{name} class='story s2'><{rank}>The mills</{rank}>"
        f"<div>By Bo Ek, 18 May 2026</div>{OTHER}</{name}></div></main>"
    )
    assert "eleven sheep" in text
    assert "mill number" not in text


SHORT = "<p>The ferry of Norham sails again, says her captain: “Eleven sheep are aboard.”</p>"


@pytest.mark.parametrize("name", ["", " class='story s1'"])
def test_a_short_article_is_not_continued_by_the_next_one(name: str) -> None:
    text = page(
        f"<main><article{name}><h1>The ferry</h1>{SHORT}<p>It is the second time this year that "
        "she does, and the harbour has been painted for it.</p><p>More soon.</p></article>"
        f"<article{name}><h1>The mills</h1>{OTHER}</article></main>"
    )
    assert "Eleven sheep" in text
    assert "mill number" not in text


def test_a_flash_is_not_replaced_by_the_article_below() -> None:
    with pytest.raises(NotAnArticle):
        page(
            "<main><article><h1>The ferry</h1><p>It sails again, with sheep.</p></article>"
            f"<article><h1>The mills</h1>{OTHER}</article></main>"
        )


@pytest.mark.parametrize(
    ("first", "rank", "second"),
    [
        ("<p>By Ann Lee.</p>", "h1", "The ferry"),
        (SHORT, "h1", "The ferry"),
        ("<p>By Ann Lee.</p>", "h1", "The mills"),
        (SHORT, "h2", "The mills"),
    ],
)
def test_articles_with_one_headline_or_lesser_ones_are_parts(first, rank, second) -> None:
    text = page(
        f"<main><article><{rank}>The ferry</{rank}>{first}</article>"
        f"<article><{rank}>{second}</{rank}>{OTHER}</article></main>"
    )
    assert "mill number" in text


def test_sections_of_an_article_stay() -> None:
    text = page(
        f"<main><section class=part><h1>The ferry</h1><p>19 May 2026</p>{OWN}</section>"
        f"<section class=part><h2>The mills</h2>{OTHER}</section></main>"
    )
    assert "eleven sheep" in text
    assert "mill number 8" in text


def test_rest_without_a_heading_belongs_to_the_article_element() -> None:
    text = page(f"<main><article><h1>The ferry</h1>{OWN}</article><div>{OTHER}</div></main>")
    assert "eleven sheep" in text
    assert "mill number 8" in text


def test_ticker_beside_a_short_article_is_no_part_of_it() -> None:
    items = "".join(
        f"<div class=i><b>1{n}:30</b><h3>News {n}.</h3><p>The council of the islands has spoken "
        f"about harbour {n} for an hour, and the session goes on until the evening.</p></div>"
        for n in range(9)
    )
    text = page(
        f"<div class=c><div><article><h1>The ferry</h1>{OWN}</article></div>"
        f"<div class=r><div><h2>Live</h2>{items}</div></div></div>"
    )
    assert "eleven sheep" in text
    assert "council of the islands" not in text


def test_live_blog_is_the_article() -> None:
    items = "".join(
        f"<div class=i><b>1{n}:30</b><h3>News {n}.</h3><p>The council of the islands has spoken "
        f"about harbour {n} for an hour, and the session goes on until the evening.</p></div>"
        for n in range(9)
    )
    text = page(f"<main><h1>The ferry</h1>{OWN}<div class=blog>{items}</div></main>")
    assert "eleven sheep" in text
    assert "harbour 8" in text


def test_form_before_a_film_with_a_short_description_is_no_text() -> None:
    form = (
        "<form><h2>Sign in</h2><p>Your account lets you go on watching where you stopped, on all "
        "your devices, and keeps your list of favourites.</p><p>Confirm your address before you "
        "sign in. The link in the letter is valid for seven days.</p><input name=u></form>"
    )
    text = page(
        f"<div>{form}<article><h1>The ferry</h1><p>How the crew of the ferry copes with the winter, "
        "and what the captain paints at night, is told in this film of eleven minutes.</p>"
        "</article></div>"
    )
    assert text.startswith("How the crew")
    assert "account" not in text


@pytest.mark.parametrize(
    "lines",
    [
        ["Where: Mill Street 14, second yard", "When: Sunday, 24 May, 12:00", "Tickets: 0231 5550"],
        ["Altes Schulhaus, Mühlweg 3, 4711 Ellern", "Fragen: Anna Althaus, post@althaus.example"],
        ["Адреса: вул. Замкова, 11", "Початок: 24 травня, о 12:00", "Довідки: 050 555 01 42"],
    ],
)
def test_practical_lines_at_the_end_stay(lines: list[str]) -> None:
    text = page(
        f"<article><h1>The ferry</h1>{OWN}{''.join(f'<p>{x}</p>' for x in lines)}</article>"
    )
    assert all(line in text for line in lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["Published: 19 May 2026 08:38", "Updated: 20 May 2026 10:12"],
        ["Editor: Ann Lee, 0231 5550", "Mail: desk@news.example"],
        ["© 2026 The News, 4711 Ellern", "Mail: ads@other.example"],
    ],
)
def test_lines_of_the_site_at_the_end_go(lines: list[str]) -> None:
    text = page(
        f"<article><h1>The ferry</h1>{OWN}{''.join(f'<p>{x}</p>' for x in lines)}</article>"
    )
    assert lines[-1] not in text


def test_first_entry_of_a_list_of_links_stays() -> None:
    entries = "".join(
        f"<li><p><a href='https://site{n}.example/'>The {n}. way to moor a boat</a></p>"
        f"<p>It is forbidden in harbour {n}, and everybody does it. via site{n}</p></li>"
        for n in range(4)
    )
    text = page(f"<main><h1>The ferry</h1><ul>{entries}</ul></main>")
    assert text.startswith("The 0. way to moor a boat")


STREAMED = (
    "<div><span>Loading</span></div><div hidden id=S:1><main><h1>The ferry</h1>{}</main></div>"
    "<script>$RC('B:1', 'S:1')</script>"
)


def test_page_that_a_script_reveals_is_read() -> None:
    text = page(STREAMED.replace("{}", OWN + OTHER))
    assert text.startswith("The ferry of Norham")
    assert "mill number 8" in text


def test_hidden_text_without_the_headline_is_not_read() -> None:
    seen = "<h1>The ferry</h1><p>The ferry of Norham sails again, two years after a storm.</p>"
    with pytest.raises(NotAnArticle):
        page(f"{seen}<div hidden><h2>The mills</h2>{OTHER}</div>")


LEAD = "A storm, a green wheelhouse and eleven sheep on board."


def test_lead_whose_words_are_scattered_over_the_text_stays() -> None:
    long = OWN.replace("</p>", f"</p>{OTHER}")
    text = page(f"<header><h1>The ferry</h1><p class=lead>{LEAD}</p></header><main>{long}</main>")
    assert text.startswith(LEAD)


def test_lead_that_a_paragraph_repeats_is_the_summary() -> None:
    lead = "After two years the ferry of Norham sails again: a storm had broken her rudder."
    text = page(
        f"<header><h1>The ferry</h1><p class=lead>{lead}</p></header><main>{OWN}{OTHER}</main>"
    )
    assert text.startswith("The ferry of Norham")


@pytest.mark.parametrize(
    "box",
    [
        "<div role=dialog><h2>Stay a while</h2>{}<button>Close</button></div>",
        "<form action=/login>{}<input type=password></form>",
        "<aside><h3>The mills</h3>{}</aside>",
    ],
)
@pytest.mark.parametrize("after", [False, True])
def test_landmark_longer_than_the_article_is_not_it(box: str, *, after: bool) -> None:
    article, box = f"<div><h1>The ferry</h1>{OWN}</div>", box.replace("{}", OTHER)
    text = page(article + box if after else box + article)
    assert text.startswith("The ferry of Norham")
    assert "mill number" not in text


@pytest.mark.parametrize("name", ["aside", "form", "footer", "div role=dialog"])
def test_landmark_that_is_all_there_is_is_the_article(name: str) -> None:
    end = name.split()[0]
    assert "eleven sheep" in page(f"<{name}><h1>The ferry</h1>{OWN}</{end}>")
    assert "eleven sheep" in page(f"<header><h1>The ferry</h1></header><{name}>{OWN}</{end}>")


BLURBS = "".join(
    f"<div class=b><h3>News {n}</h3><p>The council of the island decided on Monday to dredge "
    f"harbour {n}, and wants to begin before the winter.</p></div>"
    for n in range(5)
)
DIALOGUE = "".join(
    f"<p>– {said}</p>"
    for said in ("Where to?", "The ferry.", "Today?", "Yes, today.", "It rains.", "No matter.")
    for _ in range(2)
)
VERSE = (
    "<p>A boat lies on the shore<br>and waits there for the wind<br>The ferryman looks on</p>" * 3
)


@pytest.mark.parametrize(("lines", "said"), [(DIALOGUE, "Yes, today."), (VERSE, "waits there")])
@pytest.mark.parametrize("after", [False, True])
def test_short_lines_are_a_text_beside_blurbs(lines: str, said: str, *, after: bool) -> None:
    article, side = f"<div><h1>The ferry</h1>{lines}</div>", f"<div>{BLURBS}</div>"
    text = page(f"<div>{article + side if after else side + article}</div>")
    assert said in text
    assert "harbour 2" not in text


def test_next_article_is_known_by_its_byline() -> None:
    text = page(
        f"<main><div class=st><h1>The ferry</h1><p class=by>By Ann Lee</p>{OWN}</div>"
        f"<div class=st><h1>The mills</h1><p class=by>By Bo Ek</p>{OTHER}</div></main>"
    )
    assert "eleven sheep" in text
    assert "mill number" not in text


def test_box_after_the_main_element_is_no_part_of_the_article() -> None:
    box = f"<div class=pop><h4>Stay!</h4>{OTHER}<button>Close</button></div>"
    text = page(f"<main><h1>The ferry</h1>{OWN}</main>{box}")
    assert text.endswith("priests what they can.")
