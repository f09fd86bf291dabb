"""A page's bytes in, a measured tree of blocks out. Knows nothing of what an article is."""
