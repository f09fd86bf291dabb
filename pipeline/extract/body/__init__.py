"""What is the article: its container is chosen and written as sanitised HTML and plain text."""
