"""Time a paragraph with thousands of inline elements: parsed, divided, put together again.

    PYTHONPATH=. python bench/inlines.py [--most 20000]

No model is asked: each sentence is its own translation, with a link from each word to itself. A
paragraph of twice the elements should take twice the time; "×" is the time of each element as a
multiple of that in the shortest paragraph.
"""

import argparse
import time

from pipeline.translate.text.alignment import pharaoh, words
from pipeline.translate.text.blocks import block, rebuild
from pipeline.translate.text.markup import parse

KINDS = {
    "emphasis, in sentences": "The <em>old</em> bridge is here. ",
    "images, in sentences": 'The flag <img src="/f{i}.png"> of it. ',
    "links, in sentences": 'The <a href="/x{i}">old</a> bridge stands over here. ',
    "emphasis, in one sentence": "and the <em>old</em> bridge ",
    "images, in one sentence": 'and the flag <img src="/f{i}.png"> of it ',
    "links that touch": '<a href="/x{i}">river</a>',
    "note marks": 'and the bridge<sup><a href="#n{i}">{i}</a></sup> here ',
    "languages": 'and the <i lang="fr">pont</i> here ',
    "nested": '<b class="n{i}">so ',
    "never opened": "so</b> ",
}


def put_back(html: str) -> str:
    """Take a paragraph apart and put it together again."""
    document = parse(html, "en")
    blocks = [block(text, "en") for text in document.texts]
    known = {segment: segment for one in blocks for segment in one.segments}
    links = {one: pharaoh((n, n) for n in range(len(words(one)))) for one in known}
    done = [rebuild(one, known, "en", "pt", links) for one in blocks]
    return document.render(done, "pt", "en")


def main() -> None:
    """Print the seconds of each kind of element for rising numbers of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=20_000)
    most = parser.parse_args().most
    for kind, element in KINDS.items():
        first = 0.0
        for number in (500, 1_000, 2_000, 20_000):
            if number > most:
                continue
            html = "".join(element.replace("{i}", str(i)) for i in range(number))
            started = time.process_time()
            put_back(f"<p>{html}</p>")
            each = (time.process_time() - started) / number
            first = first or each
            print(f"{kind}: {number} in {each * number:.2f} s, × {each / first:.1f}", flush=True)


if __name__ == "__main__":
    main()
