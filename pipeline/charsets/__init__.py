"""Turn the bytes of pages, feeds and lists into text, whatever charset they are in.

In: bytes and the charset that HTTP declared. Out: the text without mojibake, and the charset it was
decoded with. Labels of charsets mean what the Encoding Standard says (encoding.spec.whatwg.org).
Never raises.
"""

from pipeline.charsets.decoding import canonical, decode

__all__ = ["canonical", "decode"]
