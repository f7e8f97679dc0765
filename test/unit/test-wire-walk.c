/* SPDX-License-Identifier: Apache-2.0
 *
 * Every message of wire/walk.h survives a round trip; every truncation, a trailing byte, every cut
 * room and words outside of their enumeration are refused.
 */
#include "base/verdict.h"
#include "wire/walk.h"

#include "tap.h"

static uint8_t buffer[60000];

typedef bool (*Reader) (const void *data, size_t size);

static bool
read_job (const void *data, size_t size)
{
    MugaiWalkJob job;
    return mugai_walk_job_read (data, size, &job);
}

static bool
read_result (const void *data, size_t size)
{
    MugaiWalkResult result;
    return mugai_walk_result_read (data, size, &result);
}

static bool
read_call (const void *data, size_t size)
{
    MugaiIsolateCall call;
    return mugai_isolate_call_read (data, size, &call);
}

static bool
read_answer (const void *data, size_t size)
{
    MugaiIsolateAnswer answer;
    return mugai_isolate_answer_read (data, size, &answer);
}

/* No prefix and no longer payload is taken. */
static void
check_sizes (const char *what, Reader reader, size_t size)
{
    size_t taken = 0;

    for (size_t cut = 0; cut < size; cut++)
        taken += reader (buffer, cut);
    buffer[size] = 0;
    taken += reader (buffer, size + 1);
    CHECK_NAMED (size > 0 && taken == 0, "%s: only the exact size of %zu bytes is read", what,
                 size);
}

static void
test_job (void)
{
    MugaiWalkJob job = { .task = MUGAI_WALK_NOTICE,
                         .content_size = 1u << 30,
                         .reason = "item.limit" };
    MugaiWalkJob back;

    job.content_sha256[31] = 7;
    size_t size = mugai_walk_job_write (&job, buffer, sizeof buffer);
    CHECK (mugai_walk_job_read (buffer, size, &back) && memcmp (&job, &back, sizeof job) == 0);
    check_sizes ("job", read_job, size);
    CHECK (mugai_walk_job_write (&job, buffer, size - 1) == 0);
    buffer[0] = 3;
    CHECK (!mugai_walk_job_read (buffer, size, &back));
    memset (job.reason, 'x', sizeof job.reason);
    CHECK (mugai_walk_job_write (&job, buffer, sizeof buffer) == 0);
}

static void
test_result (void)
{
    MugaiWalkResult result = {
        .outcome = 2, .grammar = 1, .output_size = 10, .report_size = 20, .leaves = 3
    };
    MugaiWalkResult back;
    size_t size = mugai_walk_result_write (&result, buffer, sizeof buffer);

    CHECK (mugai_walk_result_read (buffer, size, &back) &&
           memcmp (&result, &back, sizeof result) == 0);
    check_sizes ("result", read_result, size);
    buffer[0] = 0;
    CHECK (!mugai_walk_result_read (buffer, size, &back));
    buffer[0] = 1, buffer[4] = MUGAI_GRAMMAR_LAST + 1;
    CHECK (!mugai_walk_result_read (buffer, size, &back));
}

static void
test_call (void)
{
    static MugaiIsolateCall call = { .filter = "pdf-image",
                                     .inspect = 1,
                                     .language = 1,
                                     .output_max = 5,
                                     .frames_max = 7,
                                     .depth = 1,
                                     .depth_max = 8,
                                     .type = "pdf",
                                     .name = "a.pdf",
                                     .n_values = 2,
                                     .values = { { "dpi", "150" }, { "text-layer", "yes" } } };
    static MugaiIsolateCall back;
    size_t size = mugai_isolate_call_write (&call, buffer, sizeof buffer);

    CHECK (mugai_isolate_call_read (buffer, size, &back) &&
           memcmp (&call, &back, sizeof call) == 0);
    check_sizes ("call", read_call, size);
    call.n_values = 17;
    CHECK (mugai_isolate_call_write (&call, buffer, sizeof buffer) == 0);
    buffer[4] = 0;
    CHECK (!mugai_isolate_call_read (buffer, size, &back));
}

static void
test_answer (void)
{
    static MugaiIsolateAnswer answer = { .verdict = 4,
                                         .type = "png",
                                         .reason = "pdf.encrypted",
                                         .evidence = "\xff",
                                         .n_findings = 1,
                                         .findings = { { "pdf.page-cut", 3, "x" } },
                                         .n_facts = 1,
                                         .facts = { { "pages", 12 } } };
    static MugaiIsolateAnswer back;
    size_t size = mugai_isolate_answer_write (&answer, buffer, sizeof buffer);

    CHECK (mugai_isolate_answer_read (buffer, size, &back) &&
           memcmp (&answer, &back, sizeof answer) == 0);
    check_sizes ("answer", read_answer, size);
    buffer[0] = 6; /* past MUGAI_LATER */
    CHECK (!mugai_isolate_answer_read (buffer, size, &back));
    answer.n_facts = 17;
    CHECK (mugai_isolate_answer_write (&answer, buffer, sizeof buffer) == 0);
}

int
main (void)
{
    test_job();
    test_result();
    test_call();
    test_answer();
    return tap_done();
}
