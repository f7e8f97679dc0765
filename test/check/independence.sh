#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The wall around the verifier (promise P4), as TAP: what src/verify includes, what mugai-verify links, whose functions are in it.
# Usage: independence.sh SOURCE-ROOT MUGAI-VERIFY
set -u
root=$1 program=$2
count=0 failed=0

# point RESULT NAME: one test point, RESULT 0 is good
point () {
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; failed=$((failed + 1)); fi
}

headers='assert.h errno.h fcntl.h fts.h getopt.h inttypes.h limits.h signal.h stdarg.h stdbool.h stddef.h stdint.h stdio.h
stdlib.h string.h strings.h unistd.h sys/mman.h sys/prctl.h sys/resource.h sys/socket.h sys/stat.h sys/syscall.h sys/types.h
sys/uio.h sys/wait.h sys/un.h linux/*.h sched.h poll.h ctype.h time.h dirent.h libdeflate.h expat.h seccomp.h sys/random.h
sys/mount.h sys/eventfd.h sys/auxv.h sys/utsname.h sys/capability.h sys/time.h sys/ioctl.h grp.h pwd.h libgen.h'

allowed_header () {
    for h in $headers; do
        # shellcheck disable=SC2254
        case $1 in $h) return 0 ;; esac
    done
    return 1
}

# includes ROOT: print every include below src/verify and src/main/mugai-verify.c that is not allowed, followed to its end
includes () {
    todo=$(cd "$1" && ls src/verify/*.c src/verify/*.h src/main/mugai-verify.c)
    seen=' '
    while [ -n "$todo" ]; do
        next=
        for f in $todo; do
            case $seen in *" $f "*) continue ;; esac
            seen="$seen$f "
            for i in $(sed -n 's/^[ \t]*#[ \t]*include[ \t]*\([<"][^>"]*\)[>"].*/\1/p' "$1/$f"); do
                case $i in
                '"'base/* | '"'sandbox/* | '"'verify/*) next="$next src/${i#?}" ;;
                '<'*) allowed_header "${i#?}" || echo "$f: ${i#?}" ;;
                *) echo "$f: ${i#?}" ;;
                esac
            done
        done
        todo=$next
    done
}

# libraries PROGRAM: print every linked library that is not allowed (those of a sanitizer build are the compiler's)
libraries () {
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -Ev \
        '^(libc\.so\.6|libdeflate\.so\.0|libexpat\.so\.1|libseccomp\.so\.2|ld-linux[-a-z0-9_.]*|libasan\.so\..*|libubsan\.so\..*|libgcc_s\.so\.1)$'
}

# archives PROGRAM: print what betrays a content library that was linked statically, by its well-known functions
archives () {
    nm "$1" | sed -n 's/^[0-9a-f]* [TtWi] \(.*\)$/\1/p' | grep -E \
        '^(g_[a-z]+_[a-z_]+|g_free|g_mime_.*|inflate|deflate|compress|uncompress|crc32_z|xml[A-Z].*|html[A-Z].*|png_.*|jpeg_.*|archive_.*|magic_.*|uchardet_.*|iconv_open|json_.*|yaml_.*)$'
}

# strangers PROGRAM: print every function of ours in it that src/base, src/sandbox, src/verify and its main do not define
strangers () {
    nm "$1" | sed -n 's/^[0-9a-f]* [Tt] \(mugai_[a-z0-9_]*\)$/\1/p' | sort -u | while read -r name; do
        grep -qE "^([a-z].* \**)?$name \(" "$root"/src/base/*.c "$root"/src/sandbox/*.c "$root"/src/verify/*.c \
            "$root"/src/main/mugai-verify.c || echo "$name"
    done
}

show () { [ -z "$1" ] || echo "$1" | sed 's/^/# /'; }

out=$(includes "$root")
show "$out"
[ -z "$out" ]; point $? 'src/verify includes base, sandbox, itself, libc, libdeflate, expat only'
out=$(libraries "$program")
show "$out"
[ -z "$out" ]; point $? 'mugai-verify links libc, libdeflate, expat, libseccomp only'
if [ "$(readelf -d "$program" | grep -c NEEDED)" -gt 0 ]; then
    [ "$(readelf -d "$program" | grep -c NEEDED)" -ge 2 ]; point $? 'its libraries were read'
else # static: then it has no interpreter, and all of its parts are in its table of symbols
    ! readelf -l "$program" | grep -q INTERP && nm "$program" | grep -q ' T libdeflate_zlib_decompress$'
    point $? 'its archives were read'
fi
out=$(archives "$program")
show "$out"
[ -z "$out" ]; point $? 'no function of another content library is in mugai-verify'
out=$(strangers "$program")
show "$out"
[ -z "$out" ]; point $? 'every function of ours in mugai-verify is from base, sandbox, verify'
nm "$program" | grep -q ' [Tt] mugai_mail_check$'; point $? 'its functions were read'

# the check itself must be able to fail
seed=$(mktemp -d)
trap 'rm -rf "$seed"' EXIT
mkdir -p "$seed/src/main"
cp -r "$root/src/base" "$root/src/sandbox" "$root/src/verify" "$seed/src/"
cp "$root/src/main/mugai-verify.c" "$seed/src/main/"
[ -z "$(includes "$seed")" ]; point $? 'a copy passes'
for bad in '#include "core/error.h"' '#include <glib.h>' '  #  include  "message/mime.h"' '#include "../core/type.h"' '#include <zlib.h>'; do
    cp "$root/src/verify/codepoint.h" "$seed/src/verify/codepoint.h"
    echo "$bad" >> "$seed/src/verify/codepoint.h"
    [ -n "$(includes "$seed")" ]; point $? "a seeded $(echo "$bad" | tr -d '#') is seen"
done
cp "$root/src/verify/codepoint.h" "$seed/src/verify/codepoint.h"
echo '#include <glib.h>' >> "$seed/src/base/sha256.h"
[ -n "$(includes "$seed")" ]; point $? 'one behind a header of base is seen'
echo 'int mugai_mime_parse (void) { return 0; } int main (void) { return mugai_mime_parse (); }' > "$seed/a.c"
if ${CC:-cc} -Wl,--no-as-needed -o "$seed/a" "$seed/a.c" -lz -lm 2> /dev/null || ${CC:-cc} -Wl,--no-as-needed -o "$seed/a" "$seed/a.c" -lm; then
    [ -n "$(libraries "$seed/a")" ]; point $? 'a strange library is seen'
    [ -n "$(strangers "$seed/a")" ]; point $? 'a strange function is seen'
    echo 'int inflate (void *z, int f) { return z == 0 && f; } int main (void) { return inflate (0, 0); }' > "$seed/b.c"
    ${CC:-cc} -O0 -fno-builtin -o "$seed/b" "$seed/b.c" && [ -n "$(archives "$seed/b")" ]; point $? 'a strange archive is seen'
fi
echo "1..$count"
[ "$failed" -eq 0 ]
