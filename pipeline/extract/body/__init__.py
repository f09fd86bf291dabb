"""The article itself: choose its container, and render it as sanitised HTML and plain text."""
