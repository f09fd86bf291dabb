"""`python -m pipeline` is `babelwire`."""

from pipeline.cli import main

main()
