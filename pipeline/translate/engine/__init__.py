"""Run models: translate segments, check the translations, and give their alignment links."""
