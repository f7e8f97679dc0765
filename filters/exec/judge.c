/* SPDX-License-Identifier: Apache-2.0
 *
 * exec: ask an administrator's command about a part. It only judges. Exit status 0 counts when the
 * command has read the part to its end; see COMMAND.md for the others. Process: render, profile
 * supervised. Trust: exec.h.
 */
#include "exec/exec.h"

enum { WHOLE = 3 };

static const mugai_param params[] = {
    EXEC_COMMAND,
    EXEC_READ,
    EXEC_MEMORY,
    { .name = "whole",
      .kind = MUGAI_PARAM_BOOLEAN,
      .value = "yes",
      .help = "its consent counts only when it has read its input to the end",
      .help_ja = "入力を最後まで読んだときだけ合格とみなす" },
};

static const mugai_code codes[] = {
    EXEC_CODES ("exec"),
    { "exec.unread", "a program of this organisation did not look at all of it",
      "組織で設定したプログラムが内容を最後まで読みませんでした" },
};

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    ExecEnd end;

    exec_listen (host, call, false, &end);
    mugai_verdict_t verdict = exec_verdict (host, call, "exec", &end);
    if (verdict != MUGAI_KEEP || end.read_all || part->values[WHOLE].number == 0)
        return verdict;
    exec_reason (host, call, "exec", "unread", NULL);
    return MUGAI_REFUSE;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "exec",
    .summary = "verdict of a program of yours",
    .summary_ja = "指定したプログラムによる判定",
    .takes = "*",
    .gives = NULL,
    .runs = MUGAI_RUNS_SUPERVISED,
    .command_param = "command",
    .params = params,
    MUGAI_TABLE (param, params),
    .codes = codes,
    MUGAI_TABLE (code, codes),
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
