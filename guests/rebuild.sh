#!/usr/bin/env bash
# Rebuilds built/*.wasm, built/components/*.wasm, built/wasi/*.wasm and built/SOURCES.sha256.      ./rebuild.sh
#
# Needs two targets once: `rustup target add wasm32-unknown-unknown wasm32-wasip1`. RUSTC names another compiler than the
# usual one.
# Needs clang 14 or newer with a library for WASI: wasi-sdk's, or Debian's packages clang, lld, wasi-libc and
# libclang-rt-dev-wasm32. CLANG names it.
# The modules have no dependencies; the components have wit-bindgen, and are wrapped with `falkirk component new`. That
# program is built first, with the usual compiler, unless FALKIRK names one that is there. Programs for WASI get the
# standard adapter around them, which comes with a crate that Falkirk's own tests use.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
export LC_ALL=C
target=wasm32-unknown-unknown
export CARGO_TARGET_DIR=$here/target

if [ -z "${FALKIRK:-}" ]; then
    (
        unset RUSTC RUSTC_BOOTSTRAP CARGO_UNSTABLE_BUILD_STD
        cd ..
        cargo build --locked --quiet -p falkirk-cli --no-default-features --features component-tools,interp
    )
    FALKIRK=$here/target/debug/falkirk
fi

# No path of this machine gets into a module. When several prefixes match, the last one counts.
sysroot=$("${RUSTC:-rustc}" --print sysroot)
flags=(
    --remap-path-prefix="$HOME=/home"
    --remap-path-prefix="$sysroot=/rust"
    --remap-path-prefix="$here=guests"
    -Ctarget-feature=+bulk-memory # the default of newer compilers
    -Clink-arg=--demangle         # readable function names
)
for folder in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
    flags+=(--remap-path-prefix="$folder=/crates")
done
CARGO_ENCODED_RUSTFLAGS=$(printf '%s\x1f' "${flags[@]}")
export CARGO_ENCODED_RUSTFLAGS=${CARGO_ENCODED_RUSTFLAGS%$'\x1f'}

adapters=$(
    unset RUSTC RUSTC_BOOTSTRAP CARGO_UNSTABLE_BUILD_STD
    cd ..
    cargo metadata --locked --format-version 1 |
        grep -o '"[^"]*/wasi-preview1-component-adapter-provider-[^"/]*/Cargo.toml"' | head -n 1
)
adapters=${adapters#\"}
adapters=${adapters%/Cargo.toml\"}/artefacts

build() { cargo build --locked --quiet --target "$target" "$@"; }
build --release -p falkirk-guest-greet
build --release -p falkirk-kernel-modules --examples
build --profile dwarf -p falkirk-guest-trap-dwarf
(cd components && build --release)
(cd wasi && target=wasm32-wasip1 && build --release)

new=$here/target/built
rm -rf "$new"
mkdir -p "$new/components" "$new/wasi"
cp "target/$target/release/greet.wasm" "$new/"
cp "target/$target/dwarf/trap_dwarf.wasm" "$new/trap-dwarf.wasm"
for source in kernel-modules/examples/*.rs; do
    name=$(basename "$source" .rs)
    cp "target/$target/release/examples/$name.wasm" "$new/kernel-$name.wasm"
done
for source in components/*/Cargo.toml; do
    name=$(basename "$(dirname "$source")")
    module=target/$target/release/falkirk_component_${name//-/_}.wasm
    "$FALKIRK" component new "$module" -o "$new/components/$name.wasm"
done
# `greet-c` is for the world of `greet`.
for source in components/*-c/*.c; do
    name=$(basename "$(dirname "$source")")
    module=target/$target/release/$name.wasm
    "${CLANG:-clang}" --target=$target -ffreestanding -nostdlib -Os -mbulk-memory -Wall -Wextra -Werror \
        -Wl,--no-entry,--strip-all -o "$module" "$source"
    "$FALKIRK" component new "$module" --wit "components/${name%-c}/wit" -o "$new/components/$name.wasm"
done
for source in wasi/*.c; do
    name=$(basename "$source" .c)
    "${CLANG:-clang}" --target=wasm32-wasi -O2 -s -o "$new/wasi/$name.wasm" "$source"
done
for source in wasi/*/Cargo.toml; do
    name=$(basename "$(dirname "$source")")
    cp "target/wasm32-wasip1/release/$name.wasm" "$new/wasi/"
    kind=command
    [ -f "wasi/$name/src/main.rs" ] || kind=reactor
    "$FALKIRK" component new "$new/wasi/$name.wasm" --adapt "$adapters/wasi_snapshot_preview1.$kind.wasm" \
        -o "$new/components/$name.wasm"
done
"$FALKIRK" component new components/calculator/calculator.wat --wit components/calculator/wit \
    -o "$new/components/calculator.wasm"
chmod 644 "$new"/*.wasm "$new"/components/*.wasm "$new"/wasi/*.wasm

# The flags above do not reach into a standard library that was itself built on this machine.
for folder in "$HOME/" "$here/" "$sysroot/"; do
    if grep -laF -e "$folder" "$new"/*.wasm "$new"/components/*.wasm "$new"/wasi/*.wasm; then
        echo "rebuild.sh: the modules above contain the path $folder; built/ is left as it was" >&2
        exit 1
    fi
done

# What the modules were built from. `sha256sum --check built/SOURCES.sha256`, run here, says whether they are current.
find Cargo.toml Cargo.lock greet kernels kernel-modules trap-dwarf components wasi \
    -type f \( -name '*.rs' -o -name '*.c' -o -name 'Cargo.*' -o -name '*.wit' -o -path 'components/*.wat' \) \
    -not -path '*/target/*' -print0 |
    sort -z | xargs -0 sha256sum > "$new/SOURCES.sha256"
rm -rf built
mv "$new" built
ls -l built built/components built/wasi
