"""Manage the installed models: Argos packages in one folder.

`Models` takes the packages folder and the address of a package index. It lists, installs, updates,
verifies, bundles and removes models, and finds routes between languages.
Raises NoModel when a model or route is missing; ModelError for packages, downloads or folders that
are unusable. A broken package does not hide the others.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from pipeline.errors import ModelError, NoModel
from pipeline.options import PACKAGE_INDEX, TranslateOptions
from pipeline.translate.packages import bundles
from pipeline.translate.packages.folder import PackageFolder
from pipeline.translate.packages.index import Offer, number, read_index
from pipeline.translate.packages.package import Model, sha256
from pipeline.translate.packages.routes import SAME, fit, reads, serves, shortest
from pipeline.translate.packages.unpacking import read_package_file

EMBEDDED: tuple[Path, ...] = tuple(
    sorted((Path(__file__).parents[1] / "embedded").glob("*.argosmodel"))
)
"""The packages that come with babelwire, one for each pair of languages."""
_EARLIER = frozenset(
    (
        "eb4e408d345bdbe2d1d0e7dc81e3a60f1144b10d73ec49b122842934bbdd85dd",
        "5e1798ab404b1232f909c095543baa9cd4bbc9907bf20448ade7cc2f53827965",
        "07c583f19a78804674f1e142d0ddde7039b3caa03e5206c7aab9de6cb537a3bc",
        "1db26e52725d50cf165292a0649249207a28a3785b006b19b5624f20fce24ac4",
        "ec492231af72ec331d385b4260e785e2f8077f3146f729d8dfadc7403fa3cc58",
    )
)
"""SHA-256 of packages that earlier versions of babelwire came with; newer ones replace them."""

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""Called during a download: the package's name, bytes so far, bytes in all (0: not known)."""


def _no_progress(_name: str, _done: int, _total: int) -> None:
    """Report nothing."""


