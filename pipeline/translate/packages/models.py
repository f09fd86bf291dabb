"""Installed models: Argos packages in one folder of the project's own.

In goes the packages folder, out come its models and the routes between languages. A broken package
never hides the others; a file that is no package is refused before anything is written.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from pipeline.errors import ModelError, NoModel
from pipeline.options import PACKAGE_INDEX, TranslateOptions
from pipeline.translate.packages import bundles, downloads
from pipeline.translate.packages.folder import PackageFolder
from pipeline.translate.packages.index import Offer, number, read_index
from pipeline.translate.packages.package import Model
from pipeline.translate.packages.routes import serves, shortest
from pipeline.translate.packages.unpacking import read_archive

EMBEDDED = Path(__file__).parents[1] / "embedded" / "translate-en_pt-1_0.argosmodel"

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""Told of a download: the package's name, the bytes that are there, those in all (0: unknown)."""


def _silent(_name: str, _there: int, _whole: int) -> None:
    """Nobody watches."""


class Models:
    """The models in `packages_dir`. Threads and processes may share the folder.

    `index` is the address of an Argos package index, of a mirror or of a folder on disk.
    """

    def __init__(self, packages_dir: Path, index: str = PACKAGE_INDEX) -> None:
        self.packages_dir = Path(packages_dir)
        self.index = index
        self._folder = PackageFolder(self.packages_dir)
        self._ensured = False

    @classmethod
    def of(cls, options: TranslateOptions) -> "Models":
        """The models that the settings name, with the package that comes with babelwire."""
        models = cls(options.packages_dir, options.package_index)
        models.ensure_embedded()
        return models

    def ensure_embedded(self) -> None:
        """Install the package that comes with babelwire, unless it is there or was removed by hand.

        Cheap when there is nothing to do. Raises ModelError where the folder cannot be written.
        """
        if self._ensured:
            return
        folder, about = read_archive(EMBEDDED)

        def wanted() -> bool:
            return not self._folder.was_removed(folder, about.from_code, about.to_code) and all(
                (one.from_code, one.to_code) != (about.from_code, about.to_code)
                for one in self.installed()
            )

        if wanted():
            self._folder.install_if(EMBEDDED, wanted)
        self._ensured = True

    def installed(self) -> list[Model]:
        """The usable models, the newest version of each pair, ordered by pair.

        A folder that holds no usable package is logged with the reason and passed over.
        """
        found: dict[tuple[str, str], Model] = {}
        for model in self._folder.models():
            pair = (model.from_code, model.to_code)
            if pair not in found or number(model.version) > number(found[pair].version):
                found[pair] = model
        return [found[pair] for pair in sorted(found)]

    def route(self, source: str, target: str) -> tuple[Model, ...]:
        """The chain of models from `source` to `target`: direct, through English, any shortest.

        Raises NoModel where none leads there.
        """
        chain = shortest(self.installed(), source, target)
        if not chain:
            raise NoModel(
                f"{source} → {target}",
                "no installed model leads there",
                f"babelwire models install {source} {target}",
            )
        return chain

    def current(self, model: Model) -> Model:
        """The model itself, or what replaced it since. Raises NoModel where nothing did."""
        if model.path.exists():
            return model
        return self._installed_pairs([(model.from_code, model.to_code)])[0]

    def available(self) -> list[Offer]:
        """What the package index offers: the newest package of each pair. Raises ModelError."""
        return read_index(self.index)

    def install_file(self, path: Path) -> Model:
        """Install an `.argosmodel` file; the same package again is replaced in one step.

        Raises ModelError where the file is no Argos package, broken or unsafe, or the folder
        cannot be written; nothing has changed then.
        """
        return self._folder.install(Path(path))

    def install_bundle(self, path: Path) -> list[Model]:
        """Install what a bundle holds. Raises ModelError; nothing is installed of a damaged one."""
        with (
            self._folder.writable(),
            tempfile.TemporaryDirectory(dir=self._folder.downloads()) as folder,
        ):
            return [self._folder.install(one) for one in bundles.unpack(path, Path(folder))]

    def install_pair(self, source: str, target: str, progress: Progress = _silent) -> list[Model]:
        """Fetch the newest package for a pair from the index and install it.

        Where there is no direct one, those of the best way are, as far as they are missing.
        Raises ModelError where there is no network, no such package, or what came is broken.
        """
        offers = self.available()
        return [
            self._fetch(one, progress, self._folder.install)
            for one in self._way(source, target, offers)
            if isinstance(one, Offer)
        ]

    def install_url(self, url: str, progress: Progress = _silent) -> Model:
        """Fetch a package file from an address and install it. Raises ModelError."""
        name = Path(url.split("?")[0]).name
        return self._fetch(Offer("", "", "", "", name, (url,)), progress, self._folder.install)

    def updates(self, pairs: Sequence[tuple[str, str]] = ()) -> list[tuple[Model, Offer]]:
        """The installed models (none given: all) of which the index has newer ones."""
        offered = {(one.from_code, one.to_code): one for one in self.available()}
        found = []
        for model in self._installed_pairs(pairs):
            offer = offered.get((model.from_code, model.to_code))
            if offer is not None and number(offer.version) > number(model.version):
                found.append((model, offer))
        return found

    def update(self, offer: Offer, progress: Progress = _silent) -> Model:
        """Fetch an offer and install it in place of the older version. Raises ModelError."""
        return self._fetch(offer, progress, self._folder.install)

    def verify(
        self, pairs: Sequence[tuple[str, str]] = (), *, thorough: bool = True
    ) -> list[tuple[Model, list[str]]]:
        """Each of the installed models (none given: all) with what is wrong with its files.

        `thorough` compares the checksums of all files, else names and sizes are.
        """
        return [(one, one.faults(thorough=thorough)) for one in self._installed_pairs(pairs)]

    def remove(self, source: str, target: str) -> None:
        """Remove every version of a pair's package. Raises NoModel where none is installed."""
        pairs = {
            (m.from_code, m.to_code)
            for m in self.installed()
            if serves(m.from_code, source) and serves(m.to_code, target)
        }
        if not pairs:
            raise NoModel(f"{source} → {target}", "not installed", "babelwire models list")
        doomed = [m for m in self._folder.models() if (m.from_code, m.to_code) in pairs]
        self._folder.discard(doomed, by_hand=True)

    def bundle(
        self, pairs: Sequence[tuple[str, str]], path: Path, progress: Progress = _silent
    ) -> list[bundles.Part]:
        """Write a bundle of the models of these pairs to `path`; what is in it.

        Installed ones are taken as they are, others fetched from the index. Raises ModelError;
        a model that is not what was installed is refused.
        """
        offers: list[Offer] | None = None
        wanted: dict[tuple[str, str], Model | Offer] = {}
        for source, target in pairs:
            chain: Sequence[Model | Offer] = shortest(self.installed(), source, target)
            if len(chain) != 1:
                # Only a direct model is as good as what the index may have.
                try:
                    offers = self.available() if offers is None else offers
                    chain = self._way(source, target, offers)
                except ModelError:
                    if not chain:
                        raise
            wanted |= {(one.from_code, one.to_code): one for one in chain}
        with (
            self._folder.writable(),
            tempfile.TemporaryDirectory(dir=self._folder.downloads()) as folder,
        ):
            files = [self._file(one, Path(folder), progress) for one in wanted.values()]
            return bundles.write(files, path)

    def _file(self, one: Model | Offer, folder: Path, progress: Progress) -> tuple[Path, str]:
        """The package file of an installed or offered package, and its licence."""
        if isinstance(one, Offer):

            def keep(path: Path) -> Path:
                return Path(shutil.move(path, folder / f"{one.key}.argosmodel"))

            return self._fetch(one, progress, keep), one.licence
        faults = one.faults()
        if any("checksum" in fault or "bytes" in fault or "read" in fault for fault in faults):
            remedy = f"babelwire models install {one.from_code} {one.to_code}"
            raise ModelError(one.key, f"is damaged ({faults[0]})", remedy)
        return bundles.pack(one, folder), one.licence

    def _way(self, source: str, target: str, offers: Sequence[Offer]) -> tuple[Model | Offer, ...]:
        """The best way over what is offered and installed; a direct package is always fetched."""
        direct = shortest(offers, source, target)
        if len(direct) == 1:
            return direct
        # An installed model is as good as an offer of its pair, and there already.
        there: list[Model | Offer] = [*self.installed(), *offers]
        chain = shortest(there, source, target)
        if len(chain) == 1 or not chain:
            raise NoModel(
                f"{source} → {target}",
                "the package index has no such package, nor a way over other languages",
                "see `babelwire models available`",
            )
        return chain

    def _fetch(self, offer: Offer, progress: Progress, then: Callable[[Path], T]) -> T:
        """Bring an offer's file here and do something with it; then it goes."""
        with self._folder.writable():
            path = downloads.fetch(
                offer.links,
                self._folder.downloads(),
                f"{offer.key.strip('_-')}.argosmodel",
                offer.sha256,
                lambda there, whole: progress(offer.key.strip("_-"), there, whole),
            )
            try:
                return then(path)
            finally:
                path.unlink(missing_ok=True)

    def _installed_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Model]:
        """The installed models of these pairs (none: all). Raises NoModel for a missing one."""
        models = self.installed()
        wanted = list(pairs)
        if not wanted:
            return models
        found: dict[str, Model] = {}
        for source, target in wanted:
            fit = [m for m in models if serves(m.from_code, source) and serves(m.to_code, target)]
            if not fit:
                raise NoModel(f"{source} → {target}", "not installed", "babelwire models list")
            found |= {one.key: one for one in fit}
        return list(found.values())
