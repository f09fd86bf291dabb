"""Footnotes and lists of sources stay, whatever words they hold; lists of the site's links go."""

from pipeline.extract import extract

URL = "https://news.example/story/12"
TEXT = "The river rose by two metres on Monday, and the mayor asked everybody to stay at home. "
NOTES = [
    "Lee, Ann: Floods of the north. Copyright, 1901.",
    "The Follow Us Company. Accessed 2 May 2014.",
    "“Subscribe now!”, in: The Weekly, 3 (1999).",
    "River Board.",
]


def extracted(markup: str) -> str:
    page = f"<title>River</title><body><article><h1>River</h1>{markup}</article>"
    return extract(page.encode(), URL).text


def test_notes_that_marks_lead_to_stay() -> None:
    marks = "".join(f"{TEXT}<sup><a href='#fn{n}'>[{n}]</a></sup>" for n in range(4))
    notes = "".join(f"<li id='fn{n}'>{note}</li>" for n, note in enumerate(NOTES))
    text = extracted(f"<p>{marks}</p><p>{TEXT * 4}</p><ol>{notes}</ol>")
    assert all(note in text for note in NOTES)


def test_the_same_lines_without_marks_speak_for_the_site() -> None:
    lines = "".join(f"<p>{note}</p>" for note in NOTES)
    text = extracted(f"<p>{TEXT * 4}</p><p>{TEXT * 4}</p>{lines}")
    assert "Subscribe now" not in text


def test_list_of_sources_on_other_sites_stays() -> None:
    sources = "".join(
        f"<li><a href='https://{name}.example/paper'>Paper of {name} on floods</a></li>"
        for name in ("alpha", "beta", "gamma")
    )
    text = extracted(f"<p>{TEXT * 5}</p><h2>What we read</h2><ul>{sources}</ul><p>{TEXT * 2}</p>")
    assert "Paper of beta on floods" in text


def test_list_of_the_site_s_own_stories_goes() -> None:
    stories = "".join(
        f"<li><a href='/story/{n}'>Another story about flood {n}</a></li>" for n in range(3)
    )
    text = extracted(f"<p>{TEXT * 5}</p><ul>{stories}</ul><p>{TEXT * 2}</p>")
    assert "Another story" not in text


def test_list_of_accounts_goes() -> None:
    accounts = "".join(
        f"<li><a href='https://{name.lower()}.com/news'>{name}</a></li>"
        for name in ("Facebook", "Twitter", "Instagram")
    )
    assert "Twitter" not in extracted(f"<p>{TEXT * 5}</p><ul>{accounts}</ul><p>{TEXT * 2}</p>")


def test_linked_names_in_a_table_of_data_stay() -> None:
    rows = "".join(
        f"<tr><td><div><a href='/town/{n}'>Town {n}</a></div></td><td>{n}.1 m</td></tr>"
        for n in range(5)
    )
    text = extracted(f"<p>{TEXT * 5}</p><table>{rows}</table><p>{TEXT * 2}</p>")
    assert "Town 3\t3.1 m" in text


def test_paragraph_before_a_link_to_another_story_stays() -> None:
    told = f"Nothing is for subscribers only, said the mayor when the hall was open again. {TEXT}"
    promo = "<p>Read more: <a href='/story/9'>The hall of the town and its long history</a></p>"
    text = extracted(f"<p>{TEXT * 4}</p><p>{told}</p>{promo}<p>{TEXT * 4}</p>")
    assert "when the hall was open again" in text
    assert "long history" not in text


def test_the_same_words_among_the_site_s_go() -> None:
    told = f"This is for subscribers only, as is all that you find on this page today. {TEXT}"
    text = extracted(
        f"<p>{TEXT * 8}</p><p>{told}</p><p>Subscribe now.</p><p>All rights reserved.</p>"
    )
    assert "subscribers only" not in text


def test_table_of_data_is_judged_as_a_whole() -> None:
    rows = "".join(
        f"<tr><td>Town {n}</td><td><a href='mailto:t{n}@towns.example'>t{n}@towns.example</a></td>"
        "</tr>"
        for n in range(4)
    )
    table = f"<table><tr><th>Town</th><th>Write to</th></tr>{rows}</table>"
    text = extracted(f"<p>{TEXT * 5}</p>{table}<p>{TEXT * 2}</p>")
    assert "Town\tWrite to\nTown 0\tt0@towns.example" in text


def test_notice_in_a_table_with_headers_goes() -> None:
    notice = (
        "<table><tr><th>Cookies</th><th>Choice</th></tr><tr><td>We use cookies to give you the "
        "best experience. By clicking accept you agree to their use. You can change your choice "
        "at any time.</td><td>Accept all</td></tr></table>"
    )
    assert "experience" not in extracted(f"<p>{TEXT * 5}</p>{notice}<p>{TEXT * 2}</p>")
