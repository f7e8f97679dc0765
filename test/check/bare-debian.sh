#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# bare-debian.sh [quickstart] [tests]: both commands of README.md in a fresh clone on a bare Debian 12. TAP.
#
# Only with MUGAI_TEST_LONG=1; needs root, debootstrap and git; 10 minutes and more. What is committed is what is cloned.
#
# A chroot will not do: the kernel refuses user namespaces to a process whose root is not the root of its mount namespace
# (EPERM, user_namespaces(7)). So the new system becomes the root of a mount namespace of its own by pivot_root(2), and the
# old root is detached. Process ids are private too: the end of this script is the end of all that it started.
#
# MUGAI_BARE_BASE: folder of a debootstrap --variant=minbase that is copied instead of made anew.
# MUGAI_BARE_LOG: folder for the whole output of each step (default: the temporary one, which goes away).
# The network settings of this host are copied: resolv.conf, hosts, apt.conf, and those sources that name bookworm.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
number=0
skip_all () {
    echo "1..0 # SKIP $*"
    exit 0
}
result () { # STATUS NAME LOG
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        tail -n 40 "$3" | sed 's/^/#   /'
        failed=1
    fi
}

[ "${MUGAI_TEST_LONG-}" = 1 ] || skip_all "long: set MUGAI_TEST_LONG=1"
[ "$(id -u)" -eq 0 ] || skip_all "needs root"
for program in debootstrap git unshare pivot_root; do
    command -v "$program" >/dev/null 2>&1 || skip_all "$program is not installed"
done
[ $# -gt 0 ] || set -- quickstart tests
failed=0
folder=$(mktemp -d "${TMPDIR:-/tmp}/mugai-bare.XXXXXX")
chmod 755 "$folder"
root=$folder/root logs=${MUGAI_BARE_LOG:-$folder/log}
mkdir -p "$root" "$logs"
child=
cleanup () {
    [ -z "$child" ] || kill -KILL "$child" 2>/dev/null || :
    rm -rf --one-file-system "$folder"
}
trap cleanup EXIT
trap 'exit 143' INT TERM HUP

# ---- a bare Debian 12 with a clone in it

if [ -n "${MUGAI_BARE_BASE-}" ]; then
    cp -a "$MUGAI_BARE_BASE/." "$root"
    status=$?
else
    status=0
    debootstrap --variant=minbase bookworm "$root" >"$logs/debootstrap" 2>&1 || status=$?
fi
result "$status" "debootstrap" "$logs/debootstrap"
[ "$status" -eq 0 ] || { echo "1..$number"; exit 1; }
cp /etc/resolv.conf /etc/hosts "$root/etc/"
cp -r /etc/apt/apt.conf.d "$root/etc/apt/"
[ ! -e /etc/apt/apt.conf ] || cp /etc/apt/apt.conf "$root/etc/apt/"
# shellcheck disable=SC2046
sources=$(grep -lE '(^|[[:space:]])bookworm([[:space:]]|$)' $(find /etc/apt/sources.list /etc/apt/sources.list.d -type f 2>/dev/null) || :)
if [ -n "$sources" ]; then
    rm -f "$root/etc/apt/sources.list"
    for source in $sources; do
        cp "$source" "$root/etc/apt/sources.list.d/"
    done
fi
status=0
git clone -q --no-hardlinks "$top" "$root/root/mugai" >"$logs/clone" 2>&1 || status=$?
result "$status" "clone" "$logs/clone"

# ---- inside of it

cat >"$root/enter" <<'INSIDE'
#!/bin/sh
# The first process of the namespaces: make the folder that holds this script the root, then run the command.
set -eu
root=$1
shift
mount --make-rprivate /
mount --bind "$root" "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys" 2>/dev/null || :
cd "$root"
pivot_root . .
umount -l .
cd /root/mugai
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 MUGAI_TEST_LONG= "$@"
INSIDE
chmod 755 "$root/enter"

inside () { # NAME COMMAND...: how long it took is in $seconds
    name=$1
    shift
    begin=$(date +%s) status=0
    unshare --mount --pid --fork --kill-child=SIGKILL --uts --ipc "$root/enter" "$root" "$@" >"$logs/$name" 2>&1 &
    child=$!
    wait "$child" || status=$?
    child=
    seconds=$(($(date +%s) - begin))
}

for step; do
    case $step in
    quickstart)
        inside packages sh -c '. packaging/packages.sh && install_packages build'
        result "$status" "packages ($seconds s)" "$logs/packages"
        inside quickstart packaging/quickstart.sh
        result "$status" "packaging/quickstart.sh ($seconds s)" "$logs/quickstart"
        late=0
        [ "$seconds" -le 180 ] || late=1
        result "$late" "at most 180 s after packages" "$logs/quickstart"
        inside no-mta packaging/quickstart.sh --no-mta
        result "$status" "packaging/quickstart.sh --no-mta ($seconds s)" "$logs/no-mta"
        ;;
    tests)
        inside tests test/run.sh
        result "$status" "test/run.sh ($seconds s): $(tail -n 1 "$logs/tests")" "$logs/tests"
        ;;
    *)
        echo "bare-debian.sh: $step: say quickstart or tests" >&2
        exit 2
        ;;
    esac
done
echo "1..$number"
exit "$failed"
