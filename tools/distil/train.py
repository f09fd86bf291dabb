"""Train the student's decoder to say what the teacher's says.

    python -m tools.distil.train TEACHER OUT PAIRS... [--minutes N] [--start CHECKPOINT]

First each self-attention learns by itself what the recurrence at its place gives (a few minutes).
Then the decoder as a whole learns the teacher's distributions over words and its last hidden state,
with the pairs' target as what was said so far ("word-level" distillation, Kim and Rush 2016). The
targets may be the teacher's own translations or real text: the teacher judges both.

Minutes are those of a processor core. Written to OUT every few of them: `last.pt` (weights as they
are), `mean.pt` (a running mean of them, what is exported), `log.tsv` (minutes, tokens, loss on
sentences held out). A stopped training goes on with `--start OUT/last.pt`, and so does that of a
package, with `--start FILE.argosmodel`; the first part is skipped then.
"""

import argparse
import copy
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tools.distil.data import Batch, Pair, batches, collate, read_pairs
from tools.distil.marian import Teacher
from tools.distil.restore import restored
from tools.distil.student import StudentDecoder, causal
from tools.distil.twin import Encoder, TeacherDecoder

HELD_OUT = 512
# Word distributions are compared over the batch's words, the commonest, and a sample of the rest.
COMMON = 1500
SAMPLED = 800


class Guide:
    """The teacher's answers to a batch, kept from the first time a batch is met.

    The source's encoding (B, S, D) and the decoder's last state (B, T, D) take 0.5 kB a token each.
    """

    def __init__(self, encoder: Encoder, decoder: TeacherDecoder, keep: bool) -> None:
        self.encoder = encoder
        self.decoder = decoder
        self._kept: dict[int, tuple[Tensor, Tensor]] | None = {} if keep else None

    @torch.no_grad()
    def inner(self, batch: Batch) -> list[tuple[Tensor, Tensor]]:
        """What each recurrence gets, the first without positions as the student, and gives."""
        with torch.autocast("cpu", torch.bfloat16):
            memory = self.encoder(batch.source, batch.mask)
            found = self.decoder(batch.target, memory, batch.mask)[1]
        return [(self.decoder.shift(batch.target), found[0][1]), *found[1:]]

    @torch.no_grad()
    def answer(self, number: int, batch: Batch) -> tuple[Tensor, Tensor]:
        if self._kept is not None and number in self._kept:
            return self._kept[number]
        with torch.autocast("cpu", torch.bfloat16):
            memory = self.encoder(batch.source, batch.mask)
            last, _ = self.decoder(batch.target, memory, batch.mask)
        found = memory.to(torch.bfloat16), last.to(torch.bfloat16)
        if self._kept is not None:
            self._kept[number] = found
        return found


