"""Article pages of the sentences in bench/data/sentences.toml, as many as a benchmark wants.

In: a folder, a number and a seed. Out: pages on the disk, the same for the same seed.
It refuses nothing.
"""

from html import escape
from itertools import islice
from pathlib import Path

import sentences

_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="canonical" href="https://bench.example/{number}">
<meta property="og:type" content="article">
<meta property="article:published_time" content="2026-01-{day:02}T{hour:02}:{minute:02}:00+00:00">
</head><body><div class="cookie-banner"><p>We use cookies. Do you accept?</p></div>
<nav><a href="/">Home</a></nav><main><article><h1>{title}</h1>{paragraphs}</article></main>
<footer>All rights reserved</footer></body></html>"""


def write(folder: Path, number: int, seed: int = 1) -> int:
    """Write `number` pages of about 400 words; the number of words in them."""
    folder.mkdir(parents=True, exist_ok=True)
    unread = sentences.news(seed)  # none comes twice, so that no memory knows it
    words = 0
    for one in range(number):
        paragraphs = [" ".join(islice(unread, 4)) for _ in range(6)]
        title = f"{next(unread).split(',')[0].rstrip('.')} ({one})"
        words += sum(len(text.split()) for text in (title, *paragraphs))
        page = _PAGE.format(
            title=escape(title),
            number=one,
            day=one % 28 + 1,
            hour=one % 24,
            minute=one % 60,
            paragraphs="".join(f"<p>{escape(text)}</p>" for text in paragraphs),
        )
        (folder / f"{one:05}.html").write_text(page, "utf-8")
    return words
