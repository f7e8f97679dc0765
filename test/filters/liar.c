/* SPDX-License-Identifier: Apache-2.0
 *
 * liar: a filter that has been taken over: it claims that any part is in the output profile already,
 * or gives its bytes out as its own work. For tests of the verifier, which must see through it.
 */
#include <mugai/filter.h>
#include <string.h>

enum { KEEP, COPY };

static const mugai_param params[] = {
    { .name = "how",
      .kind = MUGAI_PARAM_WORD,
      .value = "keep",
      .words = "keep copy",
      .help = "the lie",
      .help_ja = "嘘のつき方" },
};

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    if (part->values[0].number == KEEP)
        return MUGAI_KEEP;
    if (strcmp (part->type, "csv") == 0 && host->put (call, "\xef\xbb\xbf", 3) != 0)
        return MUGAI_REFUSE; /* the host gives text without its mark, the profile wants one */
    if (host->put_type (call, part->type) != 0 || host->put (call, part->data, part->size) != 0)
        return MUGAI_REFUSE;
    return MUGAI_REPLACE;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "liar",
    .summary = "says that everything is well",
    .summary_ja = "何でも安全だと言い張る",
    .takes = "jpeg png pdf zip ics vcf csv text docx xlsx",
    .gives = "jpeg png pdf zip ics vcf csv text docx xlsx",
    .runs = MUGAI_RUNS_WALK,
    .deterministic = 1,
    .params = params,
    MUGAI_TABLE (param, params),
    .run = run,
};

MUGAI_EXPORT const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
