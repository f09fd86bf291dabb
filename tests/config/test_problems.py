"""What is said of wrong settings: all of it at once, each with its line, its source, its remedy."""

import tomllib
from pathlib import Path

import pytest

from pipeline.config import load
from pipeline.config.languages import question
from pipeline.config.places import faults, lines
from pipeline.errors import SettingsError

TOP = 'languages = ["en"]\n'
SOURCE = '[[sources]]\nid = "town"\nkind = "feed"\nurl = "https://example.org/feed"\n'


def problems(text: str, folder: Path) -> list[str]:
    path = folder / "babelwire.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(path)
    return caught.value.problems


def paths(value, place=()):
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in items:
            yield (*place, key)
            yield from paths(one, (*place, key))


def test_lines_of_everything_that_toml_has():
    text = """# comment = 1
a = "x # y = [" # z
"b.c".d = [1.5, [-2, "]"], {e = 1, f.g = 'k'}, # ]
  1979-05-27T07:32:00Z,
]
m = \"\"\"
[no] = 3
\\\"\"\" x = 1 \"\"\"
l = '''a
b'''
[[s]]
id = "1"
[s.h]
C = "x"
[[s]]
[s."h i".j]
k = {}
[[s.w]]
y = 1
[q.r]
s=true
"""
    found = lines(text)
    assert set(paths(tomllib.loads(text))) <= found.keys()
    expected = {
        ("b.c", "d", 2, "f", "g"): 3,
        ("b.c", "d", 3): 4,
        ("l",): 9,
        ("s", 0, "h", "C"): 14,
        ("s", 1): 15,
        ("s", 1, "h i", "j", "k"): 17,
        ("s", 1, "w", 0, "y"): 19,
        ("q", "r", "s"): 21,
    }
    assert {place: found[place] for place in expected} == expected


def test_every_statement_that_is_no_toml_is_told_with_what_to_write(tmp_path):
    found = problems(
        """languages = ["en", pt]
state_dir: "state"
[poll]
adaptive = True
[fetch]
contact = me@example.org
user_agent = "C:\\Users"
[[sources]]
id = “town”
kind = "feed
every = 30m
limit = "few"
[[feeds
id = "f"
[fetch]
max_bytes = 5
""",
        tmp_path,
    )
    assert [one.partition(":")[0] for one in found] == [
        f"line {number}" for number in (1, 2, 4, 6, 7, 9, 10, 11)
    ] + ["line 12, source 1", "line 13", "line 15"]
    text = "\n".join(found)
    assert "languages: has an item without quotes" in text
    assert 'state_dir: has a colon — write state_dir = "state"' in text
    assert "adaptive: True is not known — write true" in text
    assert 'write contact = "me@example.org"' in text
    assert "write it in single quotes: 'C:\\Users'" in text
    assert 'typographic quotation marks — write straight ones: "town"' in text
    assert 'kind: the text does not end — add the " at its end' in text
    assert 'write every = "30m"' in text
    assert "limit: must be a whole number" in text
    assert '"[[feeds" is no table — write [[feeds]]' in text
    assert "[fetch] is there twice" in text
    assert "missing" not in text  # it may be in what cannot be read


@pytest.mark.parametrize(
    ("broken", "row"),
    [
        ('x = ["a",\n  "b"\n[fetch]\ntimeout = 3\n', 1),
        ('[fetch]\ntimeout = 3\nx = """a\nb\n', 3),
        ("x = { a = 1,\n[fetch]\ntimeout = 3\n", 1),
        ("[fetch]\ntimeout = 3\n\n= 5", 4),
        ("[fetch]\ntimeout = 3\ntimeout = 4", 3),
    ],
)
def test_what_follows_a_broken_statement_is_read_again(broken, row):
    found, rest = faults(broken)
    assert [line for line, _, _ in found] == [row]
    assert tomllib.loads(rest) == {"fetch": {"timeout": 3}}
    assert rest.count("\n") == broken.count("\n")


