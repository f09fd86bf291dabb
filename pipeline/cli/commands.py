"""The commands by name, each with the module that has it, which is imported when it is run.

`babelwire --help`, `--version`, a misspelt command and the completion of command names import none
of them: with numpy, CTranslate2, SQLAlchemy and lxml, all together take more than a second.
"""

import gc
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

# name: (module and function or group, what the list of commands says, which fits into one line)
COMMANDS = {
    "init": ("sources:init", "Write a commented settings file to start from."),
    "add": ("subscribing:add", "Find what a site offers, and add the best as a source."),
    "run": ("passes:run", "Run one pass: fetch, extract, translate, publish."),
    "daemon": ("daemon:daemon", "Visit the sources at their times, and serve the feeds."),
    "serve": ("daemon:serve", "Serve the feeds and pages over HTTP, without visits."),
    "worker": ("cluster:worker", "Compute for the desk of another process or machine."),
    "scheduler": ("cluster:scheduler", "Run the scheduler that gives work to workers."),
    "cluster": ("cluster:app", "Make the certificates of a cluster."),
    "status": ("overview:status", "Show what is stored, what waits, what failed and why."),
    "articles": ("articles:articles", "List the newest articles and entries, with their state."),
    "explain": ("translating:explain", "Show how an article's translation came about."),
    "preview": ("preview:preview", "Show the article that would be published from a page."),
    "extract": ("preview:extract", "Extract articles from saved pages, as JSON lines."),
    "translate": ("translating:translate", "Translate standard input to standard output."),
    "sources": ("sources:app", "List, find, check and change the sources."),
    "models": ("models:app", "Find, install, update and check translation models."),
    "memory": ("memory:app", "Export, correct and prune the translation memory."),
    "retry": ("upkeep:retry", "Fetch again the pages that failed or held no article."),
    "reextract": ("upkeep:reextract_", "Extract the articles from the stored pages again."),
    "prune": ("upkeep:prune_", "Delete old pages, articles and translated segments."),
    "claim": ("upkeep:claim", "Let this state_dir have a database of another one."),
    "backup": ("backup:backup", "Write the settings and the database into one file."),
    "restore": ("backup:restore", "Put back what is in a backup."),
    "doctor": ("upkeep:doctor", "Check settings, models, disk, database and network."),
}


class Commands(TyperGroup):
    """The group of all commands. Until one is run, only its name and its line are known."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, (_, line) in COMMANDS.items():
            self.add_command(TyperCommand(name, help=line, rich_markup_mode=None))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the arguments name, and the arguments after it."""
        name, command, rest = super().resolve_command(ctx, args)
        found = None if command is None else loaded(str(name))
        gc.freeze()  # what was imported stays
        gc.enable()
        return name, found, rest


def loaded(name: str) -> Any:
    """The command of this name, from its module."""
    module, _, attribute = COMMANDS[name][0].partition(":")
    found = getattr(import_module(f"pipeline.cli.{module}"), attribute)
    if not isinstance(found, typer.Typer):
        one = typer.Typer(add_completion=False, rich_markup_mode=None)
        one.command(name)(found)
        found = one
    return typer.main.get_command(found)
