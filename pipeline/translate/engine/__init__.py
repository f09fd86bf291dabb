"""Models in memory: segments in, checked translations with word alignments out."""
