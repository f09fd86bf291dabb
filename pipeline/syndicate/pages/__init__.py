"""The page of an article in HTML, for the server and for the output folder alike.

In come entries, out pages and what they are dressed with; nothing is read or written.
"""

from pipeline.syndicate.pages.articleview import ArticleView, article_view
from pipeline.syndicate.pages.rendering import (
    ASSETS,
    POLICY,
    article_page,
    asset,
    base_path,
    environment,
    page_path,
)

__all__ = [
    "ASSETS",
    "POLICY",
    "ArticleView",
    "article_page",
    "article_view",
    "asset",
    "base_path",
    "environment",
    "page_path",
]
