"""Pages in HTML, the same for the built-in server and for the output folder: articles, index.

Takes entries and feeds; returns pages, and the stylesheet and icon that they load. Writes no files.
"""

from pipeline.syndicate.pages.articleview import ArticleView, FeedLink, article_view
from pipeline.syndicate.pages.listing import LATEST, Channel, Headline, channel, headline
from pipeline.syndicate.pages.rendering import (
    ASSETS,
    POLICY,
    article_page,
    asset,
    base_path,
    environment,
    index_page,
    page_path,
)

__all__ = [
    "ASSETS",
    "LATEST",
    "POLICY",
    "ArticleView",
    "Channel",
    "FeedLink",
    "Headline",
    "article_page",
    "article_view",
    "asset",
    "base_path",
    "channel",
    "environment",
    "headline",
    "index_page",
    "page_path",
]
