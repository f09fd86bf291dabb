"""Lines that repeat the facts of an article: authors, title, the trail of the site."""

import pytest

from pipeline.extract import extract
from pipeline.extract.clutter.bylines import Facts, is_byline
from pipeline.extract.metadata.names import in_byline

FACTS = Facts("The river rises", ("Ann Lee", "José Martí"), "The Post")


@pytest.mark.parametrize(
    "text",
    [
        "ANN LEE",
        "By Ann Lee for The Post",
        "Ann Lee and José Martí",
        "Von Ann Lee, 19. Oktober 2019, 05:00 Uhr",
        "Texte : José Martí",
        "Published by Ann Lee on 3 May 2021 at 8.15 pm",
    ],
)
def test_line_of_names_is_a_byline(text: str) -> None:
    assert is_byline(text, FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee has lived by the river since she was born.",
        "By the river",
        "Ann Lee: why we moved upstream",
        "Mary Shelley",
    ],
)
def test_line_that_says_more_is_none(text: str) -> None:
    assert not is_byline(text, FACTS)


def test_names_title_and_trail_around_the_text_are_left_out() -> None:
    text = "The river rose by two metres on Monday, and the mayor asked all to stay at home. "
    page = f"""<title>The river rises</title><meta name=author content="Ann Lee"><body>
    <div class="article-body"><p>Home &gt; News &gt; Weather</p><p>Live</p><p>The river rises</p>
    <p>Ann Lee</p><p>{text * 2}</p><p>Ann Lee swam. {text}</p><p>{text}</p><p>ANN LEE</p></div>"""
    told = extract(page.encode(), "https://news.example/story/12").text
    assert told.startswith("The river rose")
    assert "Ann Lee swam" in told
    assert not told.endswith("ANN LEE")


STAND = "The river has risen by two metres since Monday, and nobody knows when it will fall. "
BODY = f"<p>{STAND * 4}</p><p>{STAND * 4}</p>"
AUTHOR = '<meta name="author" content="Ann Lee">'


def story(markup: str) -> str:
    page = f"<title>River</title>{AUTHOR}<body><article><h1>River</h1>{markup}</article>"
    return extract(page.encode(), "https://news.example/story/12").text


def test_lines_between_standfirst_and_text_only_tell_the_facts() -> None:
    text = story(f"<p>{STAND}</p><p>By Ann Lee</p><p>posted on April 21, 2015, at 11:29</p>{BODY}")
    assert "Ann Lee" not in text
    assert "posted on" not in text
    assert text.startswith(STAND.strip())


def test_what_is_told_of_the_author_at_the_end_is_no_part_of_the_text() -> None:
    told = "<p><em>Ann Lee is a reporter in Bonn, and spends her days at the river.</em></p>"
    assert "Bonn" not in story(f"{BODY}{told}")


def test_author_of_whom_the_text_speaks_stays() -> None:
    told = "<p>Ann Lee is a reporter in Bonn, and spends her days at the river.</p>"
    spoken = f"<p>When Ann Lee came to the town, the river was low and nobody cared. {STAND}</p>"
    assert "Bonn" in story(f"{spoken}{BODY}{told}")


def test_answer_of_the_author_stays() -> None:
    assert "Bonn" in story(f"{BODY}<p>Ann Lee: Thank you for this hour at the river in Bonn.</p>")


def test_work_of_the_author_in_a_list_stays() -> None:
    works = "<ul><li>Ann Lee, The river and its towns, in: The Bonn Review of 1999, 3.</li></ul>"
    assert "Bonn" in story(f"{BODY}{works}")


def test_agency_and_date_between_a_long_caption_and_the_text_go() -> None:
    photo = f'<figure><img src="/1.jpg"><figcaption>{STAND}</figcaption></figure>'
    line = "<div>Ann Lee<br><span>Published Monday, November 18, 2019 8:22AM EST</span></div>"
    text = story(f"{photo}{line}{BODY}")
    assert "8:22AM" not in text
    assert "Ann Lee" not in text


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        (
            "2026-03-16 08:42　来源：江湾日报　记者：王海涛、李晓明、陈雨",
            ("王海涛", "李晓明", "陈雨"),
        ),
        ("记者：沈若溪　编辑：吴岚", ("沈若溪",)),
        ("文／山田太郎　写真／佐藤花子", ("山田太郎",)),
        ("取材・文：山田 太郎", ("山田 太郎",)),
        ("撰文：陳大文、李小龍 攝影：黃小明", ("陳大文", "李小龍")),
        ("글=김철수 사진=이영희", ("김철수",)),
        ("[서울=통신] 홍길동 기자 = 서울", ("홍길동",)),
        ("本报记者 王海涛", ("王海涛",)),
        ("編輯：吳嵐", ()),
        ("来源：江湾日报", ()),
    ],
)
def test_bylines_of_labels_and_names(line: str, authors: tuple[str, ...]) -> None:
    assert in_byline(line) == authors
