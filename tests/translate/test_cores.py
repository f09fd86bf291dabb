"""Quotas of control groups, as the kernel shows them."""

from pathlib import Path

import pytest

from pipeline.translate.engine import cores as module
from pipeline.translate.engine.cores import cores


def write(root: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 16),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, 16),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "150000 100000\n"}, 2),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "1000 100000\n"}, 1),
        # A unit of systemd has its own group; the tightest of all above it counts.
        (
            {
                "proc/self/cgroup": "0::/system.slice/babelwire.service\n",
                "sys/fs/cgroup/system.slice/babelwire.service/cpu.max": "800000 100000",
                "sys/fs/cgroup/system.slice/cpu.max": "300000 100000",
            },
            3,
        ),
        # Within a container the path is the host's, and the group at the top is its own.
        (
            {
                "proc/self/cgroup": "0::/docker/123\n",
                "sys/fs/cgroup/cpu.max": "200000 100000",
            },
            2,
        ),
        (
            {
                "proc/self/cgroup": "4:cpu,cpuacct:/user\n1:name=systemd:/\n",
                "sys/fs/cgroup/cpu,cpuacct/user/cpu.cfs_quota_us": "400000",
                "sys/fs/cgroup/cpu,cpuacct/user/cpu.cfs_period_us": "100000",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
            },
            4,
        ),
        ({"proc/self/cgroup": "rubbish\n0::/\n", "sys/fs/cgroup/cpu.max": "x y z"}, 16),
    ],
)
def test_threads_follow_the_quota(tmp_path, monkeypatch, files, expected):
    monkeypatch.setattr(module.os, "sched_getaffinity", lambda _: set(range(16)))
    assert cores(write(tmp_path, files)) == expected


def test_affinity_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(module.os, "sched_getaffinity", lambda _: {3})
    assert cores(tmp_path) == 1
