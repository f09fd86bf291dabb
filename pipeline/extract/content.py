"""The container of the article among all that a page holds.

In: an outline on which boilerplate has its verdicts. Out: the node that holds the article.
It refuses nothing: where no container stands out, the body is the answer.
"""

from pipeline.extract import lexicon
from pipeline.extract.outline import Node

_NEARLY_ALL = 0.97
_ENOUGH = 0.85  # share of the prose of the best ancestor a smaller container must hold


def choose(top: Node) -> Node:
    """Return the smallest node that holds the article.

    Candidates named as content (microdata, `article`, `main`, class names of publishing systems)
    are tried first, in the order of trust; without any that holds enough prose, the tree is
    descended as long as one child holds nearly all of it.
    """
    total = top.prose
    if total <= 0:
        return top
    best: Node | None = None
    for rank, nodes in enumerate(_named(top)):
        share = _ENOUGH if rank else 0.6
        fitting = [node for node in nodes if node.prose >= share * total]
        if fitting:
            best = min(fitting, key=lambda node: (node.chars, -node.prose))
            break
    start = best or top
    return _descend(start)


def _named(top: Node) -> list[list[Node]]:
    """Return the candidates by kind: itemprop, body names, article, main, other names."""
    first, second = lexicon.content_patterns()
    kinds: list[list[Node]] = [[], [], [], [], []]
    for node in top.walk():
        if node.leaf and node.chars < 200:
            continue
        if "articlebody" in node.get("itemprop").lower():
            kinds[0].append(node)
        if node.key and node.name not in ("body", "html"):
            if first.search(node.key):
                kinds[1].append(node)
            elif second.search(node.key):
                kinds[4].append(node)
        if node.name == "article":
            kinds[2].append(node)
        elif node.name == "main" or node.get("role") == "main":
            kinds[3].append(node)
    return kinds


def _descend(node: Node) -> Node:
    """Go down while one child holds nearly all the prose of its parent."""
    while not node.leaf:
        if node.name in ("blockquote", "ul", "ol", "li", "figure", "table", "tbody", "tr"):
            break
        child = max(node.nodes(), key=lambda child: child.prose, default=None)
        if child is None or child.leaf or child.verdict is not None:
            break
        if child.prose < _NEARLY_ALL * node.prose:
            break
        if child.name in ("blockquote", "ul", "ol", "li", "figure", "dl", "pre", "p"):
            break
        node = child
    return node
