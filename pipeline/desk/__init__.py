"""One pass: sources in, feeds out, a report of what happened.

The only place that mixes the stages with the store and the disk. Every step commits what it
finished, so that a pass that dies anywhere is completed by the next one.
"""

from pipeline.desk.collector import Collector
from pipeline.desk.desk import Desk
from pipeline.desk.locks import daemon_at
from pipeline.desk.progress import Progress, Silence
from pipeline.desk.report import Failure, Report, SourceReport
from pipeline.desk.upkeep import prune, reextract

__all__ = [
    "Collector",
    "Desk",
    "Failure",
    "Progress",
    "Report",
    "Silence",
    "SourceReport",
    "daemon_at",
    "prune",
    "reextract",
]
