"""The settings file: what is read, and what is said of what is wrong."""

from pathlib import Path

import pytest

from pipeline.config import check, find, load, template
from pipeline.errors import SettingsError

HERE = Path(__file__).parents[2]


def problems(text: str, folder: Path) -> list[str]:
    path = folder / "babelwire.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(path)
    return caught.value.problems


def test_shipped_settings_are_right_and_lead_to_existing_samples():
    settings = load(HERE / "config" / "babelwire.toml")
    assert settings.output_dir == HERE / "output"
    assert settings.translate.packages_dir == HERE / "state" / "packages"
    assert all(any(Path(one.path).iterdir()) for one in settings.sources.values())


def test_shipped_settings_are_the_template_but_for_sources_and_feeds():
    shipped = (HERE / "config" / "babelwire.toml").read_text("utf-8").splitlines()
    plain = template.render("../state", "../output", "\n", "\n").splitlines()
    missing = [line for line in plain if line not in shipped]
    assert missing == []


def test_init_writes_settings_that_load_and_never_overwrites(tmp_path):
    path = template.write(tmp_path / "new")
    settings = load(path)
    assert settings.sources["pages"].path == str(tmp_path / "new" / "pages")
    assert settings.feeds[0].languages == ("en", "pt")
    before = path.read_text()
    with pytest.raises(SettingsError, match="exists already"):
        template.write(tmp_path / "new")
    assert path.read_text() == before


def test_every_problem_is_named_at_once(tmp_path):
    found = problems(
        """
        languages = ["en", "pt-BR", 3]
        stat_dir = "x"
        base_url = "example.org"
        [translate]
        beem_size = 3
        [[sources]]
        id = "a"
        kind = "folder"
        path = "nowhere"
        every = "10 parsecs"
        [[sources]]
        id = "a"
        kind = "foldr"
        [[sources]]
        id = "c"
        kind = "urls"
        urls = ["x"]
        remove = ["p:nope"]
        date = ["time["]
        next_page = ["a.next"]
        cron = "61 * * * *"
        [[feeds]]
        id = "f"
        """,
        tmp_path,
    )
    text = "\n".join(found)
    assert '"p:nope" is no CSS selector' in text
    assert 'line 20, source "c": date, item 1: "time[" is no CSS selector' in text
    assert 'languages, item 2: "pt-BR" is no language code' in text
    assert 'did you mean "pt" (Portuguese)?' in text
    assert "languages, item 3: must be text" in text
    assert 'stat_dir: unknown key (did you mean "state_dir"?)' in text
    assert "base_url" in text and "http://" in text
    assert 'translate.beem_size: unknown key (did you mean "beam_size"?)' in text
    assert 'line 11, source "a": every: "10 parsecs" is no duration' in text and '"30m"' in text
    assert 'source "a": "foldr" is no kind (did you mean "folder"?)' in text
    assert 'source "c": urls, item 1: "x" is no web address' in text
    assert 'source "c": cron: "61' in text
    assert 'source "c": next_page: has no effect while `join_pages` is 1' in text
    assert 'line 23, feed "f": title: is missing' in text
    assert 'line 13, source "a": id: "a" is taken' in text


def test_what_no_key_knows_by_itself(tmp_path):
    (tmp_path / "file").write_text("")
    found = problems(
        """
        languages = ["en"]
        state_dir = "file"
        [[sources]]
        id = "news"
        kind = "folder"
        path = "file"
        every = "1h"
        cron = "0 * * * *"
        [[feeds]]
        id = "f"
        title = "F"
        sources = ["new"]
        """,
        tmp_path,
    )
    text = "\n".join(found)
    assert 'line 8, source "news": every: is there beside `cron`' in text
    assert f'source "news": path: {tmp_path / "file"} is no folder' in text
    assert 'feed "f": sources, item 1: there is no source "new" (did you mean "news"?)' in text
    assert f"state_dir: {tmp_path / 'file'} is a file" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"languages = [en]\n", "line 1"),
        (b'ok = "x"\nlanguages = ["\xff"]', "line 2: is not UTF-8"),
        (b"", "languages: is missing"),
    ],
)
def test_files_that_are_not_settings(tmp_path, content, said):
    path = tmp_path / "babelwire.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=said):
        load(path)


def test_missing_file_names_the_remedy(tmp_path, monkeypatch):
    with pytest.raises(SettingsError, match="babelwire init"):
        load(tmp_path / "none.toml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BABELWIRE_CONFIG", raising=False)
    with pytest.raises(SettingsError, match="babelwire init"):
        find()
    monkeypatch.setenv("BABELWIRE_CONFIG", "elsewhere.toml")
    assert find() == Path("elsewhere.toml")


def test_durations_defaults_and_norwegian(tmp_path):
    (tmp_path / "pages").mkdir()
    settings = check(
        {
            "languages": ["no", "zt"],
            "sources": [{"id": "a", "kind": "folder", "path": "pages", "every": "1.5h"}],
        },
        tmp_path / "babelwire.toml",
    )
    assert settings.sources["a"].every == 5400
    assert [(one.id, one.sources, one.languages) for one in settings.feeds] == [
        ("all", ("a",), ("no", "zt"))
    ]
    assert settings.state_dir == tmp_path / "state"


def test_what_only_the_server_knows_is_refused_with_the_remedy(tmp_path):
    path = tmp_path / "babelwire.toml"
    path.write_text(
        'languages = ["en"]\n[serve]\ntoken = "short"\n'
        '[[feeds]]\nid = "api"\ntitle = "x"\n[[sources]]\nid = "s"\nkind = "sitemap"\nurl = "x"\n'
    )
    with pytest.raises(SettingsError) as caught:
        load(path)
    text = str(caught.value)
    assert "serve.token: must have 16 characters" in text
    assert 'line 5, feed "api": id: "api" is a path' in text
    assert 'line 10, source "s": url: "x"' in text
