"""Sentence pairs as batches of token numbers.

A pair is a line `source<TAB>target` of a UTF-8 file. Token numbers are those of the teacher's
vocabulary; the closing token `</s>` is number 0 in it and serves as padding too.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from torch import Tensor

END = 0
LONGEST = 110
# Sentences of alike length share a batch; within this many pairs they are sorted by length.
WINDOW = 4000

Pair = tuple[list[int], list[int]]


@dataclass
class Batch:
    """source (B, S) and target (B, T) token numbers; mask (B, 1, 1, S) is added to attention's
    scores; `real` (B, T) is true where the target is not padding."""

    source: Tensor
    target: Tensor
    mask: Tensor
    real: Tensor


def read_pairs(files: Iterable[Path], vocabulary: Path) -> list[Pair]:
    """Read and encode the pairs of `files`; leave out loops, misfits and very long ones."""
    spm = sentencepiece.SentencePieceProcessor(model_file=str(vocabulary))
    if spm.eos_id() != END:
        raise ValueError(f"{vocabulary}: </s> is number {spm.eos_id()}, {END} is expected")
    pairs = []
    for file in files:
        lines = file.read_text(encoding="utf-8").split("\n")
        texts = [line.split("\t") for line in lines if line.count("\t") == 1]
        sources = spm.encode([text[0] for text in texts])
        targets = spm.encode([text[1] for text in texts])
        pairs += [
            ([*source, END], [*target, END])
            for source, target in zip(sources, targets, strict=True)
            if source and target and not _misfit(source, target)
        ]
    return pairs


def batches(pairs: Sequence[Pair], tokens: int, seed: int) -> list[list[Pair]]:
    """Cut `pairs` into batches of at most `tokens` tokens of the longer side, padding included."""
    chance = random.Random(seed)
    shuffled = chance.sample(pairs, len(pairs))
    found: list[list[Pair]] = []
    for start in range(0, len(shuffled), WINDOW):
        window = sorted(shuffled[start : start + WINDOW], key=lambda p: (len(p[1]), len(p[0])))
        batch: list[Pair] = []
        longest = 0
        for pair in window:
            longest_now = max(longest, *map(len, pair))
            if batch and longest_now * (len(batch) + 1) > tokens:
                found.append(batch)
                batch, longest_now = [], max(map(len, pair))
            batch.append(pair)
            longest = longest_now
        found.append(batch)
    chance.shuffle(found)
    return found


def collate(batch: Sequence[Pair]) -> Batch:
    source, source_lengths = _pad([pair[0] for pair in batch])
    target, target_lengths = _pad([pair[1] for pair in batch])
    beyond = torch.arange(source.shape[1])[None] >= source_lengths[:, None]
    mask = torch.zeros(beyond.shape).masked_fill(beyond, -1e9)[:, None, None, :]
    real = torch.arange(target.shape[1])[None] < target_lengths[:, None]
    return Batch(source, target, mask, real)


def _pad(rows: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
    lengths = [len(row) for row in rows]
    table = np.full((len(rows), max(lengths)), END, np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return torch.from_numpy(table), torch.tensor(lengths)


def _misfit(source: list[int], target: list[int]) -> bool:
    if max(len(source), len(target)) > LONGEST or len(target) > 2.2 * len(source) + 8:
        return True
    runs = Counter(zip(target, target[1:], target[2:], strict=False))
    return max(runs.values(), default=0) >= 4
