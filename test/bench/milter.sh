#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# test/bench/milter.sh [--build DIR] [--rounds N] [--mails N] [--sessions N] [--size BYTES] [--disk DIR]: throughput of a real
# Postfix with a null milter, with Mugai under full isolation, and with MIMEDefang where it is installed (or where
# MUGAI_MIMEDEFANG names the root of extracted packages). Needs root.
exec /usr/bin/python3 "$(dirname "$0")/milter.py" "$@"
