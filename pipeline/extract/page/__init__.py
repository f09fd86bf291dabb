"""From a page's bytes to a measured tree of blocks; nothing here knows what an article is."""
