"""Choose the container of the article.

In: an outline whose boilerplate has verdicts. Out: the node that holds the article. Never raises:
where no container is better than the others, it is the page's body.
"""

from collections.abc import Sequence
from itertools import islice

from pipeline.extract.page import lexicon
from pipeline.extract.page.node import Node

_NEARLY_ALL = 0.97
_MOST = 0.85  # share of the page's prose that a container must hold
_HALF = 0.6  # the same for a trusted name
_COLUMN = 400.0  # prose of a layout table's cell that is the article
_ROWS = frozenset({"tbody", "tr", "thead"})


def choose(top: Node) -> Node:
    """Return the smallest node that holds the article.

    Candidates marked as content (microdata, `article`, `main`, the class names of publishing
    systems) are tried first, the most trusted kind first. If none holds enough prose, descend from
    the top as long as one child holds nearly all of it.
    """
    total = top.prose
    if total <= 0:
        return top
    best: Node | None = None
    for rank, nodes in enumerate(_named(top)):
        share = _MOST if rank else _HALF
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
    """Descend as long as one child holds nearly all the prose of its parent.

    A table is entered only for a cell that holds an article in blocks: a column of the page.
    """
    column: Node | None = None
    while not node.leaf:
        if node.name in ("blockquote", "ul", "ol", "li", "figure"):
            break
        if node.name == "table":
            column = node
        elif column is not None and node.name not in _ROWS:
            if node.prose < _COLUMN:
                return column
            column = None
        child = max(node.nodes(), key=lambda child: child.prose, default=None)
        if child is None or child.leaf or child.verdict is not None:
            break
        if child.prose < _NEARLY_ALL * node.prose:
            break
        if child.name in ("blockquote", "ul", "ol", "li", "figure", "dl", "pre", "p"):
            break
        node = child
    return node if column is None else column


def standfirst(container: Node, top: Node, title: str) -> list[Node]:
    """Return the paragraphs between the title and the container.

    Many pages put the first paragraph into the header with the title.
    """
    inside = {id(leaf) for leaf in container.leaves()}
    leaves = [leaf for leaf in top.leaves() if leaf.chars or id(leaf) in inside]
    first = next((place for place, leaf in enumerate(leaves) if id(leaf) in inside), 0)
    found: list[Node] = []
    opening = leaves[first : first + _OPENING]
    header = leaves[max(0, first - _HEADER) : first]
    for place, leaf in reversed(list(enumerate(header))):
        text = leaf.text()
        if _is_title(leaf, text, title):
            return found
        above = header[place - 1] if place else None
        below_title = above is not None and _is_title(above, above.text(), title)
        fits = _is_standfirst(leaf, text, below_title=below_title)
        if fits and not _repeats(text, [*found, *opening]):
            found.insert(0, leaf)
    return []


def _is_title(leaf: Node, text: str, title: str) -> bool:
    return leaf.name == "h1" or (bool(title) and lexicon.folds_to(text, lexicon.fold(title)))


def repeats(container: Node, lead: Node) -> bool:
    """Say whether an article repeats a standfirst: all in all, and much of it in one place.

    The words of a standfirst that is told nowhere else may be scattered over a long text. Where the
    page itself calls it a summary, that is enough.
    """
    texts = [leaf.text() for leaf in container.leaves()]
    if not says(" ".join(texts), lead.text()):
        return False
    words, known = _words(lead.text()), [_words(text) for text in texts]
    places = zip(known, [*known[1:], frozenset()], strict=True)
    said = any(len(words & (one | other)) >= _PLACE * len(words) for one, other in places)
    return said or _is_named("summary", lead)


def says(text: str, words_of: str) -> bool:
    """Say whether a text contains what a standfirst says: most of its words, and every number.

    In scripts without spaces whole clauses are compared, and hardly any is found twice.
    """
    words, known = _words(words_of), _words(text)
    if not words or any(any(map(str.isdigit, word)) for word in words - known):
        return False
    return len(words - known) <= (1 - _KNOWN) * len(words)


_OPENING = 6  # blocks of the article in which a standfirst may be repeated
_SAME = 60  # letters that make two standfirsts equal
_HEADER = 14  # blocks that a header may have
_STANDFIRST = 70  # width of the shortest standfirst
_NAMED_STANDFIRST = 35  # the same for one with a standfirst's class
_WORD = 4  # letters of a word that is compared
_PLACE = 0.5  # share of its words that two neighbouring blocks must contain
_KNOWN = 0.75  # share of a standfirst's words that the text must contain


def _is_standfirst(leaf: Node, text: str, *, below_title: bool) -> bool:
    """Say whether a block may be a standfirst; many have no full stop right below the title."""
    named = _is_named("standfirst", leaf)
    heading = leaf.name in ("h2", "h3", "h4")  # a heading below the title is a standfirst
    shortest = _NAMED_STANDFIRST if named or (heading and below_title) else _STANDFIRST
    if not shortest <= leaf.chars <= 900 or leaf.links > 0.3 * leaf.chars:
        return False
    if any(parent.name in ("figure", "figcaption") for parent in (leaf, *leaf.ancestors())):
        return False
    return (
        named
        or below_title
        or heading
        or leaf.prose > 0
        or text.rstrip().endswith((".", "!", "?", "…", "。", "؟"))
    )


def _is_named(table: str, leaf: Node) -> bool:
    return any(
        node.key and len(node.key) < 80 and lexicon.named(table, node.key)
        for node in islice((leaf, *leaf.ancestors()), 2)
    )


def _repeats(text: str, others: list[Node]) -> bool:
    """Say whether a standfirst occurs twice, or begins a paragraph of the article."""
    start = lexicon.fold(text)[:_SAME]
    return any(lexicon.fold(other.text()).startswith(start) for other in others)


def _words(text: str) -> frozenset[str]:
    words = lexicon.normal(text).split()
    return frozenset(word for word in words if len(word) >= _WORD or word.isdigit())


def joined(lead: Sequence[Node], container: Node) -> Node:
    """Return a new node with the lead and the container, measured as both together."""
    if not lead:
        return container
    parts = [*lead, container]
    whole = Node("div", None, None)
    whole.children = list(parts)
    for part in parts:
        part.parent = whole
    whole.chars = sum(part.chars for part in parts)
    whole.links = sum(part.links for part in parts)
    whole.prose = sum(part.prose for part in parts)
    return whole
