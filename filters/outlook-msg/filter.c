/* SPDX-License-Identifier: Apache-2.0
 *
 * The module of outlook-msg: a message saved by Outlook becomes a text, its attachments go on by
 * themselves. Process: the walk (our own bounded code, libc only). Trust: input is hostile.
 */
#include "mapi/answer.h"
#include "outlook-msg/msg.h"

static const mugai_param params[] = {
    { .name = "into",
      .kind = MUGAI_PARAM_WORD,
      .value = "attachment",
      .words = "attachment body",
      .help = "where the text goes: a file of its own, or the body of the mail around it",
      .help_ja = "文字にした内容の行き先（attachment：添付ファイル、body：本文の続き）" },
};

enum { DEEPEST = 16 /* calls within each other */ };

/* Levels that are left: a message in it is one, and the text in that is one more. */
static unsigned
depth_left (const mugai_part *part)
{
    uint32_t left = part->depth_max > part->depth ? part->depth_max - part->depth : 0;

    return left > DEEPEST ? DEEPEST : left;
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiLetter letter = mugai_letter (mugai_mapi_room (part), 0);
    MugaiCfb cfb;
    const char *fault = mugai_cfb_open (part->data, part->size, &cfb);

    if (fault == NULL)
        fault = mugai_msg_read (&cfb, depth_left (part), &letter);
    mugai_verdict_t verdict = mugai_mapi_answer (host, call, &letter, fault, part->values[0].text);
    mugai_cfb_clear (&cfb);
    return verdict;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "outlook-msg",
    .summary = "a message saved by Outlook becomes a text; its attachments go on by themselves",
    .summary_ja = "Outlookで保存したメールを文字にし、その添付ファイルを1つずつ処理する",
    .takes = "msg",
    .gives = "text",
    .runs = MUGAI_RUNS_WALK,
    .container = MUGAI_CONTAINER_ARCHIVE,
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
