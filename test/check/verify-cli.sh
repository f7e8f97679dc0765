#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The stand-alone verifier as a user meets it, as TAP. Usage: verify-cli.sh MUGAI-VERIFY
set -u
program=$(realpath "$1")
count=0 failed=0
LC_ALL=C.UTF-8
export LC_ALL
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

# expect STATUS PATTERN NAME ARGUMENTS...: exit status, and output (both streams) that matches; PATTERN '' is no output
expect () {
    status=$1 pattern=$2 name=$3
    shift 3
    count=$((count + 1))
    out=$("$program" "$@" 2>&1 < "${input:-/dev/null}")
    got=$?
    if [ "$got" -eq "$status" ] && if [ -z "$pattern" ]; then [ -z "$out" ]; else printf '%s' "$out" | tr '\n' ' ' | grep -q -e "$pattern"; fi
    then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        echo "# exit $got"
        echo "$out" | sed 's/^/# /'
        failed=$((failed + 1))
    fi
}

id=0123456789abcdef0123456789abcdef
mail () {
    printf 'Date: Fri, 20 Nov 2026 19:22:00 +0900\r\nMIME-Version: 1.0\r\nMugai-Result: v=1; id=%s;\r\n policy=0011223344556677;\r\n' $id
    printf ' in=1; delivered=%s; converted=0; withheld=0\r\nContent-Type: text/plain; charset=utf-8\r\n' "$1"
    printf 'Content-Transfer-Encoding: base64\r\n\r\naGVsbG8K\r\n'
}

mkdir -p good/sub bad empty
mail 1 > good/a.eml
printf 'hello\n' > good/sub/b.txt
printf '\357\273\277a,b\r\n' > good/c.csv
expect 0 '' 'good files' good
expect 0 '' 'one good file' good/a.eml
expect 0 '' 'an empty folder' empty
expect 0 '"ok": true, "in": 1, "delivered": 1.*"leaves_sha256": "[0-9a-f]\{64\}"' 'JSON of good files' --json good
expect 0 '^{"schema": "mugai.verify/1", "files": \[   *\]}$' 'JSON of nothing' --json empty

mail 2 > bad/a.eml
expect 1 '^bad/a.eml: M-3.3 at 58 in header: ' 'a refusal names clause, offset and part' bad
expect 1 '"path": "bad/a.eml", "ok": false, "clause": "M-3.3", "offset": 58, "part": "header"' 'the same as JSON' --json bad
expect 1 'M-3.3' 'bad beats good' good bad
rm bad/a.eml
printf 'a\342\200\256b\n' > bad/b.txt
expect 1 '^bad/b.txt: U-2 at 1: ' 'text' bad
mv bad/b.txt "$(printf 'bad/x\033[2J\\\n.txt')"
expect 1 '^bad/x\\x1b\[2J\\\\\\x0a.txt: U-2 at 0: file name' 'hostile names are shown escaped' bad
rm -f bad/*
: > bad/a.exe
expect 1 '^bad/a.exe: F-2 at 0: ' 'an extension of no grammar' bad
: > bad/a.TXT && rm bad/a.exe
expect 1 'F-2' 'an extension in capitals' bad
rm bad/a.TXT
ln -s ../good/c.csv bad/c.csv
expect 1 '^bad/c.csv: F-1 at 0: ' 'a link' bad
expect 1 'F-1' 'a link named itself' bad/c.csv
rm bad/c.csv
mkfifo bad/f.txt
expect 1 'F-1' 'a pipe' bad
rm bad/f.txt
: > bad/aux.txt
expect 1 '^bad/aux.txt: N-6' 'the name of a device' bad
expect 0 '' 'names do not matter with --type' --type text bad

input=good/a.eml
expect 0 '' 'standard input' --type mail -
expect 1 '^-: T-2 at ' 'standard input as text is refused: it has CR' --type text -
input=
expect 2 'needs --type' 'standard input without --type' -
expect 2 'one of mail, text, csv, png' 'a wrong type' --type exe good
expect 2 'nothing to check' 'nothing named'
expect 2 'wrong option' 'a wrong option' --frobnicate good
expect 2 'none: No such file' 'a path that is not there' none
expect 2 'none: No such file' 'unreadable outranks refused' none bad
expect 2 'for mail' '--delivered with another type' --delivered --type png good/a.eml
expect 0 'Usage: ' 'help' --help
LC_ALL=ja_JP.UTF-8 expect 0 '使い方' 'help in Japanese' --help
expect 0 'mugai-verify [0-9]' 'version' --version

{ printf 'Return-Path: <a@b>\nReceived: from x\n\tby y; z\n'; tr -d '\r' < good/a.eml; } > "bad/1700.M1:2,S"
expect 0 '' 'a mail as delivered to a Maildir' --delivered "bad/1700.M1:2,S"
expect 1 'M-1.2' 'the same without --delivered' --type mail "bad/1700.M1:2,S"
echo "1..$count"
[ "$failed" -eq 0 ]
