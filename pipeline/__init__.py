"""babelwire: a self-hosted wire desk that cleans, translates and syndicates the news."""

__version__ = "0.2.0"
