"""Text and markup, without any model: HTML to segments and back, spans, alignment links."""
