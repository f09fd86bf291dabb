"""Formulae: in one line, once, and never translated."""

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