@pytest.mark.parametrize("text", ["[", "]", "=", "\0", '"', "'''", "[[", "a.b = 1\na = 2", "é = 1"])
def test_any_text_that_is_no_toml_is_told(text, tmp_path):
    assert problems(text, tmp_path)[0].startswith("line ")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            '[fetch]\nbase_url = "https://x.org"\n',
            "line 3: fetch.base_url: belongs above the first",
        ),
        (
            f'{SOURCE}output_dir = "x"\n',
            'line 6, source "town": output_dir: belongs above the first',
        ),
        ('[glossary]\ndatabase = "x"\n', "line 3: glossary.database: belongs above the first"),
        (f"{SOURCE}beam_size = 3\n", 'source "town": beam_size: belongs in [translate]'),
        ("[translate]\nhost_delay = 3\n", "line 3: translate.host_delay: belongs in [fetch]"),
        ('[serve]\nevery = "1h"\n', "line 3: serve.every: belongs in [[sources]]"),
        (
            f'{SOURCE}[sources.headers]\nCookie = "a=b"\nevery = "1h"\n',
            'line 8, source "town": headers.every: belongs above the table headers',
        ),
        (
            '[[feeds]]\nid = "f"\ntitle = "F"\n[feeds.titles]\npt = "F"\nlimit = 3\n',
            'line 7, feed "f": titles.limit: belongs above the table titles',
        ),
        (f'{SOURCE}links = ["a"]\n', 'source "town": links: is for other kinds of sources (index)'),
    ],
)
def test_a_key_in_a_wrong_table_is_told_where_it_belongs(table, said, tmp_path):
    [found] = problems(TOP + table, tmp_path)
    assert found.startswith(said) or said in found
    assert " — " in found


def test_languages_below_a_table_are_not_told_to_be_missing(tmp_path):
    [found] = problems('[fetch]\nlanguages = ["en"]\n', tmp_path)
    assert found.startswith("line 2: fetch.languages: belongs above the first [table]")
    [found] = problems(SOURCE, tmp_path)
    assert found == "languages: is missing — add it above the first [table]"


def test_lists_of_tables_written_as_tables_are_told_and_read(tmp_path):
    text = "\n".join(
        problems(
            TOP + '[sources]\nid = "town"\nkind = "fed"\n[feeds.news]\ntitel = "N"\n'
            "[[serve]]\nport = 0\n",
            tmp_path,
        )
    )
    assert "line 2: sources: [sources] is one table — write [[sources]] above each source" in text
    assert 'source "town": "fed" is no kind (did you mean "feed"?)' in text
    assert "write [[feeds]] above each feed" in text
    assert 'titel: unknown key (did you mean "title"?)' in text
    assert "serve: is written [[serve]] — write [serve]" in text
    assert "line 8: serve.port: must be at least 1" in text


def test_all_that_is_wrong_with_a_source_is_told_also_if_its_kind_is(tmp_path):
    text = "\n".join(
        problems(
            TOP + '[[sources]]\nid = "My Town"\nkind = "rss"\nurl = "example.org"\n'
            'every = "30 minutes"\ncron = "* * *"\n'
            '[[feeds]]\nid = "f"\ntitle = "F"\nlink = "page"\nhub = "https://x.org"\n',
            tmp_path,
        )
    )
    assert 'source "My Town": "rss" is no kind (did you mean "feed"?)' in text
    assert 'such as "my-town"' in text
    assert 'url: "example.org" is no address' in text
    assert 'every: "30 minutes" is no duration' in text and 'such as "30m"' in text
    assert "every: is there beside `cron`" in text
    assert 'cron: "* * *" is no cron expression' in text
    assert 'feed "f": link: "page" needs the public address' in text
    assert 'feed "f": hub: needs the public address' in text


@pytest.mark.parametrize(
    ("written", "right"),
    [
        *zip(
            ["jp", "cn", "kr", "cz", "dk", "gr", "ua", "at", "us", "mx"],
            ["ja", "zh", "ko", "cs", "da", "el", "uk", "de", "en", "es"],
            strict=True,
        ),
        *zip(["eng", "ger", "fre", "zho", "iw"], ["en", "de", "fr", "zh", "he"], strict=True),
        ("German", "de"),
        ("português", "pt"),
        ("日本語", "ja"),
        ("pt_BR", "pt"),
        ("zh-Hant-TW", "zh"),
    ],
)
def test_what_is_no_language_code_leads_to_the_one_that_is_meant(written, right, tmp_path):
    [found] = problems(f'languages = ["en", "{written}"]\n', tmp_path)
    assert found.startswith(f'line 1: languages, item 2: "{written}" is no language code')
    assert f'did you mean "{right}"' in found


def test_valid_codes_stay_valid_and_nonsense_gets_an_example(tmp_path):
    path = tmp_path / "babelwire.toml"
    path.write_text('languages = ["se", "br", "no", "tl", "fil", "zt", "pb", "yue"]\n')
    assert len(load(path).document.languages) == 8
    [found] = problems('languages = ["qqq"]', tmp_path)
    assert 'such as "pt"' in found


