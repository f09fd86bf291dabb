"""Find what is not the article: set the verdicts of boilerplate nodes in the outline of a page."""
