"""The work of reading a page grows with its size, not with the square of it.

Work is how many calls the interpreter makes, which is the same on every machine. They are counted in
a process of its own: in one that has run for long, CPython 3.11 may never return from a function that
is profiled.
"""

import sys
from types import FrameType

from pipeline.compute import separate
from pipeline.extract import extract
from tests.waiting import LONG

PROSE = {
    "en": "The council met on Tuesday and agreed to repair the old bridge before the winter. " * 2,
    "de": "Der Rat hat am Dienstag beschlossen, die alte Brücke vor dem Winter zu reparieren. " * 2,
    "ja": "市議会は火曜日に会議を開き、冬が来る前に古い橋を修理することを全員一致で決めた。" * 4,
    "es": "El concejo acordó el martes que el puente viejo se reparará antes del invierno. " * 2,
}
LAYOUTS = {
    "bold names of sections": ("en", "<p><b>Read more</b></p><p>{prose}</p>"),
    "headings with links": ("de", "<h3>Lesen Sie auch</h3><p><a href=/{n}>Das {n}.</a></p>{prose}"),
    "boxes": ("ja", "<div><h4>関連記事</h4></div><div><p>{prose}</p></div>"),
    "asides": ("es", "<p>{prose}</p><aside><h3>Relacionadas</h3><a href=/{n}>La {n}</a></aside>"),
    "parts": ("en", "<section><h2>Part {n}</h2><p>{prose}</p></section>"),
    "updates": ("de", "<article><h3>Teil {n}</h3><time>10:15</time><p>{prose}</p></article>"),
    "pictures": ("en", "<figure><img src=/{n}.jpg><figcaption>Photo: J. Doe</figcaption></figure>"),
    "consent": ("es", "<p>Usamos cookies. Aceptar todo.</p>"),
    "deep": ("en", "<blockquote><p>{prose}</p>"),
}


def work(language: str, layout: str, times: int) -> int:
    parts = [layout.format(prose=PROSE[language], n=number) for number in range(times)]
    text = f"<p>{PROSE[language]}</p>" * 6 + "".join(parts)
    page = f"<html lang={language}><title>A bridge</title><article><h1>A bridge</h1>{text}"
    calls = 0

    def count(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        extract(page.encode(), "https://x.example/n/1")
    finally:
        sys.setprofile(None)
    return calls


def measured() -> dict[str, tuple[int, int]]:
    """The work for 100 and for 400 parts in each layout."""
    found = {}
    for name, (language, layout) in LAYOUTS.items():
        work(language, layout, 10)  # what is loaded at the first use is no part of it
        found[name] = work(language, layout, 100), work(language, layout, 400)
    return found


def test_four_times_the_page_is_four_times_the_work() -> None:
    found = separate.call(measured, limit=LONG)
    assert {name: (a, b) for name, (a, b) in found.items() if b >= 5 * a} == {}
    assert found.keys() == LAYOUTS.keys()
