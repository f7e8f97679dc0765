/* SPDX-License-Identifier: Apache-2.0
 *
 * sniff-ole: what an OLE2 compound file is, by the streams at the top of its directory.
 *
 * Process: worker. Trust: input is hostile. Pure; bounded by the size of the directory and of its
 * chain. libc only. Source: [MS-CFB] 2.2, 2.3, 2.5, 2.6.
 */
#pragma once

#include "message/sniff.h"

/* @w begins with the signature of a compound file. @extension: decides only where no stream does,
 * and only among kinds of this container. Returns: (static) type id, "ole2" when nothing says
 * more. */
const char *mugai_sniff_ole (const MugaiSniff *w, const char *extension);
