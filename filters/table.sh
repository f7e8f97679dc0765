#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# table.sh READELF MODULE...: the table of src/chain/linked.h for the filters that a program has linked, in C: which module each
# of them is a copy of, by build id.
set -eu
readelf=$1
shift
printf '#include "chain/linked.h"\n'
rows=
for module in "$@"; do
    name=$(basename "$module" .so | tr - _)
    id=$("$readelf" -n "$module" | sed -n 's/.*Build ID: *//p')
    printf 'const mugai_filter_info *mugai_linked_%s (void);\n' "$name"
    rows="$rows    { \"$id\", mugai_linked_$name },
"
done
printf 'const MugaiLinked mugai_linked[] = {\n%s    { NULL, NULL },\n};\n' "$rows"
