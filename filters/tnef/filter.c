/* SPDX-License-Identifier: Apache-2.0
 *
 * The module of tnef: winmail.dat becomes a text, its attachments go on by themselves.
 * Process: the walk (our own bounded code, libc only). Trust: input is hostile.
 */
#include "mapi/answer.h"
#include "tnef/tnef.h"

static const mugai_param params[] = {
    { .name = "into",
      .kind = MUGAI_PARAM_WORD,
      .value = "auto",
      .words = "auto attachment body",
      .help = "where the text goes: the body when the mail has no other text, else a file; always "
              "a file; always the body",
      .help_ja = "文字にした内容の行き先（auto：ほかに本文がなければ本文、あれば添付ファイル、"
                 "attachment：添付ファイル、body：本文の続き）" },
};

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiLetter letter = mugai_letter (mugai_mapi_room (part), 0);
    const char *fault = mugai_tnef_read (part->data, part->size, &letter);

    return mugai_mapi_answer (host, call, &letter, fault, part->values[0].text);
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "tnef",
    .summary = "Outlook's winmail.dat becomes a text; its attachments go on by themselves",
    .summary_ja = "Outlookのwinmail.datを文字にし、その添付ファイルを1つずつ処理する",
    .takes = "tnef",
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
