"""What the commands log to standard error: lines of text or of JSON."""

import json
import logging
from datetime import UTC, datetime

_LOG_KEYS = ("source", "article", "language")


class JsonFormatter(logging.Formatter):
    """Log records as one JSON object per line, with source, article and language if set."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: getattr(record, key) for key in _LOG_KEYS if hasattr(record, key)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """Log records as lines of text, with source, article and language at the end as key=value."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        keys = [f" {key}={getattr(record, key)}" for key in _LOG_KEYS if hasattr(record, key)]
        return super().format(record) + "".join(keys)


def set_up_logging(level: int, form: str) -> None:
    """Log to standard error. `form` is "text" or "json"."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("apscheduler", "alembic", "urllib3", "argostranslate", "stanza"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    if level > logging.DEBUG:
        # APScheduler logs a traceback for a failed job; the daemon logs the error in one line.
        logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
        # It also warns if a source is due while its visit is still running, which is normal.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
