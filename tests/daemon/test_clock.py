"""A clock that is set, and one that only drifts."""

from pipeline.daemon.clock import Clock


def test_a_clock_that_is_set_is_noticed_once_and_one_that_drifts_never():
    wall, steady = 1_000_000.0, 50.0
    clock = Clock(lambda: wall, lambda: steady)
    for _ in range(100):
        wall, steady = wall + 2.5, steady + 2.0
        assert clock.jump() == 0
    assert not clock.is_set()
    wall -= 86_400
    assert clock.is_set()
    assert clock.jump() == -86_400
    assert clock.jump() == 0
    wall += 3_600  # the machine slept
    assert clock.jump() == 3_600
