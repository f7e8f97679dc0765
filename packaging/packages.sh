# SPDX-License-Identifier: Apache-2.0
#
# What Debian 12 and 13 call the things Mugai needs. Sourced by quickstart.sh and test/run.sh.
#
#   install_packages build|test    installs what is missing with apt, as root or through sudo
#
# No package with an MTA in it is ever installed: it would replace or start one on this host.

packages_build='gcc meson ninja-build pkg-config libc6-dev libglib2.0-dev libgmime-3.0-dev libmagic-dev libmilter-dev
  zlib1g-dev libyaml-dev libjson-glib-dev libsqlite3-dev libsodium-dev
  libseccomp-dev libdeflate-dev libexpat1-dev libarchive-dev libxml2-dev libjpeg-dev libpng-dev libgif-dev libtiff-dev libwebp-dev liblcms2-dev libopenjp2-7-dev
  libheif-dev libde265-dev libdav1d-dev libmupdf-dev libfreetype-dev libharfbuzz-dev libjbig2dec0-dev libgumbo-dev
  libmujs-dev'

packages_test='python3 python3-jsonschema clang libclang-rt-dev clang-format mandoc iproute2 util-linux procps mount
  binutils file'

# Tests that need them skip visibly without: some 500 MB, so nobody is made to have them.
# shellcheck disable=SC2034
packages_office='libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui'

as_root () {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "$0: root is needed to install packages: $*; run it as root or install sudo" >&2
        return 1
    fi
}

missing_packages () {
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$package"
    done
}

install_packages () {
    command -v apt-get >/dev/null 2>&1 || {
        echo "$0: apt-get not found: install the packages named in packaging/packages.sh by hand" >&2
        return 0
    }
    case $1 in
    build) wanted=$packages_build ;;
    test) wanted="$packages_build $packages_test" ;;
    esac
    # shellcheck disable=SC2086
    missing=$(missing_packages $wanted)
    [ -z "$missing" ] && return 0
    echo "installing: $missing" >&2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || return 1
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
}
