"""The feeds and the pages over HTTP.

In come the output folder and a newsroom, out an ASGI application and a server that runs it, alone
or beside the scheduler. Refused: paths that are not published, and an address that is taken.
"""

from pipeline.web.application import application
from pipeline.web.backend import Backend
from pipeline.web.server import Server, serve
from pipeline.web.storebackend import StoreBackend
from pipeline.web.triggers import Triggers

__all__ = ["Backend", "Server", "StoreBackend", "Triggers", "application", "serve"]
