"""Formulae: in one line, once, and never translated."""

import re

import pytest

from pipeline.extract import extract

URL = "https://x.example/paper/1"
PROSE = "<p>" + "The sum is known since the days of Euler, and it is easy to see why. " * 6 + "</p>"


def body(markup: str) -> str:
    page = f"<html><body><article><h1>Sums</h1>{PROSE}{markup}{PROSE}</article></body></html>"
    return extract(page.encode(), URL).html


def formula(inner: str) -> str:
    return body(f"<p>Here <math>{inner}</math> holds.</p>")


@pytest.mark.parametrize(
    ("inner", "line"),
    [
        ("<mi>a</mi><mo>≠</mo><mn>0</mn>", "a ≠ 0"),
        ("<msup><mi>x</mi><mn>2</mn></msup>", "x^2"),
        ("<msub><mi>a</mi><mrow><mi>i</mi><mo>+</mo><mn>1</mn></mrow></msub>", "a_(i + 1)"),
        ("<mfrac><mn>1</mn><msqrt><mn>2</mn></msqrt></mfrac>", "1/√(2)"),
        ("<munderover><mo>∑</mo><mi>k</mi><mi>n</mi></munderover><mi>k</mi>", "∑_k^n k"),
        ("<mover><mi>B</mi><mo>→</mo></mover>", "B→"),
        (
            "<msup><mrow><mo>(</mo><msub><mi>a</mi><mrow><mi>i</mi><mo>+</mo><mn>1</mn></mrow></msub>"
            "<mo>)</mo></mrow><mn>2</mn></msup>",
            "( a_(i + 1) )^2",
        ),
        (
            "<msup><mrow><mo>(</mo><mi>a</mi><mo>)</mo><mo>(</mo><mi>b</mi><mo>)</mo></mrow><mn>2</mn></msup>",
            "(( a ) ( b ))^2",
        ),
        ('<mfrac linethickness="0"><mi>n</mi><mi>k</mi></mfrac>', "n¦k"),
        ('<mfrac linethickness="0.5px"><mi>n</mi><mi>k</mi></mfrac>', "n/k"),
        (
            "<mtable><mtr><mtd><mi>x</mi></mtd><mtd><mo>=</mo><mn>1</mn></mtd></mtr>"
            "<mtr><mtd><mi>y</mi></mtd><mtd><mi>z</mi></mtd></mtr></mtable>",
            "x = 1; y, z",
        ),
        (
            "<mtable><mtr><mtd><mi>x</mi></mtd><mtd><mo>=</mo></mtd><mtd><mn>2</mn></mtd></mtr></mtable>",
            "x = 2",
        ),
        (
            "<mo>[</mo><mtable><mtr><mtd><mi>A</mi></mtd><mtd><mo>→</mo></mtd></mtr></mtable><mo>]</mo>",
            "[ A, → ]",
        ),
        (
            "<semantics><mi>y</mi><annotation encoding='application/x-tex'>\\y</annotation>"
            "</semantics>",
            "y",
        ),
    ],
)
def test_mathml_is_told_in_one_line(inner: str, line: str) -> None:
    assert f"<p>Here <code>{line}</code> holds.</p>" in formula(inner)


def test_what_a_renderer_draws_beside_is_left_out() -> None:
    katex = (
        '<span class="katex"><span class="katex-mathml"><math><mi>z</mi></math></span>'
        '<span class="katex-html" aria-hidden="true">zzz</span></span>'
    )
    assert "<p>Here <code>z</code> holds.</p>" in body(f"<p>Here {katex} holds.</p>")
    jax = (
        '<mjx-container class="CtxtMenu_Attached_0"><mjx-math aria-hidden="true">zzz</mjx-math>'
        "<mjx-assistive-mml><math><mi>z</mi></math></mjx-assistive-mml></mjx-container>"
    )
    assert "<p>Here <code>z</code> holds.</p>" in body(f"<p>Here {jax} holds.</p>")


def test_tex_in_a_script_is_shown_and_other_scripts_are_not() -> None:
    html = body('<p>Here <script type="math/tex">x^2</script><script>var q</script> holds.</p>')
    assert "<p>Here <code>x^2</code> holds.</p>" in html


def test_deep_formula_ends() -> None:
    deep = "<mrow>" * 5000 + "<mi>x</mi>" + "</mrow>" * 5000
    assert "holds" in formula(deep)


def test_space_around_a_formula_within_what_drew_it_stays() -> None:
    math = "<math><mi>k</mi></math>"
    text = body(f"<p>Of<mjx-container> {math} </mjx-container>heads.</p>")
    assert "Of <code>k</code> heads." in text
    assert "Of(<code>k</code>)" in body(f"<p>Of(<mjx-container>{math}</mjx-container>)</p>")


