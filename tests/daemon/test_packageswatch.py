"""The daemon notices models that another process installs."""

from types import SimpleNamespace

from pipeline.daemon.packageswatch import PackagesWatch
from pipeline.translate import Models
from pipeline.translate.packages import folder as folders
from tests.translate.packages import small_package, untried


def test_new_other_and_removed_packages_are_noticed(tmp_path):
    def settings(name: str):
        return SimpleNamespace(translate=SimpleNamespace(packages_dir=tmp_path / name))

    watch = PackagesWatch(settings("packages"))
    assert not watch.changed(settings("packages"))
    models = Models(tmp_path / "packages")
    for change in (
        lambda: models.install_file(small_package(tmp_path / "a", "de", "en")),
        lambda: models.install_file(small_package(tmp_path / "a", "de", "en")),  # once more
        lambda: models.install_file(small_package(tmp_path / "b", "de", "en", "1.1")),
        lambda: models.remove("de", "en"),
    ):
        with untried():
            change()
        assert watch.changed(settings("packages"))
        assert not watch.changed(settings("packages"))
    with untried():
        models.install_file(small_package(tmp_path / "a", "de", "en"))
    assert watch.changed(settings("packages"))
    [weights] = (tmp_path / "packages").rglob("model.bin")
    for content in (b"broken", b"repaired"):  # by hand, in its place
        weights.write_bytes(content)
        assert watch.changed(settings("packages"))
        assert not watch.changed(settings("packages"))
    assert watch.changed(settings("elsewhere"))
    (tmp_path / "packages" / folders.DOWNLOADS).mkdir()
    assert watch.changed(settings("packages"))
    (tmp_path / "packages" / folders.DOWNLOADS / "x").touch()
    assert not watch.changed(settings("packages"))
