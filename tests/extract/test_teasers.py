"""Lists of other stories beside an article, and lists that are the article."""

from pipeline.extract import extract

URL = "https://news.example/story/12"
TEXT = "The river rose by two metres on Monday, and the mayor asked everybody to stay at home. "
OTHER = "A singer has said that she would not sing at the feast of the town this year again. "


def stream(count: int, words: int) -> str:
    """Cards of a portal: headline, excerpt of one or of many sentences, every fifth advertises."""
    return "".join(
        f"<li class='item'><h3>Shoes that last</h3><p>Only {n} pairs are left. {OTHER}</p></li>"
        if n % 5 == 4
        else f"<li class='item'><h3><a href='/n/{n}'>Story number {n} of the stream</a></h3>"
        f"<p>{OTHER * (words if n % 2 else 1)}</p></li>"
        for n in range(count)
    )


def extracted(markup: str) -> str:
    page = f"<title>River</title><body><div><h1>River</h1>{markup}</div>"
    return extract(page.encode(), URL).text


def test_stream_of_a_portal_below_an_article_goes() -> None:
    story = f"<div>{f'<p>{TEXT * 4}</p>' * 4}</div>"
    text = extracted(f"{story}<div><ul>{stream(10, 8)}</ul></div>")
    assert "singer" not in text
    assert "Shoes" not in text
    assert text.count("two metres") == 16


def test_items_with_as_much_text_and_no_article_beside_them_stay() -> None:
    text = extracted(f"<p>{TEXT}</p><ul>{stream(10, 8)}</ul>")
    assert "singer" in text


def test_cards_with_headings_of_their_own_and_a_link_that_tells_more_stay() -> None:
    cards = "".join(
        f"<li class='tool'><h3>Tool {n}</h3><p>{TEXT}</p>"
        f"<p><a href='/tools/{n}'>Learn all about tool {n}</a></p></li>"
        for n in range(5)
    )
    text = extracted(f"<p>{TEXT * 5}</p><ul>{cards}</ul>")
    assert "Tool 3" in text
    assert text.count("two metres") == 10