SECRET = "s3cret"


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://me:{SECRET}@host/db",
        f"postgresql://me:{SECRET}@x@host/db",
        f"me:{SECRET}@host/db",
        f"postgres:/me:{SECRET}@host/db",
    ],
)
def test_an_invalid_database_is_never_shown(url, tmp_path):
    [found] = problems(f'{TOP}database = "{url}"\n', tmp_path)
    assert found.startswith("line 2: database: ") and " — " in found
    assert SECRET not in found


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite+pysqlite:///?timeout=3",
        "sqlite:///:memory:",
        "sqlite:///file::memory:?uri=true",
        "sqlite:///file:news?mode=memory&uri=true",
    ],
)
def test_a_database_that_would_forget_everything_is_refused(url, tmp_path):
    [found] = problems(f'{TOP}database = "{url}"\n', tmp_path)
    assert found.startswith("line 2: database: is kept in memory") and " — " in found


def test_passwords_are_neither_in_messages_nor_in_what_settings_look_like(tmp_path):
    [found] = problems(
        f'{TOP}{SOURCE}proxy = "socks5://me:{SECRET}@proxy.example.org:1080"\n', tmp_path
    )
    assert "socks5://me:***@proxy.example.org" in found and SECRET not in found
    path = tmp_path / "babelwire.toml"
    path.write_text(
        f'{TOP}database = "postgresql://me:{SECRET}@host/db"\n[serve]\ntoken = "{SECRET * 3}"\n'
        f'{SOURCE}proxy = "http://me:{SECRET}@p.org"\nheaders = {{ Cookie = "{SECRET}" }}\n'
    )
    assert SECRET not in repr(load(path))


def test_a_longer_timeout_gives_the_whole_fetch_more_time(tmp_path):
    path = tmp_path / "babelwire.toml"
    path.write_text(f"{TOP}[fetch]\ntimeout = 120\n")
    fetch = load(path).fetch
    assert (fetch.timeout, fetch.total_timeout) == (120, 360)
    path.write_text(f"{TOP}[fetch]\ntimeout = 5\n")
    assert load(path).fetch.total_timeout == 60
    [found] = problems(f"{TOP}[fetch]\ntimeout = 120\ntotal_timeout = 60\n", tmp_path)
    assert "line 3: fetch.timeout: timeout (120) is more than total_timeout (60)" in found
    [found] = problems(f"{TOP}[poll]\nlongest = 60\n", tmp_path)
    assert "poll.longest: shortest (600) is more than longest (60)" in found


def test_a_valid_code_that_is_rather_a_country_is_asked_about():
    assert question("en", "se") == '"se" is Northern Sami: did you mean "sv" (Swedish)?'
    assert "Portuguese" in question("br", "en")
    for code in ("ca", "ar", "it", "sr", "ga", "et", "my", "en", "pt", "no", "zt"):
        assert question(code) == "", code


@pytest.mark.parametrize(
    "row",
    [
        f"database = postgresql://me:{SECRET}@host/db",
        f"database: postgresql://me:{SECRET}@x@host/db",
        f'database = "postgresql://me:{SECRET}@host/db',
        f"database = “postgresql://me:{SECRET}/y@host/db”",
        f"database postgresql://me:{SECRET}@host/db",
        f"token = {SECRET}",
        f'headers = {{ Cookie: "{SECRET}" }}',
    ],
)
def test_what_is_no_toml_is_told_without_its_secrets(row, tmp_path):
    found = "\n".join(problems(f"{TOP}{row}\n", tmp_path))
    assert found.startswith("line 2: ") and SECRET not in found


@pytest.mark.parametrize(
    "rows",
    [
        "sources = 3",
        'sources = [1, "a", { id = 1 }]',
        'feeds = "{x}"',
        "fetch = []",
        "[glossary]\npt = 3",
        "[glossary]\npt = [3]",
        "[[feeds.x]]",
        'poll = { shortest = "{y}" }',
        "database = 3",
        f"{SOURCE}headers = 3",
        f"{SOURCE}[[sources.headers]]",
        f'{SOURCE}every = "{{z}}"',
        f"{SOURCE}every = nan",
        f"{SOURCE}cron = []",
        f"{SOURCE}keep = [3]",
        f'{SOURCE}drop = ["/({{/"]',
        "[[sources]]\nkind = []\nid = {}",
        '[[sources]]\nkind = "folder"\nid = "f"\npath = "\\u0000"\ncron = "{a}"',
        '[serve]\nport = "{b}"\n"" = 1',
    ],
)
def test_values_of_any_type_are_told_with_their_line_and_a_remedy(rows, tmp_path):
    for problem in problems(TOP + rows, tmp_path):
        assert problem.startswith("line ")
        assert " — " in problem or "must " in problem