class Models:
    """The models in `packages_dir`. Threads and processes may share the folder.

    `index` is the address of an Argos package index, of a mirror or of a folder on disk. With
    `requantise`, models with int8 weights are used with smaller ones (see `requantise`).
    """

    def __init__(
        self, packages_dir: Path, index: str = PACKAGE_INDEX, *, requantise: bool = True
    ) -> None:
        self.packages_dir = Path(packages_dir)
        self.index = index
        self._folder = PackageFolder(self.packages_dir, requantise=requantise)
        self._ensured = False

    @classmethod
    def of(cls, options: TranslateOptions, *, embedded: bool = True) -> "Models":
        """Return the models of the settings; with `embedded`, embedded packages are installed.

        Raises ModelError when they cannot be.
        """
        models = cls(options.packages_dir, options.package_index, requantise=options.requantise)
        if embedded:
            models.ensure_embedded()
        return models

    def ensure_embedded(self) -> None:
        """Install the packages that come with babelwire, unless there is one or it was removed.

        One that an earlier version came with is replaced. Packages that were not requantised at
        their installation are now. Cheap when there is nothing to do. Raises ModelError when the
        folder cannot be written.
        """
        if self._ensured:
            return
        for file in EMBEDDED:
            if self._is_coming(file):
                self._folder.install_if(file, partial(self._is_coming, file))
        self._folder.requantise()
        self._ensured = True

    def coming(self) -> tuple[tuple[str, str], ...]:
        """Return the language pairs that `ensure_embedded` will install a package for."""
        found = [read_package_file(file)[1] for file in EMBEDDED if self._is_coming(file)]
        return tuple((one.from_code, one.to_code) for one in found)

    def _is_coming(self, file: Path) -> bool:
        """Return whether an embedded package is neither installed, replaced nor removed by hand."""
        folder, about = read_package_file(file)
        pair = about.from_code, about.to_code
        return not self._folder.was_removed(folder, *pair) and all(
            one.archive in _EARLIER for one in self._of(pair)
        )

    def _of(self, pair: tuple[str, str]) -> list[Model]:
        return [one for one in self.installed() if (one.from_code, one.to_code) == pair]

    def installed(self) -> list[Model]:
        """Return the newest usable model of each language pair, ordered by pair.

        A folder without a usable package is skipped with a warning.
        """
        found: dict[tuple[str, str], Model] = {}
        for model in self._folder.models():
            pair = (model.from_code, model.to_code)
            if pair not in found or number(model.version) > number(found[pair].version):
                found[pair] = model
        return [found[pair] for pair in sorted(found)]

    def route(self, source: str, target: str) -> tuple[Model, ...]:
        """Return the models from `source` to `target`: direct, else through English, else shortest.

        Raises NoModel when there is no route.
        """
        chain = shortest(self.installed(), source, target)
        if not chain:
            raise NoModel(
                f"{source} → {target}",
                "no installed model leads there",
                f"babelwire models install {source} {target}",
            )
        return chain

    def stays(self, source: str, target: str) -> bool:
        """Return whether a text in `source` needs no translation for who reads `target`.

        So it is if it is in the same variant of the language, or in another one of the same script
        ("pt-PT" for "pt-BR"), unless a package leads from one to the other.
        """
        if serves(source, target) >= SAME:
            return True
        return reads(source, target) and len(shortest(self.installed(), source, target)) != 1

    def current(self, model: Model) -> Model:
        """Return the model, or the one that has replaced it. Raises NoModel if it was removed."""
        if model.path.exists():
            return model
        return self._installed_pairs([(model.from_code, model.to_code)])[0]

    def available(self) -> list[Offer]:
        """Return the newest package of each pair in the package index. Raises ModelError."""
        return read_index(self.index)

    def install_file(self, path: Path) -> Model:
        """Install an `.argosmodel` file; it replaces other packages of its pair.

        Raises ModelError when the file is not an Argos package, broken or unsafe, or the folder
        cannot be written; then nothing has changed.
        """
        return self._folder.install(Path(path))

    def install_bundle(self, path: Path) -> list[Model]:
        """Install the packages of a bundle; nothing of a damaged one. Raises ModelError."""
        with (
            self._folder.writable(),
            tempfile.TemporaryDirectory(dir=self._folder.downloads()) as folder,
        ):
            return [self._folder.install(one) for one in bundles.unpack(path, Path(folder))]

    def install_pair(
        self, source: str, target: str, progress: Progress = _no_progress
    ) -> list[Model]:
        """Fetch the newest package for a pair from the index and install it.

        A package that comes with babelwire needs no index if it was removed, or is damaged.
        Without a direct package the missing ones of the best route are installed. Raises NoModel
        when there is no such package; ModelError without a network, or for a broken package.
        """
        if own := self._own_again(source, target):
            return [own]
        offers = self.available()
        return [
            self._fetch(one, progress, self._folder.install)
            for one in self._best_route(source, target, offers)
            if isinstance(one, Offer)
        ]

    def _own_again(self, source: str, target: str) -> Model | None:
        """Install a package that comes with babelwire if it is asked for, and gone or damaged."""
        for file in EMBEDDED:
            _, about = read_package_file(file)
            if fit(about, source, target) < SAME:
                continue
            there = self._of((about.from_code, about.to_code))
            own = [one for one in there if one.archive == sha256(file)]
            if not there or any(one.faults() for one in own):
                return self._folder.install(file)
        return None

    def install_url(self, url: str, progress: Progress = _no_progress) -> Model:
        """Fetch a package file from a URL and install it. Raises ModelError."""
        name = Path(url.split("?")[0]).name
        return self._fetch(Offer("", "", "", "", name, (url,)), progress, self._folder.install)

    def updates(self, pairs: Sequence[tuple[str, str]] = ()) -> list[tuple[Model, Offer]]:
        """Return the installed models of `pairs` (none: all) for which the index has newer ones.

        Raises NoModel when one is not installed; ModelError without the index.
        """
        offered = {(one.from_code, one.to_code): one for one in self.available()}
        found = []
        for model in self._installed_pairs(pairs):
            offer = offered.get((model.from_code, model.to_code))
            if offer is not None and number(offer.version) > number(model.version):
                found.append((model, offer))
        return found

    def update(self, offer: Offer, progress: Progress = _no_progress) -> Model:
        """Fetch an offer and install it in place of the older version. Raises ModelError."""
        return self._fetch(offer, progress, self._folder.install)

    def verify(
        self, pairs: Sequence[tuple[str, str]] = (), *, thorough: bool = True
    ) -> list[tuple[Model, list[str]]]:
        """Return each installed model of `pairs` (none: all) with the faults of its files.

        `thorough` compares the checksums of all files, otherwise names and sizes only. Raises
        NoModel when one is not installed.
        """
        return [(one, one.faults(thorough=thorough)) for one in self._installed_pairs(pairs)]

    def of_pair(self, source: str, target: str) -> list[Model]:
        """Return every installed version of the package of exactly this pair.

        Raises NoModel when there is none, also if one for another variant ("pb", "pt") is.
        """
        found = [m for m in self._folder.models() if fit(m, source, target) >= SAME]
        if not found:
            others = [m for m in self.installed() if fit(m, source, target)]
            named = f"; {others[0].from_code} to {others[0].to_code} is" if others else ""
            raise NoModel(f"{source} → {target}", f"not installed{named}", "babelwire models list")
        best = max(fit(m, source, target) for m in found)
        return [m for m in found if fit(m, source, target) == best]

    def remove(self, source: str, target: str) -> None:
        """Remove every version of a pair's package. Raises NoModel when none is installed."""
        self._folder.discard(self.of_pair(source, target), by_hand=True)

    def bundle(
        self, pairs: Sequence[tuple[str, str]], path: Path, progress: Progress = _no_progress
    ) -> list[bundles.Part]:
        """Write a bundle of the models of `pairs` to `path` and return its parts.

        Installed models are packed, others are fetched from the index. Raises ModelError, also for
        an installed model whose files have changed.
        """
        offers: list[Offer] | None = None
        wanted: dict[tuple[str, str], Model | Offer] = {}
        for source, target in pairs:
            chain: Sequence[Model | Offer] = shortest(self.installed(), source, target)
            if len(chain) != 1 or not _is_asked(chain, source, target):
                # The index may have a direct model, which is better than a route.
                try:
                    offers = self.available() if offers is None else offers
                    chain = self._best_route(source, target, offers)
                except ModelError:
                    if not chain or not _is_asked(chain, source, target):
                        raise
            if not _is_asked(chain, source, target):
                there = ", ".join(f"{one.from_code}:{one.to_code}" for one in chain)
                reason = f"there are only models of another variant ({there})"
                raise NoModel(f"{source} → {target}", reason, "ask for those, if they will do")
            wanted |= {(one.from_code, one.to_code): one for one in chain}
        with (
            self._folder.writable(),
            tempfile.TemporaryDirectory(dir=self._folder.downloads()) as folder,
        ):
            files = [self._file(one, Path(folder), progress) for one in wanted.values()]
            return bundles.write(files, path)

    def _file(self, one: Model | Offer, folder: Path, progress: Progress) -> tuple[Path, str]:
        """Return the package file of an installed or offered package, and its licence."""
        if isinstance(one, Offer):

            def keep(path: Path) -> Path:
                return Path(shutil.move(path, folder / f"{one.key}.argosmodel"))

            return self._fetch(one, progress, keep), one.licence
        faults = one.faults()
        if any("checksum" in fault or "bytes" in fault or "read" in fault for fault in faults):
            remedy = f"babelwire models install {one.from_code} {one.to_code}"
            raise ModelError(one.key, f"is damaged ({faults[0]})", remedy)
        return bundles.pack(one, folder), one.licence

    def _best_route(
        self, source: str, target: str, offers: Sequence[Offer]
    ) -> tuple[Model | Offer, ...]:
        """Return the best route over offers and installed models; a direct offer comes first.

        Raises NoModel.
        """
        direct = shortest(offers, source, target)
        if len(direct) == 1:
            return direct
        # Installed models first: they are preferred to offers of the same pair.
        candidates: list[Model | Offer] = [*self.installed(), *offers]
        chain = shortest(candidates, source, target)
        if len(chain) == 1 or not chain:
            raise NoModel(
                f"{source} → {target}",
                "the package index has no such package, nor a route over other languages",
                "see `babelwire models available`",
            )
        return chain

    def _fetch(self, offer: Offer, progress: Progress, then: Callable[[Path], T]) -> T:
        """Download an offer's file, return what `then` makes of it, and delete the file."""
        from pipeline.translate.packages.downloads import fetch  # with requests: takes long

        with self._folder.writable():
            path = fetch(
                offer.links,
                self._folder.downloads(),
                f"{offer.key.strip('_-')}.argosmodel",
                offer.sha256,
                lambda done, total: progress(offer.key.strip("_-"), done, total),
            )
            try:
                return then(path)
            finally:
                path.unlink(missing_ok=True)

    def _installed_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Model]:
        """Return the installed models of `pairs` (none: all). Raises NoModel for a missing one."""
        models = self.installed()
        wanted = list(pairs)
        if not wanted:
            return models
        found: dict[str, Model] = {}
        for source, target in wanted:
            best = max((fit(m, source, target) for m in models), default=0)
            if not best:
                raise NoModel(f"{source} → {target}", "not installed", "babelwire models list")
            found |= {m.key: m for m in models if fit(m, source, target) == best}
        return list(found.values())


def _is_asked(chain: Sequence[Model | Offer], source: str, target: str) -> bool:
    """Return whether a chain has the variants of its two languages that were asked for."""
    return min(serves(chain[0].from_code, source), serves(chain[-1].to_code, target)) >= SAME
