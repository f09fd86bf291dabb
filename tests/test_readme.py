"""What README.md says can be typed."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.commands import COMMANDS, loaded
from tests.conftest import PAGE, ROOT, babelwire
from tests.ingest.site_under_test import running_site
from tests.tinymodels import tiny_package

README = (ROOT / "README.md").read_text("utf-8")
GROUPS = [name for name in COMMANDS if hasattr(loaded(name), "commands")]
DOCS = ("README.md", "docs/operation.md", "docs/contributing.md")


def table() -> list[list[str]]:
    """The commands in the first column of the table of commands, as words."""
    rows = re.findall(r"^\| (`babelwire .+?`) \| .+ \|$", README, re.MULTILINE)
    found = [one for row in rows for one in re.findall(r"`babelwire ([^`]+)`", row)]
    return [one.replace("\\|", "|").split() for one in found]


def options(command: Any) -> set[str]:
    """The options of a command, and those of the commands below it."""
    below = getattr(command, "commands", {}).values()
    own = {name for one in command.params for name in one.opts}
    return own.union(*(options(one) for one in below))


def test_the_table_has_every_command_and_no_other():
    assert sorted(words[0] for words in table()) == sorted(COMMANDS)


def test_the_table_has_every_command_of_a_group():
    rows = {words[0]: words[1].split("|") for words in table() if words[0] in GROUPS}
    for name in GROUPS:
        assert sorted(rows[name]) == sorted(loaded(name).commands), name


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_options_of_a_row_are_those_of_its_command(name):
    [row] = re.findall(rf"^\| .*`babelwire {name}\b.*$", README, re.MULTILINE)
    known = options(loaded(name))
    if name in ("daemon", "serve"):
        known = options(loaded("daemon")) | options(loaded("serve"))
    assert {*re.findall(r"(?<![\w-])--[a-z-]+", row)} <= known


@pytest.mark.parametrize("document", DOCS)
def test_every_command_that_is_shown_exists(document):
    text = (ROOT / document).read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    shown = [shlex.split(line, comments=True) for line in lines if "babelwire " in line]
    checked = 0
    for words in shown:
        if words[:1] != ["babelwire"] or words[1].startswith("--"):
            continue
        command = loaded(words[1])
        if hasattr(command, "commands"):
            command = command.commands[words[2]]
        assert {one for one in words[2:] if one.startswith("--")} <= options(command), words
        checked += 1
    assert checked or document == "docs/contributing.md"


@pytest.mark.parametrize("document", DOCS)
def test_every_file_that_is_linked_exists(document):
    text = (ROOT / document).read_text("utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert links
    assert [one for one in links if not ((ROOT / document).parent / one).exists()] == []


def first_lines() -> list[str]:
    """The lines of "From German to Spanish", without comments."""
    [block] = re.findall(r"From German to Spanish.*?```sh\n(.*?)```", README, re.DOTALL)
    return [line.partition("#")[0].strip() for line in block.splitlines()]


@pytest.mark.slow
def test_from_german_to_spanish_in_eight_lines(tmp_path):
    """Every line but the installation and the daemon, with a site and models that are here."""
    lines = first_lines()
    assert len(lines) == 8
    de_en = tiny_package(tmp_path / "de_en.argosmodel", "de", "en", ["the", "river", "rises"])
    en_es = tiny_package(tmp_path / "en_es.argosmodel", "en", "es", ["el", "río", "sube"])
    place = tmp_path
    with running_site() as site:
        site.page("/hochwasser", PAGE.format(language="de", slug="h", title="Hochwasser", day=2,
            text="Der Fluss steigt seit Tagen, und die Brücke ist gesperrt."))  # fmt: skip
        item = f"<item><title>Hochwasser</title><link>{site.url('/hochwasser')}</link></item>"
        feed = f'<rss version="2.0"><channel><title>Blatt</title>{item}</channel></rss>'
        site.page("/feed.xml", feed)
        head = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
        site.page("/", f"<html><head><title>Blatt</title>{head}</head><body></body></html>")
        for line in lines[1:-1]:
            words = line.split()
            if words[0] == "cd":
                place = place / words[1]
                settings = place / "babelwire.toml"
                text = settings.read_text()
                settings.write_text(
                    text.replace("allow_private_hosts = []", 'allow_private_hosts = ["127.0.0.1"]')
                )
                continue
            assert words[0] == "babelwire"
            if words[1:] == ["models", "install", "de:es"]:
                words[3:] = [str(de_en), str(en_es)]
            if words[1] == "add":
                words[2:] = [site.url("/")]
            done = babelwire(*words[1:], cwd=place)
            assert done.returncode == 0, (line, done.stderr)
    assert lines[-1] == "babelwire daemon"
    written = Path(place / "output" / "news" / "es.rss").read_text("utf-8")
    assert "el río sube" in written and "Fluss" not in written
    assert "done" in done.stdout  # what `articles` says of it
