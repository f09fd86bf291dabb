"""Runs passes: collects articles from sources, translates them, publishes feeds.

The only package that combines the stages with the store and the disk. Returns a report of what
happened. Every step commits what it finished, so that the next pass completes one that was killed.
"""

from typing import TYPE_CHECKING

from pipeline import lazily

if TYPE_CHECKING:
    from pipeline.desk.collector import Collector
    from pipeline.desk.desk import Desk
    from pipeline.desk.locks import daemon_at
    from pipeline.desk.progress import NoProgress, Progress
    from pipeline.desk.report import Failure, Report, SourceReport
    from pipeline.desk.upkeep import prune, reextract

__all__ = [
    "Collector",
    "Desk",
    "Failure",
    "NoProgress",
    "Progress",
    "Report",
    "SourceReport",
    "daemon_at",
    "prune",
    "reextract",
]

__getattr__ = lazily.exports(__name__)
