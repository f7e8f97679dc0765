/* SPDX-License-Identifier: Apache-2.0
 *
 * Typed frames as a decoder that was taken over could write them, through the whole encoder, as
 * every type. Either the encoder refuses with a reason, or the verifier accepts what it wrote.
 */
#include "base/memfd.h"
#include "encode/encode.h"
#include "verify/verify.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
demand (bool ok)
{
    if (!ok)
        abort();
}

static void
try_type (const char *type, MugaiGrammar grammar, const uint8_t *data, size_t size)
{
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiEncode request = { .output_max = 1 << 20 };
    MugaiEncoded encoded;
    MugaiVerifyResult result;
    mugai_automap map = { 0 };
    int fd = mugai_memfd_new ("fuzz");

    strcpy (request.type, type);
    mugai_encode_frames (data, size, &request, fd, &encoded);
    demand (encoded.ok != 0 || encoded.reason[0] != '\0');
    if (encoded.ok != 0) {
        demand (encoded.size <= request.output_max);
        demand (mugai_memfd_seal (fd) == 0 && mugai_memfd_map (fd, 1 << 20, &map) == 0);
        demand (map.size == encoded.size);
        mugai_verify (grammar, map.data, map.size, &limits, &result);
        demand (result.verdict.ok);
        mugai_verify_result_clear (&result);
    }
    close (fd);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    try_type ("png", MUGAI_GRAMMAR_PNG, data, size);
    try_type ("jpeg", MUGAI_GRAMMAR_JPEG, data, size);
    try_type ("pdf", MUGAI_GRAMMAR_PDF, data, size);
    return 0;
}
