#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The worker runs linked copies of the filters of the walk, and loads what is no copy, as TAP.
# Usage: linked.sh MUGAI-WORKER FILTERS NAME...
set -u
worker=$1 filters=$2
shift 2
count=0 failed=0
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# point RESULT NAME
point () {
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; failed=$((failed + 1)); fi
}

# loaded FOLDER NAME: does the loader see the module?
loaded () {
    LD_DEBUG=files "$worker" --describe --filters "$1" 2>&1 >"$dir/described" | grep -q "calling init: .*/$2.so"
}

for name in "$@"; do
    ! loaded "$filters" "$name"
    point $? "$name is not mapped"
    grep -q "$name" "$dir/described"
    point $? "$name is described"
done
loaded "$filters" clamd
point $? "another filter is loaded to be described"
mkdir "$dir/filters"
objcopy --remove-section .note.gnu.build-id "$filters/text-clean.so" "$dir/filters/text-clean.so"
loaded "$dir/filters" text-clean
point $? "a module that was replaced is loaded"
rm "$dir/filters/text-clean.so"
"$worker" --describe --filters "$dir/filters" | grep -q text-clean
[ $? -eq 1 ]
point $? "a module that was removed is missing"
echo "1..$count"
[ "$failed" -eq 0 ]
