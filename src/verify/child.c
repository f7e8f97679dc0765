/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/child.h"

#include "base/frame.h"
#include "base/kind.h"
#include "base/memfd.h"
#include "verify/verify.h"

/* Fill in the verdict on what cannot even be looked at. */
static void
refuse_unreadable (MugaiVerifyResult *result)
{
    static const char clause[] = "L-1", why[] = "not a sealed memfd within the limit";

    *result = (MugaiVerifyResult){ 0 };
    __builtin_memcpy (result->verdict.clause, clause, sizeof clause);
    __builtin_memcpy (result->verdict.why, why, sizeof why);
}

int
mugai_verify_child (void *data, int channel)
{
    uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + 512];
    MugaiFrame frame;
    MugaiVerifyRequest request;
    MugaiVerifyResult result;
    MugaiMap map = { 0 };

    (void)data;
    if (mugai_frame_recv (channel, buffer, sizeof buffer, &frame, NULL) != 1 ||
        frame.kind != MUGAI_KIND_VERIFY || frame.n_fds != 1 ||
        !mugai_verify_request_read (frame.payload, frame.size, &request))
        return 1;
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    limits.output = request.output_max;
    limits.parts = request.parts_max;
    if (mugai_memfd_map (frame.fds[0], request.output_max, &map) < 0)
        refuse_unreadable (&result);
    else
        mugai_verify ((MugaiGrammar)request.grammar, map.data, map.size, &limits, &result);
    mugai_sha256 (map.data, map.size, result.verdict.output_sha256);
    MugaiFrame answer = { .kind = MUGAI_KIND_VERDICT, .job = frame.job, .payload = buffer };
    answer.size = mugai_verdict_write (&result.verdict, buffer, sizeof buffer);
    return answer.size > 0 && mugai_frame_send (channel, &answer) == 0 ? 0 : 1;
}
