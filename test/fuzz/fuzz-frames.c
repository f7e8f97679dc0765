/* SPDX-License-Identifier: Apache-2.0
 *
 * Typed frames as a decoder that was taken over could write them, through the whole encoder. Either
 * the encoder refuses with a reason, or what it wrote begins and ends as a PNG does.
 */
#include "encode/encode.h"

#include "base/memfd.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static const char iend[] = "IEND\xae\x42\x60\x82";
    MugaiEncode request = { .type = "png", .output_max = 1 << 20 };
    MugaiEncoded encoded;
    char end[8];
    int fd = mugai_memfd_new ("fuzz");

    mugai_encode_frames (data, size, &request, fd, &encoded);
    if (encoded.ok == 0 && encoded.reason[0] == '\0')
        abort();
    if (encoded.ok != 0 &&
        (encoded.size > request.output_max || lseek (fd, 0, SEEK_END) != (off_t)encoded.size ||
         pread (fd, end, 8, (off_t)encoded.size - 8) != 8 || memcmp (end, iend, 8) != 0))
        abort();
    close (fd);
    return 0;
}
