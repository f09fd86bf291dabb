#!/usr/bin/env bash
# The tests where a model chooses other words: kernels of other processors, a wider search, other
# weights. Arguments are pytest's, as "tests/translate" for some of the tests; ends with 1 where one
# of the runs failed. PYTHON is the interpreter (.venv/bin/python).
set -uo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=()

variant() { # NAME [VARIABLE=VALUE ...], before -- the arguments of pytest
    local name=$1 start=$SECONDS settings=()
    shift
    while [ "$1" != -- ]; do
        settings+=("$1")
        shift
    done
    shift
    echo "== $name"
    env "${settings[@]}" "$python" -m pytest -n auto --dist loadgroup "$@" || failed+=("$name")
    echo "== $name: $((SECONDS - start)) s"
}

other_weights() { # NAME LIMIT NOISE
    "$python" -m tests.otherweights "$folder/$1.argosmodel" --limit "$2" --noise "$3" || exit 2
}

other_weights rounded-90 90 0
other_weights rounded-63 63 0
other_weights noise 90 0.1

variant "as it comes" -- "$@"
variant "no vector instructions" CT2_FORCE_CPU_ISA=GENERIC -- "$@"
variant "oneDNN without AVX" ONEDNN_MAX_CPU_ISA=SSE41 -- "$@"
variant "MKL" CT2_USE_MKL=1 -- "$@"
variant "beam of 4" BABELWIRE_TEST_BEAM=4 -- "$@"
variant "weights up to 90" BABELWIRE_TEST_PACKAGE="$folder/rounded-90.argosmodel" -- "$@"
variant "weights up to 63" BABELWIRE_TEST_PACKAGE="$folder/rounded-63.argosmodel" -- "$@"
variant "noise on the weights" BABELWIRE_TEST_PACKAGE="$folder/noise.argosmodel" -- "$@"

[ ${#failed[@]} = 0 ] && exit 0
printf 'failed: %s\n' "${failed[@]}" >&2
exit 1
