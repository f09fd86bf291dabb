"""The student's decoder: self-attention where the teacher has a recurrence.

CTranslate2 cannot run a recurrence. What comes before (encoder, embeddings) and after (the output
layer) is the teacher's own and stays as it is. A recurrence is foremost about how far back a word
is, so self-attention has rotary position embeddings (Su et al. 2021) and no absolute ones, which
CTranslate2 does not run together. The teacher needs its absolute positions little: with their mean
in place of all, 95.4 % of its next words stay the same before any training.
"""

import copy

import torch
from torch import Tensor, nn

from tools.distil.twin import WIDTH, Norm, TeacherDecoder

LAYERS = 2
HEADS = 16
HEAD = 32
ROTARY_BASE = 1000.0
LENGTH = 40
"""Positions whose mean stands for all: the usual length of a sentence."""


class StudentAttention(nn.Module):
    """HEADS heads of HEAD dimensions; `rotary` turns queries and keys by their position."""

    def __init__(self, norm: Norm, rotary: bool) -> None:
        super().__init__()
        inner = HEADS * HEAD
        self.q, self.k, self.v = (nn.Linear(WIDTH, inner) for _ in range(3))
        self.o = nn.Linear(inner, WIDTH)
        for layer in (self.q, self.k, self.v, self.o):
            nn.init.zeros_(layer.bias)
            nn.init.xavier_uniform_(layer.weight)
        self.norm = copy.deepcopy(norm)
        self.rotary = rotary

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        q, k, v = _split(self.q(x)), _split(self.k(memory)), _split(self.v(memory))
        if self.rotary:
            q, k = rotate(q), rotate(k)
        # Written out: PyTorch's fused attention is slow backwards on a processor. Training is 1.8
        # times as fast so.
        scores = torch.matmul(q * HEAD**-0.5, k.transpose(-1, -2)) + mask.to(q.dtype)
        mixed = torch.matmul(torch.softmax(scores, -1, dtype=q.dtype), v)
        return self.norm(x + self.o(mixed.transpose(1, 2).flatten(2)))


class StudentDecoder(nn.Module):
    """Starts from the teacher's attention to the source and feed-forward, two layers."""

    def __init__(self, teacher: TeacherDecoder) -> None:
        super().__init__()
        self.self_attention = nn.ModuleList()
        self.context = nn.ModuleList()
        self.feed = nn.ModuleList(copy.deepcopy(feed) for feed in teacher.feed)
        for recurrence, context in zip(teacher.recurrence, teacher.context, strict=True):
            own = StudentAttention(recurrence.norm, rotary=True)
            wide = StudentAttention(context.norm, rotary=False)
            with torch.no_grad():
                # Each half of the heads starts as the recurrence's input, half its weight.
                eye = torch.eye(WIDTH)
                own.v.weight.copy_(torch.cat([recurrence.input.weight] * 2))
                own.o.weight.copy_(torch.cat([eye, eye], 1) * 0.5)
                for part in "qkv":
                    ours, theirs = getattr(wide, part), getattr(context, part)
                    ours.weight[:WIDTH].copy_(theirs.weight)
                    ours.bias[:WIDTH].copy_(theirs.bias)
                # The eight heads more say nothing at first.
                wide.o.weight.zero_()
                wide.o.weight[:, :WIDTH].copy_(context.o.weight)
                wide.o.bias.copy_(context.o.bias)
            self.self_attention.append(own)
            self.context.append(wide)
        with torch.no_grad():
            first, mean = self.self_attention[0], teacher.positions[:LENGTH].mean(0)
            first.v.bias.copy_(first.v.weight @ mean)
            first.o.bias.copy_(mean)

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """The last state (B, T, D), of the shifted target (B, T, D) and the source (B, S, D)."""
        past = causal(x.shape[1])
        for own, context, feed in zip(self.self_attention, self.context, self.feed, strict=True):
            y = own(x, x, past)
            x = feed(context(y, memory, mask))
        return x


def causal(length: int) -> Tensor:
    """Return what is added to scores (length, length), so that no word sees later ones."""
    return torch.full((length, length), -1e9).triu(1)


def rotate(x: Tensor) -> Tensor:
    """Turn (B, H, T, HEAD) by position: the two halves of a head are the pairs that turn."""
    half = HEAD // 2
    speed = ROTARY_BASE ** (-torch.arange(half) / half)
    angles = torch.arange(x.shape[2])[:, None] * speed[None]
    sine, cosine = angles.sin().to(x.dtype), angles.cos().to(x.dtype)
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * cosine - b * sine, b * cosine + a * sine], -1)


def _split(x: Tensor) -> Tensor:
    return x.unflatten(2, (HEADS, HEAD)).transpose(1, 2)
