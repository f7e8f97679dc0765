/* SPDX-License-Identifier: Apache-2.0
 *
 * exec-convert: what an administrator's command makes of a part. The bytes are as hostile as the
 * part was: they re-enter the walk as a new part, under the rules of what they are. Process:
 * render, profile supervised. Trust: exec.h.
 */
#include "exec/exec.h"

static const mugai_param params[] = { EXEC_COMMAND, EXEC_READ, EXEC_MEMORY };

static const mugai_code codes[] = {
    EXEC_CODES ("exec-convert"),
    { "exec-convert.nothing", "a program of this organisation made nothing of it",
      "組織で設定したプログラムの出力が空でした" },
};

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    ExecEnd end;

    (void)part;
    exec_listen (host, call, true, &end);
    mugai_verdict_t verdict = exec_verdict (host, call, "exec-convert", &end);
    if (verdict != MUGAI_KEEP)
        return verdict;
    if (end.put)
        return MUGAI_REPLACE;
    exec_reason (host, call, "exec-convert", "nothing", end.err);
    return MUGAI_REFUSE;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "exec-convert",
    .summary = "what a program of yours makes of it, under the rules again",
    .summary_ja = "指定したプログラムによる変換（結果は再び規則で処理）",
    .takes = "*",
    .gives = "*",
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