def test_thickness_of_a_line_is_read_in_no_time() -> None:
    thick = f'<mfrac linethickness="{"0" * 200_000}1"><mi>n</mi><mi>k</mi></mfrac>'
    assert "holds" in formula(thick)


_POWER = "<math><msup><mi>x</mi><mn>2</mn></msup></math>"
_DISPLAYED = "<math display='block'><msup><mi>x</mi><mn>2</mn></msup></math>"


@pytest.mark.parametrize(
    "markup",
    [
        # MediaWiki: MathML that is not shown, and a picture of it, with and without aria-hidden.
        f'<span class="mwe-math-element"><span class="mwe-math-mathml-inline mwe-math-mathml-a11y" '
        f'style="display: none;">{_POWER}</span><img src="/svg/1" aria-hidden="true" '
        'class="mwe-math-fallback-image-inline" alt="{\\displaystyle x^{2}}"></span>',
        f'<span class="mwe-math-element"><span class="mwe-math-mathml-inline" style="display:none">'
        f'{_POWER}</span><img src="/svg/1" class="mwe-math-fallback-image-inline" alt="x^2"></span>',
        # KaTeX.
        f'<span class=katex><span class="katex-mathml">{_POWER}</span>'
        '<span class="katex-html" aria-hidden="true"><span>x</span><span>2</span></span></span>',
        # MathJax 2: a preview, the drawing with assistive MathML, and the source.
        '<span class="MathJax_Preview">x2</span><span class="MathJax" role=presentation>'
        f'<nobr aria-hidden="true"><span>x2</span></nobr><span class="MJX_Assistive_MathML">{_POWER}'
        '</span></span><script type="math/tex">x^2</script>',
        # MathJax 2 that has drawn nothing yet.
        '<span class="MathJax_Preview">x2</span><script type="math/tex">x^2</script>',
        # MathJax 3.
        f'<mjx-container><svg aria-hidden="true"><g><path d="M0"></path></g></svg>'
        f"<mjx-assistive-mml>{_POWER}</mjx-assistive-mml></mjx-container>",
        "<d-math>x^2</d-math>",
        "<tex-math>$x^2$</tex-math>",
        '<span class="math inline">\\(x^2\\)</span>',
        '<img class="latex" src="https://s0.example/latex.php?latex=x%5E2" alt="x^2">',
        '<img src="https://www.example/equation?tex=x%5E2" alt="x^2" eeimg="1">',
    ],
)
def test_formula_is_told_once_in_its_sentence(markup: str) -> None:
    html = body(f"<p>Here {markup} holds.</p>")
    assert "<p>Here <code>x^2</code> holds.</p>" in html


@pytest.mark.parametrize(
    "markup",
    [
        "<d-math block>x^2</d-math>",
        '<div class="math display">\\[x^2\\]</div>',
        f'<span class="katex-display"><span class=katex><span class=katex-mathml>{_DISPLAYED}</span>'
        '<span class="katex-html" aria-hidden="true">x2</span></span></span>',
        '<script type="math/tex; mode=display">x^2</script>',
        f"<div class=equation>{_DISPLAYED}</div>",
    ],
)
def test_formula_between_paragraphs_is_a_paragraph(markup: str) -> None:
    assert "<p><code>x^2</code></p>" in body(markup)


@pytest.mark.parametrize(
    "markup",
    [
        '<img class="math" src="/class.jpg" alt="A math class in Graz" width="600">',
        '<span class="math">Sum of all</span> <img src="/latex-gloves.jpg" alt="Gloves" width=600>',
    ],
)
def test_what_is_only_named_like_a_formula_is_none(markup: str) -> None:
    assert "<code>" not in body(f"<p>{markup}</p>")


@pytest.mark.parametrize(
    ("told", "formulae"),
    [
        (r"where \(x^2\) is the level and \(t\) the hour", ["x^2", "t"]),
        (r"as \[ \frac{a}{b} \] says, it rose", [r"\frac{a}{b}"]),
        ("the level $x_1$ rose with $n$, and $$a = b$$ at last", ["x_1", "n", "a = b"]),
        ("it cost $5 in May and $6 in June, or US$7 and A$8", []),
        ("it cost $5+tax, or US$ 7, and $a lot$ more", []),
        ("the variable <code>$path_to$x_1$</code> names a folder (see \\ above)", []),
    ],
)
def test_tex_in_the_text_is_a_formula_and_a_price_is_none(told: str, formulae: list[str]) -> None:
    around = "The river rose by two metres on Monday, and the mayor asked everybody to stay. "
    page = f"<title>River</title><article><h1>River</h1><p>{around * 4}</p><p>{around}{told}.</p>"
    html = extract(page.encode(), "https://x.example/s/1").html
    found = re.findall("<code>(.*?)</code>", html)
    assert [one for one in found if "path" not in one] == formulae
    if not formulae:
        assert told.replace("&", "&amp;") in html
