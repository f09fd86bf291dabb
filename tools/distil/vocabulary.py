"""Let a SentencePiece vocabulary read curly quotation marks as straight ones.

The teachers drop curly quotation marks from what they write. `with_straight_quotes` changes the
normaliser of a vocabulary only: its pieces and their numbers stay.
"""

import tempfile
import unicodedata
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

MARKS = {**dict.fromkeys("“”„‟", '"'), **dict.fromkeys("‘’‚‛", "'")}


def with_straight_quotes(vocabulary: Path, target: Path) -> None:
    """Write `target`, the SentencePiece model `vocabulary` with one rule more for each mark.

    SentencePiece compiles rules only when it trains, so a model of no use is trained with them, and
    its compiled rules are taken.
    """
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(vocabulary.read_bytes())
    rules = _rules(model)
    with tempfile.TemporaryDirectory() as folder:
        table, text = Path(folder) / "rules.tsv", Path(folder) / "text.txt"
        table.write_text("".join(f"{_hex(a)}\t{_hex(b)}\n" for a, b in rules), encoding="utf-8")
        letters = "abcdefghijklmnopqrstuvwxyz"
        text.write_text("\n".join(f"{a}{b} {b}{a}" for a in letters for b in letters))
        sentencepiece.SentencePieceTrainer.train(
            input=str(text),
            model_prefix=f"{folder}/other",
            vocab_size=60,
            normalization_rule_tsv=str(table),
            hard_vocab_limit=False,
            minloglevel=2,
        )
        other = sentencepiece_model_pb2.ModelProto()
        other.ParseFromString(Path(folder, "other.model").read_bytes())
    model.normalizer_spec.precompiled_charsmap = other.normalizer_spec.precompiled_charsmap
    model.normalizer_spec.name = "nmt_nfkc_ascii_quotes"
    target.write_bytes(model.SerializeToString())


def _rules(model) -> list[tuple[str, str]]:
    """Return what the model's normaliser changes: characters, and letters with a combining mark."""
    plain = sentencepiece_model_pb2.ModelProto()
    plain.CopyFrom(model)
    plain.normalizer_spec.add_dummy_prefix = False
    plain.normalizer_spec.remove_extra_whitespaces = False
    plain.normalizer_spec.escape_whitespaces = False
    normaliser = sentencepiece.SentencePieceProcessor()
    normaliser.LoadFromSerializedProto(plain.SerializeToString())
    characters = [chr(n) for n in range(1, 0x110000) if not 0xD800 <= n < 0xE000]
    composed = {unicodedata.normalize("NFD", chr(n)) for n in range(0xC0, 0x2000)}
    sequences = sorted(text for text in composed if len(text) > 1)
    return [
        (text, changed)
        for text in [*characters, *sequences]
        if (changed := MARKS.get(text) or normaliser.normalize(text)) != text
    ]


def _hex(text: str) -> str:
    return " ".join(f"{ord(character):X}" for character in text)
