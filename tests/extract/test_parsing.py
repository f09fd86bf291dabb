"""The tree: the same as Beautiful Soup's own, built with less."""

import pytest
from bs4 import BeautifulSoup

from pipeline.extract.parsing import parse


@pytest.mark.parametrize(
    "markup",
    [
        "<p class='a b' hidden>One <b>two</p>three<br/>four",
        "<html lang=de><head><title>T</title></head><body><svg:rect/><o:p>Word</o:p></body></html>",
        "<!doctype html><!-- c --><table><tr><td>1<td>2</table><p id=x id=y>",
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='l'><a xlink:href='#x'>s</a></svg>",
        "<div><p>unclosed <i>deep <a href=/x>link</div></p>end",
    ],
)
def test_tree_is_that_of_beautiful_soup(markup: str) -> None:
    assert str(parse(markup)) == str(BeautifulSoup(markup, "lxml", multi_valued_attributes=None))
