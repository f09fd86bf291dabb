"""Glossary files: what they say, and what is wrong with them, with the line."""

import pytest

from pipeline.config import load, read_glossary
from pipeline.errors import SettingsError
from pipeline.options import Term


def test_toml_and_csv_say_the_same(tmp_path):
    toml, table = tmp_path / "pt.toml", tmp_path / "pt.csv"
    toml.write_text(
        'keep = ["The Night Post"]\n[[terms]]\nsource = "team"\ntarget = "equipa"\n'
        'forms = { "teams" = "equipas" }\n[[terms]]\nsource = "US"\ntarget = "EUA"\ncase = true\n'
    )
    table.write_text(
        "source,target,forms,case\nThe Night Post,,,\n# a remark\n\n"
        'team,equipa,"teams=equipas",\nUS,EUA,,yes\n'
    )
    assert (
        read_glossary(toml)
        == read_glossary(table)
        == (
            Term(source="The Night Post"),
            Term(source="team", target="equipa", forms={"teams": "equipas"}),
            Term(source="US", target="EUA", case=True),
        )
    )


@pytest.mark.parametrize("separator", [";", "\t"])
def test_spreadsheets_of_other_countries(tmp_path, separator):
    file = tmp_path / "pt.csv"
    file.write_bytes(f"\ufeffSource{separator}Target\r\nteam{separator}equipa\r\n".encode())
    assert read_glossary(file) == (Term(source="team", target="equipa"),)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.toml", 'x = 1\n[[terms]]\nsource = "a"', "line 1: unknown key x"),
        ("a.toml", '\n[[terms]]\ntarget = "a"', "line 2: has no source"),
        ("a.toml", '\n[[terms]]\nsource = "a"\nwhole = 1', "line 2: unknown key whole"),
        (
            "a.toml",
            '[[terms]]\nsource = "a"\n\n[[terms]]\nsource = "a"',
            'line 4: "a" is in line 1',
        ),
        ("a.toml", '[[terms]]\nsource = "a', "at its end: Unterminated string — "),
        ("a.toml", "keep = 3", "line 1: keep must be a list"),
        ("a.csv", "term,word\na,b", 'line 1: unknown column "term"'),
        ("a.csv", "", "line 1: no heading"),
        ("a.csv", "source,target\na,b,c", "line 2: has 3 cells for 2 columns"),
        ("a.csv", "source,target\n,b", "line 2: source is empty"),
        ("a.csv", "source,target,case\na,b,perhaps", 'line 2: case is "perhaps"'),
        ("a.csv", "source,target,forms\na,b,as", "line 2: forms cannot be read"),
        ("a.csv", 'source,target\n"a"b,c', "line 2: "),
        ("a.csv", b"source,target\n\xff,b", "line 2: is not UTF-8"),
        ("a.xls", "", "is no glossary"),
        ("a.csv", None, "no such file"),
    ],
)
def test_what_is_wrong_is_named_with_line_and_remedy(tmp_path, name, content, words):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingsError) as caught:
        read_glossary(file)
    assert words in str(caught.value)
    assert " — " in str(caught.value)
    assert str(file) in str(caught.value)


def test_settings_check_their_glossaries(tmp_path):
    path = tmp_path / "babelwire.toml"
    (tmp_path / "pt.csv").write_text("source,target\nteam,equipa\n")
    path.write_text('languages = ["pt"]\n[glossary]\npt = ["pt.csv"]\n')
    assert load(path).glossaries == {"pt": (Term(source="team", target="equipa"),)}
    path.write_text('languages = ["pt"]\n[glossary]\npt = ["pt.csv", "no.csv"]\nxyz1 = []\n')
    with pytest.raises(SettingsError, match="no language code"):
        load(path)
    path.write_text('languages = ["pt"]\n[glossary]\npt = ["pt.csv", "no.csv"]\n')
    with pytest.raises(
        SettingsError, match=r"line 3: glossary\.pt, item 2: .*no\.csv, no such file"
    ):
        load(path)
