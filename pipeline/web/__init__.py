"""Serves the feeds, pages for people and an API over HTTP.

Takes the output folder and a backend; gives an ASGI application, and a server that runs it alone or
beside the scheduler. ServeError is raised if the server's address cannot be used.
"""

from pipeline.web.application import Place, application
from pipeline.web.backend import Backend
from pipeline.web.server import Server, serve
from pipeline.web.storebackend import StoreBackend
from pipeline.web.triggers import Triggers

__all__ = ["Backend", "Place", "Server", "StoreBackend", "Triggers", "application", "serve"]
