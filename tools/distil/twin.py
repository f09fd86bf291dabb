"""The teacher in PyTorch: Marian's transformer encoder, and its decoder of simple recurrent units.

The decoder's SSRU (Kim et al. 2019, "From Research to Production and Back", section 3.1) keeps a
state of one vector. Shapes in comments: B sentences, S source tokens, T target tokens, D = 256.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTH = 256
HEADS = 8
EPSILON = 1e-6
# Marian scales embeddings by the square root of their width.
SCALE = 16.0


def positions(length: int) -> Tensor:
    """Return Marian's sinusoidal position encodings, (length, WIDTH): sines, then cosines."""
    half = WIDTH // 2
    step = math.log(10000.0) / (half - 1)
    angles = np.arange(length)[:, None] * np.exp(-np.arange(half) * step)[None]
    table = np.concatenate([np.sin(angles), np.cos(angles)], 1)
    return torch.from_numpy(table.astype(np.float32))


class Norm(nn.Module):
    def __init__(self, scale: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.scale = nn.Parameter(scale.reshape(-1).clone())
        self.bias = nn.Parameter(bias.reshape(-1).clone())

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x.float(), (WIDTH,), self.scale, self.bias, EPSILON)


def linear(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    layer.weight.data.copy_(weight)
    if bias is not None:
        layer.bias.data.copy_(bias.reshape(-1))
    return layer


class Attention(nn.Module):
    def __init__(self, weights: dict[str, Tensor], name: str) -> None:
        super().__init__()
        for part in "qkvo":
            setattr(self, part, linear(weights[f"{name}_W{part}"], weights[f"{name}_b{part}"]))
        self.norm = Norm(weights[f"{name}_Wo_ln_scale"], weights[f"{name}_Wo_ln_bias"])

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        q, k, v = _split(self.q(x)), _split(self.k(memory)), _split(self.v(memory))
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask.to(q.dtype))
        return self.norm(x + self.o(mixed.transpose(1, 2).flatten(2)))


class FeedForward(nn.Module):
    def __init__(self, weights: dict[str, Tensor], name: str) -> None:
        super().__init__()
        self.a = linear(weights[f"{name}_W1"], weights[f"{name}_b1"])
        self.b = linear(weights[f"{name}_W2"], weights[f"{name}_b2"])
        self.norm = Norm(weights[f"{name}_ffn_ln_scale"], weights[f"{name}_ffn_ln_bias"])

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x + self.b(F.relu(self.a(x))))


class Encoder(nn.Module):
    """Six layers of self-attention; (B, S) token numbers and a mask give (B, S, D)."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        layers = range(1, 7)
        self.attention = nn.ModuleList(Attention(weights, f"encoder_l{i}_self") for i in layers)
        self.feed = nn.ModuleList(FeedForward(weights, f"encoder_l{i}_ffn") for i in layers)
        self.register_buffer("embedding", weights["Wemb"])
        self.register_buffer("positions", positions(1024))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        x = self.embedding[ids] * SCALE + self.positions[: ids.shape[1]]
        for attention, feed in zip(self.attention, self.feed, strict=True):
            x = feed(attention(x, x, mask))
        return x


class Recurrence(nn.Module):
    def __init__(self, weights: dict[str, Tensor], name: str) -> None:
        super().__init__()
        self.input = linear(weights[f"{name}_W"], None)
        self.forget = linear(weights[f"{name}_Wf"], weights[f"{name}_bf"])
        self.norm = Norm(weights[f"{name}_ffn_ln_scale"], weights[f"{name}_ffn_ln_bias"])

    def forward(self, x: Tensor) -> Tensor:
        keep = torch.sigmoid(self.forget(x).float())
        new = (1 - keep) * self.input(x).float()
        state, states = torch.zeros_like(new[:, 0]), []
        for t in range(x.shape[1]):
            state = keep[:, t] * state + new[:, t]
            states.append(state)
        return self.norm(x + F.relu(torch.stack(states, 1)))


class TeacherDecoder(nn.Module):
    """Two layers of recurrence, attention to the source, and feed-forward."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.recurrence = nn.ModuleList(Recurrence(weights, f"decoder_l{i}_rnn") for i in (1, 2))
        self.context = nn.ModuleList(Attention(weights, f"decoder_l{i}_context") for i in (1, 2))
        self.feed = nn.ModuleList(FeedForward(weights, f"decoder_l{i}_ffn") for i in (1, 2))
        self.register_buffer("embedding", weights["Wemb"])
        self.register_buffer("positions", positions(1024))
        self.register_buffer("bias", weights["decoder_ff_logit_out_b"].reshape(-1))

    def embed(self, target: Tensor) -> Tensor:
        """Embed (B, T) target tokens as the decoder reads them: shifted, with their positions."""
        return self.shift(target) + self.positions[: target.shape[1]]

    def shift(self, target: Tensor) -> Tensor:
        """Embed (B, T) target tokens shifted by one, zeros first, without positions."""
        x = self.embedding[target] * SCALE
        return torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], 1)

    def forward(self, target: Tensor, memory: Tensor, mask: Tensor):
        """Return the last state (B, T, D), and per layer what the recurrence got and gave."""
        x, inner = self.embed(target), []
        for recurrence, context, feed in zip(self.recurrence, self.context, self.feed, strict=True):
            y = recurrence(x)
            inner.append((x, y))
            x = feed(context(y, memory, mask))
        return x, inner


def _split(x: Tensor) -> Tensor:
    return x.unflatten(2, (HEADS, -1)).transpose(1, 2)
