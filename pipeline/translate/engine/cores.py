"""How many CPUs this process may keep busy.

In goes what the kernel says of affinity and control groups, out comes a number of threads. A
container or a systemd unit with a quota (`cpus: 1.5`, `CPUQuota=150%`) sees all CPUs of the machine
and may use few: more threads than that would only be stopped in the middle of their work.
"""

import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def cores(root: Path = Path("/")) -> int:
    """CPUs this process may use: its affinity, and the tightest quota over it, rounded up.

    `root` is where /proc and /sys are, for tests.
    """
    count = len(os.sched_getaffinity(0))
    quotas = [quota for quota in _quotas(root) if quota > 0]
    return max(1, min([count, *map(math.ceil, quotas)]))


def _quotas(root: Path) -> Iterator[float]:
    """The quotas of this process's control group and of all above it, in CPUs."""
    groups = root / "sys/fs/cgroup"
    try:
        lines = (root / "proc/self/cgroup").read_text("utf-8").splitlines()
    except OSError:
        return  # no control groups here, so no quota to respect
    for line in lines:
        number, controllers, place = (*line.split(":", 2), "", "")[:3]
        # Within a container the path may be one of the host: its own group is at the top then.
        parts = PurePosixPath(place.lstrip("/")).parts
        every = [Path(*parts[:depth]) for depth in range(len(parts), -1, -1)]
        if number == "0" and not controllers:
            for group in every:
                yield _version_2(groups / group)
        elif "cpu" in controllers.split(","):
            for group in every:
                yield _version_1(groups / "cpu" / group)
                yield _version_1(groups / controllers / group)


def _version_2(group: Path) -> float:
    """The quota in a cpu.max ("150000 100000"); 0 for none. See the kernel's cgroup-v2.rst."""
    try:
        quota, period = (group / "cpu.max").read_text("ascii").split()
        return 0.0 if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return 0.0


def _version_1(group: Path) -> float:
    try:
        quota = int((group / "cpu.cfs_quota_us").read_text("ascii"))
        return quota / int((group / "cpu.cfs_period_us").read_text("ascii"))
    except (OSError, ValueError, ZeroDivisionError):
        return 0.0