class Loss:
    def __init__(self, decoder: TeacherDecoder, pairs: list[Pair], judged: int) -> None:
        self.embedding = decoder.embedding
        self.bias = decoder.bias
        counts = np.zeros(len(self.bias))
        for _, target in pairs:
            np.add.at(counts, target, 1)
        self.common = np.argsort(-counts)[:COMMON]
        self.chances = np.sqrt(counts + 1) / np.sqrt(counts + 1).sum()
        self.judged = judged

    def words(
        self, student: Tensor, teacher: Tensor, target: Tensor, real: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Kullback-Leibler divergence of the word distributions, and the share of equal choices."""
        sampled = np.random.choice(len(self.bias), SAMPLED, p=self.chances)
        words = torch.from_numpy(
            np.unique(np.concatenate([target[real].numpy(), self.common, sampled]))
        )
        table, bias = self.embedding[words].to(torch.bfloat16), self.bias[words]
        with torch.no_grad():
            theirs = F.linear(teacher[real].to(torch.bfloat16), table).float() + bias
            theirs = torch.log_softmax(theirs, -1)
        ours = F.linear(student[real].to(torch.bfloat16), table).float() + bias
        ours = torch.log_softmax(ours, -1)
        divergence = (theirs.exp() * (theirs - ours)).sum(-1).mean()
        equal = (ours.argmax(-1) == theirs.argmax(-1)).float().mean()
        return divergence, equal

    @torch.no_grad()
    def sample(self, student: Tensor, teacher: Tensor, real: Tensor) -> Tensor:
        """Choose about `judged` positions of the batch: comparing all words costs most.

        Half of them by chance, the others where the states differ most: most words are the same
        already, and those in the middle of a rare word, where the student is lost, are few.
        """
        share = self.judged / 2 / max(1, int(real.sum()))
        apart = ((student - teacher) ** 2).mean(-1).masked_fill(~real, 0.0)
        worst = torch.zeros_like(real).flatten()
        worst[apart.flatten().topk(min(self.judged // 2, apart.numel())).indices] = True
        return real & ((torch.rand(real.shape) < share) | worst.view_as(real))


def distance(a: Tensor, b: Tensor, real: Tensor) -> Tensor:
    """Mean squared distance of hidden states, as a share of the variance of `b`."""
    wanted = b[real].float()
    return ((a[real] - wanted) ** 2).mean() / wanted.var()


def learn_recurrences(
    student: StudentDecoder, guide: Guide, work: list[list[Pair]], seconds: float
) -> None:
    parameters = list(student.self_attention.parameters())
    # Muon is slower here: the attentions start from random queries and keys.
    optimisers = [torch.optim.AdamW(parameters, lr=2e-3, betas=(0.9, 0.98), weight_decay=0.0)]
    start = _clock()
    for step, (_, batch) in enumerate(_forever(work)):
        passed = (_clock() - start) / seconds
        if passed >= 1:
            return
        _set_rate(optimisers, 2e-3 * min(1, (step + 1) / 50) * max(0.1, 1 - passed))
        inner = guide.inner(batch)
        past = causal(batch.target.shape[1])
        with torch.autocast("cpu", torch.bfloat16):
            losses = [
                distance(attention(x, x, past), y, batch.real)
                for attention, (x, y) in zip(student.self_attention, inner, strict=True)
            ]
        _step(optimisers, parameters, sum(losses))
        if step % 50 == 0:
            print(f"recurrences {step}", *(f"{loss.item():.4f}" for loss in losses), flush=True)


def learn_words(
    student: StudentDecoder,
    guide: Guide,
    loss: Loss,
    work: list[list[Pair]],
    held_out: list[Batch],
    out: Path,
    seconds: float,
    rate: float,
) -> None:
    parameters = list(student.parameters())
    optimisers = _optimisers(parameters, rate)
    mean = copy.deepcopy(student)
    start = saved = _clock()
    tokens = 0
    seen: list[tuple[float, ...]] = []
    for step, (number, batch) in enumerate(_forever(work)):
        now = _clock()
        passed = (now - start) / seconds
        if passed >= 1 or now - saved > 240:
            saved = now
            _save(student, out / "last.pt")
            _save(mean, out / "mean.pt")
            figures = _held_out(mean, guide, loss, held_out)
            line = [(now - start) / 60, step, tokens, *np.mean(seen[-200:], 0), *figures]
            with (out / "log.tsv").open("a") as log:
                log.write("\t".join(f"{value:.4f}" for value in line) + "\n")
            print(*(f"{value:.4f}" for value in line), flush=True)
        if passed >= 1:
            return
        _set_rate(optimisers, rate * min(1, (step + 1) / 50) * max(0.01, 1 - passed))
        memory, last = guide.answer(number, batch)
        with torch.autocast("cpu", torch.bfloat16):
            ours = student(guide.decoder.shift(batch.target), memory, batch.mask)
            judged = loss.sample(ours, last, batch.real)
            divergence, equal = loss.words(ours, last, batch.target, judged)
        apart = distance(ours, last, batch.real)
        _step(optimisers, parameters, divergence + 0.7 * apart)
        tokens += int(batch.real.sum())
        seen.append((divergence.item(), equal.item(), apart.item()))
        if step % 4 == 0:
            # A young mean forgets its start faster.
            keep = min(0.98, (1 + step / 4) / (10 + step / 4))
            with torch.no_grad():
                for average, value in zip(mean.parameters(), parameters, strict=True):
                    average.lerp_(value, 1 - keep)


@torch.no_grad()
def _held_out(student: nn.Module, guide: Guide, loss: Loss, work: list[Batch]) -> np.ndarray:
    state = np.random.get_state()
    np.random.seed(0)
    figures = []
    for number, batch in enumerate(work):
        memory, last = guide.answer(-1 - number, batch)
        with torch.autocast("cpu", torch.bfloat16):
            ours = student(guide.decoder.shift(batch.target), memory, batch.mask)
            divergence, equal = loss.words(ours, last, batch.target, batch.real)
        apart = distance(ours, last, batch.real)
        figures.append((divergence.item(), equal.item(), apart.item()))
    np.random.set_state(state)
    return np.mean(figures, 0)


def _clock() -> float:
    """Seconds of processor of each thread: a busy or stopped machine changes no schedule."""
    return time.process_time() / torch.get_num_threads()


def _forever(work: list[list[Pair]]) -> Iterator[tuple[int, Batch]]:
    while True:
        for number in random.sample(range(len(work)), len(work)):
            yield number, collate(work[number])


def _optimisers(parameters: list[nn.Parameter], rate: float) -> list[torch.optim.Optimizer]:
    """Muon (Jordan 2024) for matrices, Adam for the rest.

    A high rate destroys what comes from the teacher: after a million tokens the divergence on held
    out sentences was .085 with Muon at 3e-4, and .101 with Adam at 8e-4.
    """
    matrices = [one for one in parameters if one.ndim == 2]
    others = [one for one in parameters if one.ndim != 2]
    return [
        torch.optim.Muon(matrices, lr=rate, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def _set_rate(optimisers: list[torch.optim.Optimizer], rate: float) -> None:
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = rate


def _step(
    optimisers: list[torch.optim.Optimizer], parameters: list[nn.Parameter], loss: Tensor
) -> None:
    for optimiser in optimisers:
        optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, 1.0)
    for optimiser in optimisers:
        optimiser.step()


def _state(start: Path) -> dict[str, Tensor]:
    """The student's weights of a checkpoint, or of a package."""
    if start.suffix != ".argosmodel":
        return torch.load(start)
    return {name: torch.from_numpy(value) for name, value in restored(start).items()}


def _save(student: nn.Module, path: Path) -> None:
    temporary = path.with_suffix(".new")
    torch.save(student.state_dict(), temporary)
    temporary.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("teacher", type=Path, help="folder of the Marian model and vocabulary")
    parser.add_argument("out", type=Path, help="folder for checkpoints and the log")
    parser.add_argument("pairs", type=Path, nargs="+", help="files of source<TAB>target")
    parser.add_argument("--minutes", type=float, default=240, help="of a core, of the second part")
    parser.add_argument("--recurrences", type=float, default=6, help="minutes of the first part")
    parser.add_argument(
        "--start", type=Path, help="checkpoint or package to start from; skips the first part"
    )
    parser.add_argument("--tokens", type=int, default=2000, help="in a batch, with padding")
    parser.add_argument("--rate", type=float, default=3e-4, help="highest learning rate")
    parser.add_argument("--judged", type=int, default=700, help="positions whose words compare")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--forget", action="store_true", help="keep no answers in memory")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(given.threads)
    torch.manual_seed(1)
    random.seed(1)
    np.random.seed(1)

    teacher = Teacher(given.teacher)
    weights = {name: torch.from_numpy(value) for name, value in teacher.weights().items()}
    encoder, decoder = Encoder(weights).eval(), TeacherDecoder(weights).eval()
    student = StudentDecoder(decoder)
    for fixed in (encoder, decoder):
        fixed.requires_grad_(False)
    if given.start:
        student.load_state_dict(_state(given.start))

    pairs = read_pairs(given.pairs, teacher.vocabulary)
    random.shuffle(pairs)
    held_out, pairs = pairs[:HELD_OUT], pairs[HELD_OUT:]
    print(f"{len(pairs)} pairs, {sum(len(target) for _, target in pairs)} tokens", flush=True)
    work = batches(pairs, given.tokens, seed=1)
    checks = [collate(batch) for batch in batches(held_out, given.tokens, seed=1)]
    guide = Guide(encoder, decoder, keep=not given.forget)
    loss = Loss(decoder, pairs, given.judged)
    if not given.start and given.recurrences:
        learn_recurrences(student, guide, work, given.recurrences * 60)
        _save(student, given.out / "recurrences.pt")
    seconds = given.minutes * 60
    learn_words(student, guide, loss, work, checks, given.out, seconds, given.rate)


if __name__ == "__main__":
    main()
