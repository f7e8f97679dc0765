#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mugai sanitize on trees; see batch.py.
exec /usr/bin/python3 "$(dirname "$0")/batch.py" "$@"
