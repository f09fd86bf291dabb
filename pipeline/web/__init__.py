"""The feeds over HTTP.

In comes the output folder, out an ASGI application and a server that runs it, alone or beside the
scheduler. Refused: every path that is not a published file, and an address that is taken.
"""

from pipeline.web.application import application
from pipeline.web.server import Server, serve

__all__ = ["Server", "application", "serve"]
