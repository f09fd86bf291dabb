"""Article to the same article in another language."""
