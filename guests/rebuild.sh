#!/usr/bin/env bash
# Rebuilds built/*.wasm and built/SOURCES.sha256.      ./rebuild.sh
#
# Needs the target once: `rustup target add wasm32-unknown-unknown`. RUSTC names another compiler than the usual one.
# Nothing is downloaded: the guests have no dependencies.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
export LC_ALL=C
target=wasm32-unknown-unknown
export CARGO_TARGET_DIR=$here/target

# No path of this machine gets into a module. When several prefixes match, the last one counts.
sysroot=$("${RUSTC:-rustc}" --print sysroot)
flags=(
    --remap-path-prefix="$HOME=/home"
    --remap-path-prefix="$sysroot=/rust"
    --remap-path-prefix="$here=guests"
    -Ctarget-feature=+bulk-memory # the default of newer compilers
    -Clink-arg=--demangle         # readable function names
)
CARGO_ENCODED_RUSTFLAGS=$(printf '%s\x1f' "${flags[@]}")
export CARGO_ENCODED_RUSTFLAGS=${CARGO_ENCODED_RUSTFLAGS%$'\x1f'}

build() { cargo build --locked --quiet --target "$target" "$@"; }
build --release -p falkirk-guest-greet
build --release -p falkirk-kernel-modules --examples
build --profile dwarf -p falkirk-guest-trap-dwarf

new=$here/target/built
rm -rf "$new"
mkdir "$new"
cp "target/$target/release/greet.wasm" "$new/"
cp "target/$target/dwarf/trap_dwarf.wasm" "$new/trap-dwarf.wasm"
for source in kernel-modules/examples/*.rs; do
    name=$(basename "$source" .rs)
    cp "target/$target/release/examples/$name.wasm" "$new/kernel-$name.wasm"
done
chmod 644 "$new"/*.wasm

# The flags above do not reach into a standard library that was itself built on this machine.
for folder in "$HOME/" "$here/" "$sysroot/"; do
    if grep -laF -e "$folder" "$new"/*.wasm; then
        echo "rebuild.sh: the modules above contain the path $folder; built/ is left as it was" >&2
        exit 1
    fi
done

# What the modules were built from. `sha256sum --check built/SOURCES.sha256`, run here, says whether they are current.
find Cargo.toml Cargo.lock greet kernels kernel-modules trap-dwarf \
    -type f \( -name '*.rs' -o -name 'Cargo.*' \) -not -path '*/target/*' -print0 |
    sort -z | xargs -0 sha256sum > "$new/SOURCES.sha256"
rm -rf built
mv "$new" built
ls -l built
