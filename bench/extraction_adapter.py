"""babelwire's extraction as the scorers of page collections call it.

In: bytes and an address. Out: a dictionary of text, title, author, date, language, captions.
It refuses nothing: a page that holds no article has no text.
"""

from bs4 import BeautifulSoup

from pipeline.errors import NotAnArticle
from pipeline.extract import extract as extract_article


def extract(html: bytes, url: str) -> dict[str, object]:
    """Return what a scorer compares with its gold; {} for a page that is no article."""
    try:
        article = extract_article(html, url)
    except NotAnArticle:
        return {}
    return {
        "text": article.text,
        "title": article.title,
        "author": "; ".join(article.authors),
        "date": article.published.isoformat() if article.published else None,
        "language": article.language,
        "captions": captions(article.html),
    }


def captions(html: str) -> list[str]:
    """Return the text of each figure's caption, a line of `Article.text` a line.

    Scorers leave these lines out where the gold has none: most golds do, and a reader wants them.
    """
    found = BeautifulSoup(html, "lxml").find_all("figcaption")
    for caption in found:
        for end in caption.find_all("br"):
            end.replace_with("\n")
    return [caption.get_text() for caption in found]
