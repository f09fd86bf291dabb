"""The daemon: visits each source at its own times and publishes, until a signal stops it.

Takes the settings and an open store. Raises BabelwireError if another daemon runs on the same state
folder. Times are kept by APScheduler.
"""

from pipeline.daemon.daemon import Daemon
from pipeline.daemon.schedule import trigger
from pipeline.daemon.service import Service

__all__ = ["Daemon", "Service", "trigger"]
