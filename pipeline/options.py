"""The options of the stages: what a stage lets its caller choose, with measured or safe defaults.

These are at the same time the sections `[fetch]` and `[translate]` of the settings file, so that an
option has one name, one type and one default everywhere. A wrong key or value raises pydantic's
ValidationError, which `config` turns into lines a person can act on.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

PACKAGE_INDEX = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
"""Argos's own package index."""


class Options(BaseModel):
    """Frozen, and strict about names: a misspelt key is an error, not a silent default."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FetchOptions(Options):
    """How pages are fetched. Times in seconds, sizes in bytes.

    `timeout` is how long a server may be silent, `total_timeout` how long one document may take
    with all its redirects. `max_bytes` bounds the decompressed document. `allow_private_hosts`
    exempts host names, IP addresses or networks ("10.0.0.0/8"), each with a port ("[::1]:8080") or
    without, from the rule that only public addresses are connected to. `concurrency` is how many
    sources are visited at once.

    `host_delay` is the pause between two requests to one host, where its robots.txt asks for no
    longer one; `host_concurrency` how many may run at once; `max_wait` how long a request waits for
    its turn, or for a host that asked for patience, before it is put off to another time.
    """

    timeout: float = Field(default=20.0, gt=0, le=600)
    connect_timeout: float = Field(default=10.0, gt=0, le=600)
    total_timeout: float = Field(default=60.0, gt=0, le=3600)
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


class PollOptions(Options):
    """How often sources are asked. Times in seconds.

    `first` is the interval of a source that has none of its own, until it is known how often it
    changes. With `adaptive`, a source that does not change is asked less often, up to `longest`
    apart, and one without an interval of its own more often when it does, down to `shortest`.
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

    `packages_dir` is the folder of Argos packages, `package_index` the address or folder of the
    index from which others are fetched; with `install_missing` that happens whenever a model is
    wanted that is not there.

    `batch_tokens` is the size of one batch in source tokens, `threads` the number of CPU threads
    (0: as many as this process may use). `max_loaded` models stay in memory, those used last, and
    each until it was not used for `unload_after` seconds (0: as long as the process).
    `device_index` is the number of the GPU; `compute_type` the numbers CTranslate2 computes with
    ("default": those of the package, "auto": the fastest of the device).

    `beam_size` is how many hypotheses are followed, `length_penalty` the exponent of the length by
    which their scores are divided, `no_repeat_ngram` the length from which on no series of tokens
    may come twice (0: any may), `segment_tokens` the length from which on a sentence is cut in
    pieces. `max_failed_share` is the share of an article's segments that may stay untranslated,
    because every attempt at them was broken, before the article is held back.
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
    max_failed_share: float = Field(default=0.3, ge=0, le=1)


class Term(Options):
    """A glossary's entry: a source term and what it is in the target language.

    `target` "" keeps the term as it is in the source. `forms` are further forms of the source term
    (a plural, a case) with theirs. With `case` capitals must be the same. A term counts as whole
    words only, not within others or within a hyphenated one, unless `part`. `language` is that
    of the articles it is for ("": any).
    """

    source: str = Field(min_length=1, max_length=200)
    target: str = Field(default="", max_length=200)
    forms: dict[str, str] = Field(default_factory=dict)
    case: bool = False
    part: bool = False
    language: str = ""
