#!/usr/bin/env bash
# Builds the components with a language's engine inside, which are too large to be committed.    ./foreign.sh [NAME...]
#
#   greet-js    JavaScript in SpiderMonkey, 11.5 MB    needs npm and Node.js 20
#   greet-qjs   the same source in QuickJS, 1.6 MB     needs npm and Node.js 20
#   adder-py    Python in CPython, 18 MB               needs python3 (3.10 or newer)
#   console-js, console-py    commands in the same languages, which use WASI for what they print and read
#
# Without names, all of them. They come to foreign/, or to the folder that FALKIRK_FOREIGN names, where the tests look
# as well. The tools that make them come from npm and PyPI at the versions below, into .tools in that folder (300 MB).
set -euo pipefail
names=(greet-js greet-qjs adder-py console-js console-py)
cd "$(dirname "$0")"
out=${FALKIRK_FOREIGN:-foreign}
mkdir -p "$out"
out=$(cd "$out" && pwd)
tools=$out/.tools

fail() { echo "foreign.sh: $*" >&2; exit 1; }
need() { command -v "$2" > /dev/null || fail "$1 needs $2, which is not there"; }

# Has npm install packages into a folder of tools, unless these very versions are there.
npm_tools() { # FOLDER PACKAGE@VERSION...
    local folder=$tools/$1
    shift
    [ "$(cat "$folder/versions" 2> /dev/null)" = "$*" ] && return
    rm -rf "$folder"
    mkdir -p "$folder"
    npm install --silent --no-audit --no-fund --prefix "$folder" "$@"
    echo "$*" > "$folder/versions"
}

# The same for PyPI.
python_tools() { # FOLDER PACKAGE==VERSION...
    local folder=$tools/$1
    shift
    [ "$(cat "$folder/versions" 2> /dev/null)" = "$*" ] && return
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$@"
    echo "$*" > "$folder/versions"
}

build() {
    case $1 in
    greet-js)
        need "$1" npm
        npm_tools spidermonkey @bytecodealliance/jco@1.15.4 @bytecodealliance/componentize-js@0.19.3
        "$tools/spidermonkey/node_modules/.bin/jco" componentize components/greet-js/greet.js \
            --wit components/greet/wit --world-name greeter --disable all -o "$out/$1.wasm"
        ;;
    greet-qjs)
        need "$1" npm
        npm_tools quickjs componentize-qjs@0.4.5
        "$tools/quickjs/node_modules/.bin/componentize-qjs" --js components/greet-js/greet.js \
            --wit components/greet/wit --world greeter --stub-wasi --sync -o "$out/$1.wasm"
        ;;
    adder-py)
        need "$1" python3
        python_tools cpython componentize-py==0.25.1
        "$tools/cpython/bin/componentize-py" -d components/adder/wit -w adder \
            componentize --stub-wasi -p components/adder-py app -o "$out/$1.wasm"
        ;;
    console-js)
        need "$1" npm
        npm_tools spidermonkey @bytecodealliance/jco@1.15.4 @bytecodealliance/componentize-js@0.19.3
        "$tools/spidermonkey/node_modules/.bin/jco" componentize components/console-js/console.js \
            --wit components/console/wit --world-name console --disable random clocks http fetch-event \
            -o "$out/$1.wasm"
        ;;
    console-py)
        need "$1" python3
        python_tools cpython componentize-py==0.25.1
        "$tools/cpython/bin/componentize-py" -d components/console/wit -w console \
            componentize -p components/console-py app -o "$out/$1.wasm"
        ;;
    *) fail "there is no \`$1\`; there are ${names[*]}" ;;
    esac
}

[ $# -gt 0 ] || set -- "${names[@]}"
for name; do
    build "$name"
    ls -l "$out/$name.wasm"
done
