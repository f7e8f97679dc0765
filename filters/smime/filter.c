/* SPDX-License-Identifier: Apache-2.0
 *
 * The module of smime: the mail entity inside of an S/MIME object that is signed or compressed
 * (RFC 8551 3.4, 3.6, 3.7). What is made of it is a mail again: `do: [smime, mail]`.
 *
 * Process: the walk. Trust: input is hostile.
 */
#include "common/filter-text.h"
#include "smime/cms.h"

/* Why nothing comes of it; NULL: something does. */
static const char *
reason_of (const Cms *cms)
{
    switch (cms->kind) {
    case CMS_SIGNED:
    case CMS_COMPRESSED:
    case CMS_DATA:
        return cms->content.size > 0 ? NULL : "smime.empty";
    case CMS_DETACHED:
        return "withheld.signature";
    case CMS_CERTIFICATES:
        return "smime.certificates";
    case CMS_ENCRYPTED:
        return "withheld.encrypted";
    case CMS_OTHER:
        return "smime.unsupported";
    case CMS_BROKEN:
    default:
        return cms->limit ? "limit.expanded" : "smime.broken";
    }
}

static Cms
read_part (const mugai_part *part)
{
    uint64_t max = part->output_max < part->expanded_left ? part->output_max : part->expanded_left;

    return cms_read (part->data, part->size, max < SIZE_MAX ? (size_t)max : SIZE_MAX);
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    Cms cms = read_part (part);
    const char *why = reason_of (&cms);

    if (why != NULL)
        host->reason (call, why, NULL);
    else if (cms.kind == CMS_SIGNED)
        host->finding (call, cms.signers > 0 ? "smime.signed" : "smime.no-signer", 1, NULL);
    bool ok = why == NULL && host->put (call, cms.content.data, cms.content.size) == 0;
    mugai_buffer_clear (&cms.content);
    return ok ? MUGAI_REPLACE : MUGAI_REFUSE;
}

static int
inspect (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    Cms cms = read_part (part);
    bool is_signed = cms.kind == CMS_DETACHED || (cms.kind == CMS_SIGNED && cms.signers > 0);

    mugai_buffer_clear (&cms.content);
    if (cms.kind == CMS_BROKEN)
        return -1;
    return host->fact (call, "encrypted", cms.kind == CMS_ENCRYPTED) == 0 &&
                   host->fact (call, "signed", is_signed) == 0
               ? 0
               : -1;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "smime",
    .summary = "take the mail out of a signed or compressed S/MIME object",
    .summary_ja = "S/MIME（署名・圧縮）から中のメールを取り出す（署名は確認しない）",
    .takes = "p7m p7s cert",
    .gives = "eml",
    .runs = MUGAI_RUNS_WALK,
    .deterministic = 1,
    .inspect = inspect,
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
