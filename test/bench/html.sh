#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# html-text beside w3m, lynx and html2text on the same pages: test/bench/html.sh [BUILD]
# Pages: folder html of $MUGAI_CORPUS, and pages of 1 MB made here. Programs that are missing are named.
exec /usr/bin/python3 "$(dirname "$0")/html.py" "$@"
