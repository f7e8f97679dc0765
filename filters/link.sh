#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# link.sh OUTPUT LD OBJCOPY ARCHIVE...: one object of the first archive whole and of what it needs of the others, with nothing
# visible but what the module of the same filter exports. So two filters in one program never see each other's functions.
set -eu
output=$1 ld=$2 objcopy=$3 filter=$4
shift 4
"$ld" -r -o "$output.all" --whole-archive "$filter" --no-whole-archive --start-group "$@" --end-group
"$objcopy" --localize-hidden "$output.all" "$output"
rm -f "$output.all"
