/* SPDX-License-Identifier: Apache-2.0
 *
 * The messages of the isolated call: the first byte picks one. What is read and written again gives
 * the same bytes.
 */
#include "wire/isolate.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static uint8_t again[1 << 16];

static void
same (size_t written, const uint8_t *data, size_t size)
{
    if (written != size || memcmp (again, data, size) != 0)
        abort();
}

static void
try_rendered (const uint8_t *data, size_t size)
{
    static MugaiRendered rendered;

    if (!mugai_rendered_read (data, size, &rendered))
        return;
    same (mugai_rendered_write (&rendered, again, sizeof again), data, size);
    for (int runs = MUGAI_RUNS_WALK; runs <= MUGAI_RUNS_SUPERVISED; runs++)
        if (mugai_rendered_check (&rendered, (mugai_runs)runs, false, rendered.size) &&
            runs == MUGAI_RUNS_WALK && rendered.form != MUGAI_RENDERED_NONE)
            abort();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static MugaiIsolateCall call;
    static MugaiIsolateAnswer answer;
    MugaiEncode encode;
    MugaiEncoded encoded;

    if (size == 0)
        return 0;
    uint8_t which = data[0];
    data++;
    size--;
    if (which == 'r')
        try_rendered (data, size);
    else if (which == 'c' && mugai_isolate_call_read (data, size, &call))
        same (mugai_isolate_call_write (&call, again, sizeof again), data, size);
    else if (which == 'a' && mugai_isolate_answer_read (data, size, &answer))
        same (mugai_isolate_answer_write (&answer, again, sizeof again), data, size);
    else if (which == 'e' && mugai_encode_read (data, size, &encode))
        same (mugai_encode_write (&encode, again, sizeof again), data, size);
    else if (which == 'd' && mugai_encoded_read (data, size, &encoded))
        same (mugai_encoded_write (&encoded, again, sizeof again), data, size);
    return 0;
}
