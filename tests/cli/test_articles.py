"""`status`, `articles` and `explain`, read by a person at a terminal of 80 columns."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from tests.conftest import babelwire, write_page

ADDRESS = re.compile(r"^\s*\S+$")  # a word of its own line may be longer than the line


@pytest.fixture
def place(tmp_path: Path, write_settings) -> Path:
    write_page(tmp_path / "pages", "bridge", "The bridge is repaired", "It was about time.")
    write_page(tmp_path / "pages", "casino", "A casino opens", "It is near the market.")
    (tmp_path / "pages" / "empty.html").write_text("<html><body></body></html>")
    (tmp_path / "pages" / "broken.html.gz").write_bytes(b"\x1f\x8b not gzip")
    path = write_settings(
        '[[sources]]\nid = "a-town-with-a-name-that-is-rather-long"\nkind = "folder"\n'
        'path = "pages"\nevery = "1h"\ndrop = ["title: casino"]\n'
        '[[feeds]]\nid = "news"\ntitle = "News"\nlanguages = ["en"]\n'
        '[[feeds]]\nid = "none"\ntitle = "None"\nlanguages = ["en"]\ndrop = ["bridge"]\n'
    )
    assert babelwire("-c", path, "run").returncode == 1
    return path


def read(place: Path, *words: str) -> str:
    done = babelwire("-c", place, *words, COLUMNS="80", TZ="Asia/Kolkata")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_status_fits_80_columns_with_local_times_and_a_line_a_fact(place):
    text = read(place, "status")
    lines = text.splitlines()
    assert [one for one in lines if len(one) > 80 and not ADDRESS.match(one)] == []
    groups = [one for one in lines if one and not one.startswith(" ")]
    names = ["Sources (times are IST)", "Articles", "Translation", "Daemon", "Feeds", "Passes"]
    assert groups == [*names, "Failed"]
    known = json.loads(read(place, "status", "--json"))
    [source] = known["sources"]
    assert source["dropped"] == 1
    seen = datetime.fromisoformat(source["last_success"])
    assert seen.utcoffset() is not None
    [shown] = [one for one in lines if "last success" in one]
    hours = datetime.strptime(shown.split("success ")[1], "%Y-%m-%d %H:%M") - seen.replace(
        tzinfo=None
    )
    assert abs(hours.total_seconds() - 5.5 * 3600) <= 60
    joined = " ".join(text.split())
    assert "1 with an article, 1 failed, 1 without, 1 dropped" in joined
    assert "a-town-with-a-name-that-is-rather-long: " in joined.split("Failed")[1]


def test_articles_lists_what_there_is_and_explain_takes_its_names(place):
    text = read(place, "articles")
    assert [one for one in text.splitlines() if len(one) > 80 and not ADDRESS.match(one)] == []
    rows = {one["state"]: one for one in json.loads(read(place, "articles", "--json"))}
    assert set(rows) == {"done", "rejected", "failed", "dropped"}
    assert 'dropped by rule drop = "title: casino"' in rows["dropped"]["reason"]
    assert rows["done"]["languages"] == ["en"]
    assert rows["done"]["left_out"] == [
        'left out of the feed none in en: dropped by rule drop = "bridge"'
    ]
    for row in rows.values():
        assert f"{row['name']} " in text
        told = read(place, "explain", row["name"])
        assert row["title"] in told and row["url"] in told
        assert " ".join(row["reason"].split()) in " ".join(told.split())
    assert "en: published as it is" in read(place, "explain", rows["done"]["name"])
    assert "en: published as it is" in read(place, "explain", rows["done"]["article"])
    assert "en: published as it is" in read(place, "explain", rows["done"]["article"][:4])
    assert "left out of the feed none" in read(place, "explain", rows["done"]["url"])
    [found] = json.loads(read(place, "explain", rows["dropped"]["name"], "--json"))
    assert found["reason"] == rows["dropped"]["reason"]


def test_articles_by_source_state_and_number(place):
    def names(*words: str) -> list[str]:
        return [one["state"] for one in json.loads(read(place, "articles", "--json", *words))]

    assert names("--state", "dropped") == ["dropped"]
    assert sorted(names("-s", "dropped", "-s", "failed")) == ["dropped", "failed"]
    assert len(names("-n", "2")) == 2 and len(names("-n", "0")) == 4
    assert len(names("a-town-with-a-name-that-is-rather-long")) == 4
    wrong = babelwire("-c", place, "articles", "nowhere")
    assert wrong.returncode == 2 and "nowhere: there is no such source" in wrong.stderr
    wrong = babelwire("-c", place, "articles", "--state", "lost")
    assert wrong.returncode == 2 and "must be one of done, waiting" in wrong.stderr
    wrong = babelwire("-c", place, "explain", "ffffffff")
    assert wrong.returncode == 2 and "babelwire articles" in wrong.stderr
