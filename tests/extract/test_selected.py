"""Selectors of a source: what holds its articles, what is no part of them."""

from pipeline.extract import extract

URL = "https://x.example/news/1"
SENTENCE = "The bridge was closed on Monday, and nobody knows for how long. "
PAGE = f"""<html><body><div id="page">
<div class="story"><h1>The bridge</h1><p>{SENTENCE * 4}</p><div class="fact-box">{SENTENCE}
<p class="hotline">Call the bridge.</p></div></div>
<div class="other"><p>{"Something else is said here, at much greater length. " * 20}</p></div>
<div class="story"><p>The second part. {SENTENCE}</p></div>
</div></body></html>""".encode()


def test_article_is_what_the_first_fitting_selector_holds() -> None:
    found = extract(PAGE, URL, article=("main.none", "div.story", "#page"))
    assert "Something else" not in found.text
    assert found.text.index("Call the bridge") < found.text.index("The second part")
    assert found.origins["text"] == "selector"


def test_nested_matches_are_taken_once() -> None:
    found = extract(PAGE, URL, article=(".story, .story p",))
    assert found.text.count("The second part") == 1


def test_removed_elements_are_gone_and_facts_stay() -> None:
    found = extract(PAGE, URL, article=(".story",), remove=(".fact-box", ".hotline", ".none"))
    assert "Call the bridge" not in found.text
    assert found.title == "The bridge"


def test_without_a_match_the_text_is_looked_for() -> None:
    found = extract(PAGE, URL, article=("main.none",), remove=(".other",))
    assert SENTENCE.strip() in found.text
    assert "text" not in found.origins
