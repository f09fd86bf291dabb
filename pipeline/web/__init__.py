"""The feeds and the pages over HTTP.

In come the output folder and a newsroom, out an ASGI application and a server that runs it, alone
or beside the scheduler. Refused: paths that are not published, and an address that is taken.
"""

from pipeline.web.application import application
from pipeline.web.newsroom import Newsroom
from pipeline.web.server import Server, serve
from pipeline.web.storeroom import Storeroom
from pipeline.web.tickets import Tickets

__all__ = ["Newsroom", "Server", "Storeroom", "Tickets", "application", "serve"]
