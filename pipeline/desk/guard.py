"""Turns whatever a stage raises on one page, article or feed into one line of the report.

So that input nobody thought of stops itself and nothing else.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import BabelwireError

log = logging.getLogger(__name__)


@contextmanager
def guard(thing: str, what: str) -> Iterator[None]:
    """Raise every exception of the block as a BabelwireError that a person can act on.

    An error without a `thing` gets this one. An exception that is no BabelwireError is a bug that
    `what` has brought to light: its traceback is logged, and the error asks to report it.
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
