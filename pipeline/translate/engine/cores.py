"""Find out how many CPUs this process may use.

`cores` reads the CPU affinity and the quotas of control groups, and returns a number of threads.
A container or a systemd unit with a quota (`cpus: 1.5`, `CPUQuota=150%`) sees all CPUs of the
machine but may use only a few: the kernel would suspend more threads. Never raises.
"""

import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def cores(root: Path = Path("/")) -> int:
    """Return the CPUs that this process may use: the least of affinity and quotas, rounded up.

    `root` is the folder of /proc and /sys; tests replace it.
    """
    count = len(os.sched_getaffinity(0))
    quotas = [quota for quota in _quotas(root) if quota > 0]
    return max(1, min([count, *map(math.ceil, quotas)]))


def _quotas(root: Path) -> Iterator[float]:
    """Yield the quotas of this process's control group and of its ancestors, in CPUs."""
    groups = root / "sys/fs/cgroup"
    try:
        lines = (root / "proc/self/cgroup").read_text("utf-8").splitlines()
    except OSError:
        return  # no control groups on this system, so no quota
    for line in lines:
        number, controllers, place = (*line.split(":", 2), "", "")[:3]
        # In a container the path may be the host's; then the container's own group is the root.
        parts = PurePosixPath(place.lstrip("/")).parts
        ancestors = [Path(*parts[:depth]) for depth in range(len(parts), -1, -1)]
        if number == "0" and not controllers:
            for group in ancestors:
                yield _version_2(groups / group)
        elif "cpu" in controllers.split(","):
            for group in ancestors:
                yield _version_1(groups / "cpu" / group)
                yield _version_1(groups / controllers / group)


def _version_2(group: Path) -> float:
    """Return the quota in cpu.max ("150000 100000"), 0 for none. See the kernel's cgroup-v2.rst."""
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
