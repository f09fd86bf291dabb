"""Numbers that note which of their other values would have decided something differently.

A `Probe` stands for a number of a module while a page is read. Where it is compared, each of its
other values is compared as well: one that gives another answer is noted. Arithmetic gives probes
again. Where a probe is used as an index or a count, all its values are noted. A value that is not
noted gives the same text, so that the page need not be read with it.
"""

import operator
from collections.abc import Callable
from typing import Any


class Probe:
    """A number (`value`) and the `others` that it may be, by name; `noted` collects names."""

    __slots__ = ("noted", "others", "value")

    def __init__(self, value: float, others: dict[str, float], noted: set[str]) -> None:
        self.value, self.others, self.noted = value, others, noted

    def __neg__(self) -> "Probe":
        return Probe(-self.value, {name: -one for name, one in self.others.items()}, self.noted)

    def __index__(self) -> int:
        self.noted.update(self.others)
        return operator.index(self.value)

    def __float__(self) -> float:
        self.noted.update(self.others)
        return float(self.value)

    def __bool__(self) -> bool:
        self.noted.update(
            name for name, one in self.others.items() if bool(one) != bool(self.value)
        )
        return bool(self.value)

    def __hash__(self) -> int:
        self.noted.update(self.others)
        return hash(self.value)


def _both(one: Any, other: Any) -> list[tuple[str, Any, Any]]:
    """Return the pairs of values that two numbers may have, by name."""
    pairs = []
    if isinstance(one, Probe):
        fixed = other.value if isinstance(other, Probe) else other
        pairs += [(name, value, fixed) for name, value in one.others.items()]
    if isinstance(other, Probe):
        fixed = one.value if isinstance(one, Probe) else one
        pairs += [(name, fixed, value) for name, value in other.others.items()]
    return pairs


def _plain(number: Any) -> Any:
    return number.value if isinstance(number, Probe) else number


def _comparing(compare: Callable[[Any, Any], bool]) -> Callable[[Probe, Any], bool]:
    def method(self: Probe, other: Any) -> bool:
        result = compare(self.value, _plain(other))
        for name, mine, yours in _both(self, other):
            if name not in self.noted and compare(mine, yours) != result:
                self.noted.add(name)
        return result

    return method


def _computing(compute: Callable[[Any, Any], Any], *, swapped: bool = False) -> Callable[..., Any]:
    def method(self: Probe, other: Any) -> Probe:
        one, two = (other, self) if swapped else (self, other)
        others = {name: compute(mine, yours) for name, mine, yours in _both(one, two)}
        return Probe(compute(_plain(one), _plain(two)), others, self.noted)

    return method


for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Probe, f"__{_name}__", _comparing(getattr(operator, _name)))
for _name in ("add", "sub", "mul", "truediv", "floordiv"):
    setattr(Probe, f"__{_name}__", _computing(getattr(operator, _name)))
    setattr(Probe, f"__r{_name}__", _computing(getattr(operator, _name), swapped=True))
