"""The types of babelwire: those of the package `pipeline`, see pipeline/babelwire.py."""

from pipeline import *
