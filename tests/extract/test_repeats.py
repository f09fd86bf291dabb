"""What several articles of a source repeat at their edges is not theirs."""

from pipeline.article import Article
from pipeline.extract import plain_text
from pipeline.extract.repeats import repeated, without

CALL = "<p>Our desk answers the telephone (0555 123 45 67) from nine to five on every working day of the year.</p>"
GIFT = (
    "<p><em>Reading costs nothing here because our friends give what they can every month.</em></p>"
)


def story(number: int) -> str:
    """Two paragraphs that no other number has."""
    return "\n".join(
        f"<p>In village {number} the {part} of {number * 7} bridges was opened by "
        f"mayor {number * 13}, who thanked all {number * 11} builders at length.</p>"
        for part in ("first", "last")
    )


def article(html: str, **facts: object) -> Article:
    return Article(url="https://a.example/x", title="T", html=html, text=plain_text(html), **facts)


def test_a_paragraph_at_the_end_of_most_articles_is_a_repeat():
    bodies = [f"{story(n)}\n{CALL}" for n in range(5)] + [story(n) for n in range(5, 10)]
    [found] = repeated(bodies)
    assert found.startswith("ourdeskanswersthetelephone0555")


def test_repeats_go_from_both_edges_and_everything_else_stays():
    bodies = [f"{GIFT}\n{story(n)}\n{CALL}" for n in range(6)]
    found = repeated(bodies)
    assert len(found) == 2
    shorter = without(article(bodies[3]), found)
    assert shorter.html == story(3)
    assert shorter.text == plain_text(story(3))


def test_a_summary_made_of_the_repeat_is_made_of_the_article():
    bodies = [f"{GIFT}\n{story(n)}" for n in range(6)]
    made = article(bodies[0], summary="Reading costs nothing", origins={"summary": "body"})
    told = article(bodies[0], summary="A bridge", origins={"summary": "og:description"})
    assert without(made, repeated(bodies)).summary.startswith("In village 0")
    assert without(told, repeated(bodies)).summary == "A bridge"


def test_what_few_articles_repeat_stays():
    bodies = [f"{story(n)}\n{CALL}" for n in range(3)] + [story(n) for n in range(3, 6)]
    assert repeated(bodies) == []
    assert repeated([f"{story(n)}\n{CALL}" for n in range(4)] + [*map(story, range(4, 14))]) == []


def test_background_that_articles_repeat_within_stays():
    bodies = [f"{story(n)}\n{CALL}" for n in range(6)] + [f"{CALL}\n{story(6)}\n{CALL}\n{story(7)}"]
    assert repeated(bodies) == []


def test_versions_of_one_article_have_no_repeats():
    same = f"{story(1)}\n{CALL}"
    assert repeated([same] * 8) == []
    assert repeated([f"{CALL}\n{GIFT}"] * 8) == []


def test_an_articles_own_words_stay_however_many_articles_repeat_them():
    filler = "<p>The work will begin in March, and take about six months, the mayor said.</p>"
    linked = filler.replace("in March", '<a href="https://a.example/march">in March</a>')
    assert repeated([f"{story(n)}\n{filler}" for n in range(8)]) == []
    assert len(repeated([f"{story(n)}\n{linked}" for n in range(8)])) == 1


def test_headings_pictures_and_short_lines_stay():
    ends = ("<h2>What you need to know about our bridges</h2>", "<p>Serves four.</p>")
    picture = '<p><img src="https://a.example/x.png">The bridge that everybody talks about</p>'
    for end in (*ends, picture):
        assert repeated([f"{story(n)}\n{end}" for n in range(6)]) == []


def test_the_same_words_in_other_markup_are_the_same():
    marked = CALL.replace("the telephone", '<a href="https://a.example/call">the telephone</a>')
    assert marked != CALL
    bodies = [f"{story(n)}\n{CALL if n % 2 else marked}" for n in range(6)]
    found = repeated(bodies)
    assert without(article(f"{story(9)}\n{marked}"), found).html == story(9)


def test_an_article_of_hardly_anything_else_is_left():
    found = repeated([f"{story(n)}\n{CALL}" for n in range(6)])
    short = article(f"<p>It rains.</p>\n{CALL}")
    assert without(short, found) is short


def test_nothing_to_take_out_is_the_same_article():
    one = article(story(1))
    assert without(one, ["ourdesk"]) is one
    assert without(one, []) is one


def test_scripts_without_spaces():
    call = "<p>本社编辑部于每个工作日接听读者来电：010-12345678，欢迎垂询</p>"
    bodies = [f"<p>{chr(0x4E00 + n * 40) * 90}。</p>\n{call}" for n in range(6)]
    assert len(repeated(bodies)) == 1
