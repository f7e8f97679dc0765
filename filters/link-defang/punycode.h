/* SPDX-License-Identifier: Apache-2.0
 *
 * punycode: one label of a domain name, without "xn--", as letters and back. Process: the walk.
 * Trust: input is hostile. libc only. Source: RFC 3492.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { PUNYCODE_MAX = 63 /* characters of a label, in either form (RFC 1035 2.3.4) */ };

/* @ascii: borrowed, @size bytes. @out: code points. Returns: how many; 0: not well-formed, or too
 * long. */
size_t punycode_decode (const char *ascii, size_t size, uint32_t out[PUNYCODE_MAX]);

/* @letters: @n code points. @out: ASCII without NUL. Returns: bytes; 0: too long. */
size_t punycode_encode (const uint32_t *letters, size_t n, char out[PUNYCODE_MAX]);
