"""Writes a commented settings file: `babelwire init`, and the one in `config/`.

Fills the sections [[sources]] and [[feeds]] into `template.toml`. Never overwrites a file: raises
SettingsError instead.
"""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from string import Template

from pipeline.errors import SettingsError
from pipeline.options import TranslateOptions

FILE_NAME = "babelwire.toml"
PAGES_FOLDER = "pages"
LANGUAGES = ("en", "pt")  # between which models are built in

_SOURCES = """
[[sources]]
id = "pages"
kind = "folder"
title = "Saved pages"
path = "pages"
every = "15m"
"""

_FEEDS = """
[[feeds]]
id = "news"
title = "My news"
description = "Articles I saved, in my languages"
"""


def render(
    state_dir: str = "state",
    output_dir: str = "output",
    sources: str = _SOURCES,
    feeds: str = _FEEDS,
    languages: Sequence[str] = LANGUAGES,
) -> str:
    """The text of a settings file. `sources` and `feeds` are inserted as TOML; `languages` are the
    codes of those to publish in."""
    template = resources.files(__package__).joinpath("template.toml").read_text("utf-8")
    defaults = TranslateOptions()
    return Template(template).substitute(
        state_dir=state_dir,
        output_dir=output_dir,
        sources=sources,
        feeds=feeds,
        languages=", ".join(f'"{one}"' for one in languages),
        beam_size=defaults.beam_size,
        batch_tokens=defaults.batch_tokens,
    )


def write(folder: Path, languages: Sequence[str] = LANGUAGES) -> Path:
    """Write a settings file, and make the folder of its first source. Returns the file's path.

    Raises:
        SettingsError: the file exists already, or cannot be written.
    """
    path = folder / FILE_NAME
    try:
        (folder / PAGES_FOLDER).mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(render(languages=languages))
    except FileExistsError:
        raise SettingsError(
            str(path), ["exists already and is left as it is — remove it, or name another folder"]
        ) from None
    except OSError as error:
        raise SettingsError(
            str(path), [f"cannot be written ({error.strerror}) — name a folder you may write to"]
        ) from None
    return path
