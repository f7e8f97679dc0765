/* SPDX-License-Identifier: Apache-2.0
 *
 * encode: typed frames to bytes of the profile: the one job of an encode child. The document the
 * frames were made from never comes here. Process: encode. Trust: frames may be a lie of a decoder
 * that was taken over; frames.h bounds them. libc and zlib.
 */
#pragma once

#include "wire/isolate.h"

/* mugai_encode_frames:
 * @data: the frames, borrowed. @fd: where the result goes. @ret: filled in every case; ok = 0 says
 * why.
 */
void mugai_encode_frames (const void *data, size_t size, const MugaiEncode *request, int fd,
                          MugaiEncoded *ret);

/* A MugaiZygoteChild: receive ENCODE, do it, answer ENCODED. @data: not used. Returns: exit status,
 * 0 when answered. */
int mugai_encode_child (void *data, int channel);
