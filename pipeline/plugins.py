"""What other distributions add to babelwire through entry points: kinds of source, feed formats.

In: a group of entry points and what babelwire itself puts into it. Out: the things by name. A
plug-in that cannot be used stops nothing but itself: it is a PluginError with the name of its
distribution, in the log and in `Registry.faults`. Entry points are read once a process, and not
before a name is asked for that is not built in.

A distribution adds a kind of source and a format with this in its pyproject.toml; the name of an
entry point is the word in the settings (`kind = "gemtext"`, `formats = ["rss", "txt"]`):

    [project.entry-points."babelwire.kinds"]
    gemtext = "babelwire_gemtext:KIND"

    [project.entry-points."babelwire.formats"]
    txt = "babelwire_text:FORMAT"

The object it names is a `babelwire.ingest.Kind` or a `babelwire.syndicate.Format`: see there.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from threading import RLock
from typing import Generic, TypeVar

from pipeline.errors import BabelwireError, PluginError

log = logging.getLogger(__name__)

T = TypeVar("T")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """An entry point that can be loaded; `distribution` is the name and version it came with."""

    entry: EntryPoint
    distribution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the distributions of this Python offer to a group, found without importing them."""

    plugins: dict[str, Plugin] = field(default_factory=dict)
    faults: tuple[PluginError, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of entry points: its name, what is in it in words, the names that are built in."""

    name: str
    what: str
    built_in: tuple[str, ...]

    def knows(self, name: str) -> bool:
        """Whether something has this name, though it may turn out to be broken."""
        return name in self.built_in or name in self.offer.plugins

    def names(self) -> tuple[str, ...]:
        """The names something has: the built-in ones first, then those of plug-ins, sorted."""
        return (*self.built_in, *self.offer.plugins)

    @cached_property
    def offer(self) -> Offer:
        """What plug-ins bring, by name; of two with one name the distribution's name decides."""
        plugins: dict[str, Plugin] = {}
        faults: list[PluginError] = []
        for distribution, entry in sorted(_entries(self.name), key=lambda one: one[0]):
            if not _NAME.fullmatch(entry.name):
                faults.append(
                    _fault(distribution, f'"{entry.name[:40]}" is no name for a {self.what}')
                )
            elif entry.name in self.built_in:
                faults.append(_fault(distribution, f'its {self.what} "{entry.name}" is built in'))
            elif other := plugins.get(entry.name):
                reason = f'its {self.what} "{entry.name}" is that of {other.distribution} already'
                faults.append(_fault(distribution, reason, "uninstall one of the two"))
            else:
                plugins[entry.name] = Plugin(entry=entry, distribution=distribution)
        for fault in faults:
            log.warning("%s", fault)
        return Offer(plugins=dict(sorted(plugins.items())), faults=tuple(faults))


KINDS = Group(
    name="babelwire.kinds",
    what="kind of source",
    built_in=("folder", "urls", "feed", "sitemap", "index"),
)
FORMATS = Group(name="babelwire.formats", what="feed format", built_in=("rss", "atom", "json"))


class Registry(Generic[T]):
    """The things of a group by name, the built-in ones and those of plug-ins alike.

    Like an Enum it is indexed by name and iterates over its members: those that can be used, the
    built-in ones first. A thing must be of the type `contract`, and `fault` may say what else is
    wrong with one ("": nothing). Thread-safe.
    """

    def __init__(
        self,
        group: Group,
        contract: type[T],
        fault: Callable[[str, T], str] = lambda _name, _thing: "",
    ) -> None:
        self.group = group
        self._contract = contract
        self._fault = fault
        self._things: dict[str, T] = {}
        self._broken: dict[str, PluginError] = {}
        self._lock = RLock()

    def register(self, name: str, thing: T) -> None:
        """Add a built-in thing."""
        self._things[name] = thing

    def __getitem__(self, name: str) -> T:
        """The thing of this name; raises PluginError where there is none, or it is broken."""
        with self._lock:
            if name in self._things:
                return self._things[name]
            if name in self._broken:
                raise self._broken[name]
            plugin = self.group.offer.plugins.get(name)
            if plugin is None:
                known = ", ".join(self.group.names())
                raise PluginError(
                    name, f"is no {self.group.what}: there are {known}", "install its plug-in"
                )
            try:
                thing = self._loaded(name, plugin)
            except PluginError as error:
                self._broken[name] = error
                log.warning("%s", error, exc_info=error.__cause__)
                raise
            self._things[name] = thing
            return thing

    def _loaded(self, name: str, plugin: Plugin) -> T:
        about = f'its {self.group.what} "{name}"'
        try:
            thing = plugin.entry.load()
        except (Exception, SystemExit) as error:  # whatever a module does while it is imported
            reason = f"{about} cannot be loaded ({type(error).__name__}: {str(error)[:300]})"
            raise _fault(plugin.distribution, reason) from error
        if not isinstance(thing, self._contract):
            wanted = f"{self._contract.__module__}.{self._contract.__name__}"
            raise _fault(
                plugin.distribution, f"{about} is a {type(thing).__name__}, but must be a {wanted}"
            )
        if wrong := self._fault(name, thing):
            raise _fault(plugin.distribution, f"{about} {wrong}")
        return thing

    def usable(self) -> dict[str, T]:
        """Everything that can be used, by name; loads what was not."""
        found = {}
        for name in self.group.names():
            try:
                found[name] = self[name]
            except PluginError:
                continue  # logged when it was found, and in `faults`
        return found

    def __iter__(self) -> Iterator[T]:
        return iter(self.usable().values())

    def __len__(self) -> int:
        return len(self.usable())

    def origin(self, name: str) -> str:
        """The distribution a thing came with, as "name version"; "" for what is built in."""
        if name in self.group.built_in:
            return ""
        plugin = self.group.offer.plugins.get(name)
        return plugin.distribution if plugin else ""

    def faults(self) -> tuple[PluginError, ...]:
        """What is wrong with the plug-ins of this group; loads them all."""
        self.usable()
        return (*self.group.offer.faults, *self._broken.values())


@contextmanager
def contained(plugin: str, thing: str) -> Iterator[None]:
    """Whatever the block raises, which calls the plug-in, leaves it as an error of `thing`.

    What is no BabelwireError becomes one, a PluginError, with its traceback in the log; but nothing
    does where the block calls what is built in (`plugin` is "").
    """
    try:
        yield
    except Exception as error:
        if not plugin or isinstance(error, BabelwireError):
            raise
        log.warning("%s: plug-in %s broke", thing, plugin, exc_info=True)
        raise PluginError(
            thing,
            f"broke the plug-in {plugin} ({type(error).__name__}: {str(error)[:300]})",
            "report it to the plug-in's authors, with what the log says",
            retry=True,
        ) from error


def _entries(group: str) -> Iterator[tuple[str, EntryPoint]]:
    """The entry points of a group, each with its distribution's name and version."""
    for one in entry_points(group=group):
        known = one.dist
        yield (f"{known.name} {known.version}" if known else "of no distribution"), one


def _fault(distribution: str, reason: str, remedy: str = "") -> PluginError:
    return PluginError(
        f"plug-in {distribution}", reason, remedy or "upgrade or uninstall it, and start again"
    )
