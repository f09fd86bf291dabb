"""Article pages in HTML, the same for the built-in server and for the output folder.

Takes entries; returns pages, and the stylesheet and icon that they load. Writes no files.
"""

from pipeline.syndicate.pages.articleview import ArticleView, FeedLink, article_view
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
    "FeedLink",
    "article_page",
    "article_view",
    "asset",
    "base_path",
    "environment",
    "page_path",
]
