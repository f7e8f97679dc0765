/* SPDX-License-Identifier: Apache-2.0
 *
 * mail: a mail that is part of another (forwarded as an attachment, returned, in an archive)
 * becomes one text: a summary of its header and what is text in it. Its other parts go through the
 * rules by themselves and into the list of attachments. Reading mail is the host's work; this
 * module is how a rule asks for it.
 *
 * Process: the walk. Trust: input is hostile.
 */
#include <mugai/filter.h>
#include <string.h>

static const mugai_param params[] = {
    { .name = "into",
      .kind = MUGAI_PARAM_WORD,
      .value = "attachment",
      .words = "attachment body",
      .help = "where the text goes: a file of its own, or the body of the mail around it",
      .help_ja = "文字にした内容の行き先（attachment：添付ファイル、body：本文の続き）" },
};

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    if (host->size_of < offsetof (mugai_host, mail) + sizeof host->mail || host->mail == NULL)
        return MUGAI_REFUSE;
    return host->mail (call, strcmp (part->values[0].text, "body") == 0) == 0 ? MUGAI_REPLACE
                                                                              : MUGAI_REFUSE;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "mail",
    .summary = "a mail within a mail becomes a text; its attachments go on by themselves",
    .summary_ja = "メールの中のメールを文字にし、その添付ファイルを1つずつ処理する",
    .takes = "eml",
    .gives = "text",
    .runs = MUGAI_RUNS_WALK,
    .container = MUGAI_CONTAINER_ARCHIVE,
    .deterministic = 1,
    .params = params,
    MUGAI_TABLE (param, params),
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
