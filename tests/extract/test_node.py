"""The widths of an outline stay right however nodes are taken out of it."""

import random

import pytest
from bs4 import Tag

from pipeline.extract.page.node import Node, measure, take_out
from pipeline.extract.page.outline import outline
from pipeline.extract.page.parsing import parse

PAGE = (
    "<body><div><a href='/1'><span>One <b>two</b></span> three</a><p>Four 五六</p></div>"
    "<ul><li>Seven <a href='/2'>eight</a></li><li><a>nine</a></li></ul></body>"
) * 3


def nodes_of(top: Node) -> list[Node]:
    return [top, *top.inlines()]


def tree() -> Node:
    body = parse(f"<html>{PAGE}</html>").body
    assert isinstance(body, Tag)
    return outline(body)


@pytest.mark.parametrize("most", [1, 3, 200])
def test_taking_nodes_out_measures_as_measuring_all_again(most: int) -> None:
    draw = random.Random(most)
    for _ in range(60):
        top = tree()
        marked = list(dict.fromkeys(draw.choices(nodes_of(top)[1:], k=most)))
        for node in marked:
            node.verdict = "out"
        take_out(marked, top)
        taken = [(node.chars, node.links) for node in nodes_of(top)]
        measure(top)
        assert taken == [(node.chars, node.links) for node in nodes_of(top)]
