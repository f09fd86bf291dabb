"""Converts any exception that one page, article or feed causes into a BabelwireError.

So unexpected input becomes one line of the report, and stops nothing else.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import BabelwireError

log = logging.getLogger(__name__)


@contextmanager
def guard(thing: str, what: str) -> Iterator[None]:
    """Raise every exception of the block as a BabelwireError.

    A BabelwireError without a `thing` gets this one. Any other exception is a bug, caused by
    `what`: its traceback is logged, and the error raised asks the user to report it.
    """
    try:
        yield
    except BabelwireError as error:
        error.thing = error.thing or thing
        raise
    except Exception as error:
        log.warning("%s: unexpected", thing, exc_info=True)
        raise BabelwireError(
            thing,
            f"{what} broke babelwire ({type(error).__name__}: {str(error)[:300]})",
            "please report it, with what the log says",
            retry=True,
        ) from error
