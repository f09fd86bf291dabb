"""Arguments that are wrong: exit code 2, what was probably meant, and nothing is done."""

from pathlib import Path

import pytest

from tests.conftest import babelwire, write_page


@pytest.fixture
def place(tmp_path: Path, write_settings) -> Path:
    write_page(tmp_path / "pages", "bridge", "The bridge is repaired", "It was about time.")
    return write_settings(
        '[[sources]]\nid = "town-hall"\nkind = "folder"\npath = "pages"\n'
        '[[feeds]]\nid = "news"\ntitle = "News"\n'
    )


@pytest.mark.parametrize(
    "command",
    [
        ("run",),
        ("run", "town-hall"),
        ("retry",),
        ("reextract",),
        ("articles",),
        ("sources", "check"),
        ("sources", "remove"),
        ("preview", "pages/bridge.html", "--source"),
    ],
)
def test_a_source_that_is_not_there(place, command):
    done = babelwire("-c", place, *command, "town-hal", cwd=place.parent)
    assert done.returncode == 2, done.stderr
    assert "town-hal" in done.stderr and "sources list" in done.stderr
    assert not list((place.parent / "output").rglob("*.rss"))


def test_a_source_with_a_name_like_the_one_that_was_meant(place):
    for command in (
        ("run",),
        ("retry",),
        ("reextract",),
        ("articles",),
        ("sources", "check"),
        ("preview", "pages/bridge.html", "--source"),
    ):
        done = babelwire("-c", place, *command, "townhall", cwd=place.parent)
        assert "townhall: there is no such source — did you mean town-hall?" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("translate", "--from", "jp", "--to", "pt"), 'did you mean "ja" (Japanese)?'),
        (("translate", "--from", "en", "--to", "cz"), 'did you mean "cs" (Czech)?'),
        (("translate", "--from", "gr", "--to", "en", "--html"), 'did you mean "el" (Greek)?'),
        (("translate", "--from", "xx", "--to", "en"), "write a code of two or three letters"),
        (("preview", "pages/bridge.html", "--to", "dk"), 'did you mean "da" (Danish)?'),
        (("preview", "pages/bridge.html", "--language", "english"), '"en" (English)'),
        (("extract", "pages/bridge.html", "--language", "ua"), 'did you mean "uk" (Ukrainian)?'),
        (("run", "--retranslate", "es"), "es: no feed is in this language — name one of en, pt"),
        (("explain", "nowhere"), "there is no such article"),
        (("memory", "prune", "--to", "pt"), "need --corrections"),
        (("models", "install", "English:pt"), "is no pair of language codes"),
        (("models", "remove", "en", "pt"), "add --yes"),
        (("articles", "--state", "lost"), "must be one of done"),
    ],
)
def test_a_word_that_cannot_be_meant(place, arguments, said):
    done = babelwire("-c", place, *arguments, cwd=place.parent, stdin="Text.")
    assert done.returncode == 2, done.stderr
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr and "models install jp" not in done.stderr


def test_one_is_one(place):
    done = babelwire("-c", place, "sources", "check")
    assert "town-hall: 1 article, " in done.stdout
    assert "Collecting: 1 source\n" in babelwire("-c", place, "run").stderr


def test_what_is_well_has_no_remedy_below_it(place):
    place.write_text(
        place.read_text()
        + '[[sources]]\nid = "web"\nkind = "urls"\nurls = ["http://127.0.0.1:9/"]\n'
    )
    lines = babelwire("-c", place, "doctor").stdout.splitlines()
    told = dict.fromkeys(["ok", "note", "FAULT"], 0)
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if not line.startswith(" "):
            kind = line.split()[0]
            told[kind] += 1
            assert (after.startswith("      → ")) == (kind != "ok"), line
    assert told["ok"] > 3 and told["note"]
    assert any(line.startswith("note  contact: sites cannot reach you") for line in lines)


def test_init_in_other_languages(tmp_path):
    done = babelwire("init", "es", "--language", "es", "-l", "PT", "-l", "es", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert '\nlanguages = ["es", "pt"]\n' in (tmp_path / "es" / "babelwire.toml").read_text()
    wrong = babelwire("init", "other", "--language", "dk", cwd=tmp_path)
    assert wrong.returncode == 2 and 'did you mean "da" (Danish)?' in wrong.stderr
    assert not (tmp_path / "other").exists()
