"""APScheduler around the desk: each source at its own times, until a signal says stop.

In go a settings file and an open store; nothing comes out but what the passes write. It refuses to
run beside another daemon on the same state directory.
"""

from pipeline.daemon.daemon import Daemon, Service
from pipeline.daemon.schedule import trigger

__all__ = ["Daemon", "Service", "trigger"]
