"""The options of the stages, with measured or safe defaults.

The same classes are the sections `[fetch]`, `[poll]`, `[translate]` and `[compute]` of the settings
file, so that an option has one name, one type and one default everywhere. A wrong key or value
raises pydantic's ValidationError; `config` turns it into messages for users.
"""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.scheduleraddress import parsed

PACKAGE_INDEX = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
"""The package index of Argos Translate."""

_TOTAL = 60.0  # seconds


class Options(BaseModel):
    """Base class: frozen, and an unknown key is an error, so that no misspelt key is ignored."""

    # Each is built when it is first used, which few are alone: the settings as a whole have all.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class FetchOptions(Options):
    """How pages are fetched. Times in seconds, sizes in bytes.

    `timeout` is how long a server may be silent, `connect_timeout` how long connecting to it may
    take, `total_timeout` how long one document may take with all its redirects (default: a minute,
    or three times the `timeout` if that is longer). `max_bytes` limits the decompressed document.
    Only public addresses are connected to, except those in `allow_private_hosts`: host names, IP
    addresses or networks ("10.0.0.0/8"), each with or without a port ("[::1]:8080"). `concurrency`
    is how many sources are visited at once.

    `host_delay` is the pause between two requests to one host, unless its robots.txt asks for a
    longer one. `host_concurrency` is how many requests to one host may run at once. `max_wait` is
    how long a request waits for its turn, or for a host that asked to wait, before it is postponed.
    """

    timeout: float = Field(default=20.0, gt=0, le=600)
    connect_timeout: float = Field(default=10.0, gt=0, le=600)
    total_timeout: float = Field(default=_TOTAL, gt=0, le=3600)
    max_bytes: int = Field(default=10_000_000, ge=1_000)
    concurrency: int = Field(default=8, ge=1, le=64)
    max_redirects: int = Field(default=8, ge=0, le=30)
    user_agent: str = Field(default="", max_length=300)
    contact: str = Field(default="", max_length=200)
    allow_private_hosts: tuple[str, ...] = ()
    host_delay: float = Field(default=1.0, ge=0, le=3600)
    host_concurrency: int = Field(default=1, ge=1, le=16)
    max_wait: float = Field(default=30.0, ge=0, le=3600)
    obey_robots: bool = True

    @model_validator(mode="before")
    @classmethod
    def _total(cls, values: Any) -> Any:
        """Let a `timeout` of more than 20 seconds come to pass: a fetch may take longer in all."""
        timeout = values.get("timeout") if isinstance(values, dict) else None
        if not isinstance(timeout, int | float) or "total_timeout" in values:
            return values
        return values | {"total_timeout": min(max(_TOTAL, 3.0 * timeout), 3600.0)}

    def within(self, seconds: float) -> Self:
        """These options where somebody waits for the answer: a document takes at most so many
        seconds, and a request waits for its turn a quarter of them."""
        most = {"timeout": seconds, "total_timeout": seconds, "max_wait": seconds / 4}
        return self.model_copy(
            update={name: min(getattr(self, name), bound) for name, bound in most.items()}
        )


class PollOptions(Options):
    """How often sources are polled. Times in seconds.

    `first` is the interval of a source that has none in the settings, until it is known how often
    it changes. With `adaptive`, a source that does not change is polled less often, at most
    `longest` apart; one without an interval of its own is polled more often when it changes, at
    least `shortest` apart.
    """

    adaptive: bool = True
    first: float = Field(default=1_800.0, ge=1)
    shortest: float = Field(default=600.0, ge=1)
    longest: float = Field(default=86_400.0, ge=1)


ComputeType = Literal[
    "default",
    "auto",
    "int8",
    "int8_float32",
    "int8_float16",
    "int8_bfloat16",
    "int16",
    "float16",
    "bfloat16",
    "float32",
]


class TranslateOptions(Options):
    """How text is translated.

    `packages_dir` is the folder of installed Argos packages, `package_index` the address or folder
    of the index that others are downloaded from. With `install_missing`, a model that is needed and
    not installed is downloaded.

    `batch_tokens` is the size of one batch in source tokens, `threads` the number of CPU threads
    (0: as many as this process may use). At most `max_loaded` models stay loaded, the most recently
    used; a model unused for `unload_after` seconds is unloaded (0: never). `device_index` is the
    number of the GPU. `compute_type` is the number format CTranslate2 computes in ("default": the
    package's, "auto": the fastest on the device). With `requantise`, models with int8 weights are
    used in a copy with smaller ones, with which processors without VNNI multiply exactly.

    `beam_size` is the number of hypotheses in beam search. `length_penalty` is the exponent of the
    length that scores are divided by. `no_repeat_ngram` is the length in tokens of n-grams that may
    not repeat (0: all may). Sentences longer than `segment_tokens` are cut into pieces. If more
    than the share `max_failed_share` of an article's segments stays untranslated because every
    attempt failed, the article is not published.
    """

    packages_dir: Path = Path("packages")
    package_index: str = Field(default=PACKAGE_INDEX, min_length=1, max_length=2000)
    install_missing: bool = False
    beam_size: int = Field(default=1, ge=1, le=32)
    length_penalty: float = Field(default=0.2, ge=0, le=5)
    no_repeat_ngram: int = Field(default=0, ge=0, le=20)
    segment_tokens: int = Field(default=64, ge=16, le=1024)
    batch_tokens: int = Field(default=1536, ge=16, le=65_536)
    threads: int = Field(default=0, ge=0, le=1024)
    max_loaded: int = Field(default=4, ge=1, le=100)
    unload_after: float = Field(default=900.0, ge=0, le=366 * 86_400)
    device: Literal["auto", "cpu", "cuda"] = "auto"
    device_index: int = Field(default=0, ge=0)
    compute_type: ComputeType = "default"
    requantise: bool = True
    max_failed_share: float = Field(default=0.3, ge=0, le=1)


class ComputeOptions(Options):
    """Where translations and extractions are computed.

    `scheduler` is the address of the scheduler that workers are connected to ("": they are computed
    in this process). It is "tls://host:port", or "tcp://127.0.0.1:port" on this machine only. With
    `embedded`, the daemon runs the scheduler itself. `certificates` is the folder that `babelwire
    cluster certificates` has written. `wait` is for how many seconds work waits for a worker before
    it is computed in this process.
    """

    scheduler: str = Field(default="", max_length=300)
    embedded: bool = False
    certificates: Path | None = None
    wait: float = Field(default=15.0, ge=0, le=600)

    @field_validator("scheduler")
    @classmethod
    def _is_address(cls, text: str) -> str:
        return str(parsed(text)) if text else ""


class Term(Options):
    """A term of a glossary: words of the source language and their translation.

    `target` "" keeps the term untranslated. `forms` maps further forms of the source term (plural,
    cases) to their translations. With `case`, upper and lower case must match. A term matches whole
    words only, not parts of words or of hyphenated words, unless `part` is set. `language` is the
    language of the articles it applies to ("": any).
    """

    source: str = Field(min_length=1, max_length=200)
    target: str = Field(default="", max_length=200)
    forms: dict[str, str] = Field(default_factory=dict)
    case: bool = False
    part: bool = False
    language: str = ""
