"""Patches every Python process that has this folder in PYTHONPATH: see `patching`."""

from tests.compute import patching

patching.apply()
