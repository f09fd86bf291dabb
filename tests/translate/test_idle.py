"""Models leave memory when nothing uses them, and come back when something does."""

import weakref

from pipeline.options import TranslateOptions
from pipeline.translate import Models
from pipeline.translate.engine.engine import Engine
from tests.conftest import BEAM
from tests.waiting import until


class Looking(Engine):
    """Counts how often it looked for models that are idle."""

    looks = 0

    def release_idle(self) -> None:
        super().release_idle()
        self.looks += 1


def test_idle_model_is_released_and_loaded_again(packages):
    model = Models(packages).installed()[0]
    engine = Engine(TranslateOptions(packages_dir=packages, unload_after=0.1, beam_size=BEAM))
    gone = weakref.ref(engine.load(model).translator)
    until(lambda: engine.loaded() == [])
    until(lambda: gone() is None)
    [done] = engine.load(model).translate(["It rains."])
    assert done.text
    until(lambda: engine.loaded() == [])


def test_model_in_use_stays(packages):
    model = Models(packages).installed()[0]
    options = TranslateOptions(
        packages_dir=packages, unload_after=0.05, batch_tokens=16, beam_size=BEAM
    )
    engine = Looking(options)
    running = engine.load(model).translate([f"The house number {n} is red." for n in range(20)])
    next(running)
    until(lambda: engine.looks >= 3)  # in the middle of a translation
    assert engine.loaded() == [model.key]
    assert len(list(running)) == 19
    until(lambda: engine.loaded() == [])


def test_without_a_limit_models_stay(packages):
    model = Models(packages).installed()[0]
    engine = Engine(TranslateOptions(packages_dir=packages, unload_after=0))
    engine.load(model)
    assert engine._timer is None
    assert engine.loaded() == [model.key]
