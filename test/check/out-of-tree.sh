#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A filter outside of the tree: install the development files into an empty folder, build samples/filter against them through
# pkg-config alone, load what comes out and run it. Speaks TAP.
# usage: out-of-tree.sh SOURCE TRY-FILTER [MUGAI-WORKER]
set -u
source=$1 try=$2 worker=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0 failed=0

check () { # NAME COMMAND...
    count=$((count + 1)) name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        sed 's/^/# /' "$work/log" | tail -n 20
        failed=1
    fi
}

redacts () { # IN OUT PARAMETERS
    out=$(printf '%s\n' "$1" | "$try" "$work/prefix/filters" redact-my-number text ${3:+"$3"} 2>"$work/err")
    cat "$work/err"
    echo "got: $out"
    [ "$out" = "$2" ]
}

check 'development files install' sh -c "
    meson setup '$work/build' '$source' --prefix '$work/prefix' -Dtests=false >'$work/setup' 2>&1 || { cat '$work/setup'; exit 1; }
    meson install -C '$work/build' --no-rebuild --tags devel"
pc=$(dirname "$(find "$work/prefix" -name mugai-filter.pc)")
check 'the header alone compiles as C99 and names no other header of ours' sh -c "
    printf '#include <mugai/filter.h>\n' | cc -std=c99 -pedantic -Wall -Wextra -Werror \$(PKG_CONFIG_PATH='$pc' pkg-config --cflags mugai-filter) -x c -c - -o /dev/null"
cp -r "$source/samples/filter" "$work/sample"
check 'the sample builds through pkg-config' sh -c "
    cd '$work/sample' && PKG_CONFIG_PATH='$pc' meson setup build --werror && ninja -C build"
mkdir -p "$work/prefix/filters"
cp "$work/sample/build/redact-my-number.so" "$work/prefix/filters/" 2>"$work/log"
check 'it exports one symbol' sh -c "
    [ \"\$(nm -D --defined-only '$work/prefix/filters/redact-my-number.so' | sed 's/.* //')\" = mugai_filter ]"
check 'a right number is masked' redacts '番号 123456789018。' '番号 ************。'
check 'its finding is for the reader' grep -q 'filter.note=1' "$work/err"
check 'in groups, full-width' redacts '１２３４－５６７８－９０１８ x' '＊＊＊＊－＊＊＊＊－＊＊＊＊ x'
check 'the last digits stay when asked' redacts '1234 5678 9018' '**** **** 9018' keep-last=4
check 'a wrong check digit stays' redacts '123456789012' '123456789012'
check 'thirteen digits stay' redacts '1234567890180 0123456789018' '1234567890180 0123456789018'
if [ -n "$worker" ]; then
    check 'mugai-worker --describe knows it' sh -c "'$worker' --describe --filters '$work/prefix/filters' | grep -aq redact-my-number"
fi
echo "1..$count"
exit $failed
