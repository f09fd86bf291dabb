"""babelwire's extraction as the scorers of page collections call it.

In: bytes and an address. Out: a dictionary of text, title, author, date, language.
It refuses nothing: a page that holds no article has no text.
"""

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
    }
