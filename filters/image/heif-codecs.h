/* SPDX-License-Identifier: Apache-2.0
 *
 * heif-codecs: libde265 (HEVC) and dav1d (AV1) as libheif's decoders, without threads: those that
 * libheif brings start some, and a confined process must not. Process: render. Trust: input is
 * hostile.
 */
#pragma once

/* Before lock-down. Returns: 0 or -1. */
int mugai_heif_codecs (void);
