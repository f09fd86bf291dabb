"""Average the weights of checkpoints of one training, or of one that went on with other text.

    python -m tools.distil.average OUT.pt 3:OUT/last.pt 1:EARLIER/mean.pt

Each checkpoint has its weight before the colon. An average is often better than each of them, at no
cost (Wortsman et al. 2022, "Model soups"). Which one, is chosen on sentences held out.
"""

import argparse
from pathlib import Path

import torch


def average(parts: list[tuple[float, Path]]) -> dict[str, torch.Tensor]:
    """Return the weighted mean of checkpoints, which must have the same tensors."""
    total = sum(weight for weight, _ in parts)
    found: dict[str, torch.Tensor] = {}
    for weight, path in parts:
        for name, value in torch.load(path).items():
            found[name] = found.get(name, 0) + value.float() * (weight / total)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("parts", nargs="+", help="WEIGHT:CHECKPOINT")
    given = parser.parse_args()
    pairs = (one.partition(":") for one in given.parts)
    torch.save(average([(float(weight), Path(path)) for weight, _, path in pairs]), given.out)


if __name__ == "__main__":
    main()
