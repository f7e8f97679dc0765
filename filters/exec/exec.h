/* SPDX-License-Identifier: Apache-2.0
 *
 * exec: what the filters `exec` (a verdict) and `exec-convert` (bytes that re-enter the walk)
 * share: the talk with mugai-exec, and what the end of a command means (COMMAND.md). Process:
 * render, profile supervised. Trust: a command may have been taken over by the part: what it says
 * is hostile.
 */
#pragma once

#include <mugai/filter.h>
#include <stdbool.h>

enum { EXEC_LINE = 160 };

typedef struct ExecEnd {
    bool told;   /* false: mugai-exec ended without a word: no sandbox, or killed */
    bool exited; /* else by a signal */
    int number;  /* exit status or signal */
    bool read_all;
    bool put;            /* something was put out */
    bool full;           /* the host takes no more output */
    char out[EXEC_LINE]; /* first line of its output, unless that is put out */
    char err[EXEC_LINE]; /* first line of stderr */
} ExecEnd;

/* Listen until the end. @put: what it writes is the result. */
void exec_listen (const mugai_host *host, mugai_call *call, bool put, ExecEnd *ret);

/* exec_verdict:
 * @name: of the filter, for its codes. Returns: KEEP for exit status 0, which the caller must look
 * at again; else what follows, with its reason given.
 */
mugai_verdict_t exec_verdict (const mugai_host *host, mugai_call *call, const char *name,
                              const ExecEnd *end);

/* Give a reason with code NAME.@what. */
void exec_reason (const mugai_host *host, mugai_call *call, const char *name, const char *what,
                  const char *evidence);

#define EXEC_COMMAND                                                                                         \
    {                                                                                                        \
        .name = "command", .kind = MUGAI_PARAM_TEXT,                                                         \
        .help = "absolute path of a program and its arguments, separated by blanks; no shell",               \
        .help_ja = "プログラムの絶対パスと引数（空白区切り）。シェルは使わない" \
    }
#define EXEC_READ                                                                                      \
    {                                                                                                  \
        .name = "read", .kind = MUGAI_PARAM_TEXT, .value = "",                                         \
        .help = "further files and folders that it may read, separated by blanks",                     \
        .help_ja = "追加で読み取りを許すファイル・フォルダー（空白区切り）" \
    }
#define EXEC_MEMORY                                                                                \
    {                                                                                              \
        .name = "memory", .kind = MUGAI_PARAM_INTEGER, .unit = "MiB", .value = "512", .min = 16,   \
        .max = 65536, .help = "address space of each of its processes",                            \
        .help_ja = "プロセスごとのアドレス空間の上限"                              \
    }

#define EXEC_CODES(name)                                                                           \
    { name ".rejected", "a program of this organisation rejected it",                              \
      "組織で設定したプログラムが不合格と判定しました" },                                          \
        { name ".refused", "a program of this organisation has no safe form of it",                \
          "組織で設定したプログラムでは安全な形にできませんでした" },                              \
        { name ".failed", "a program of this organisation failed on it",                           \
          "組織で設定したプログラムが処理中に失敗しました" },                                      \
    {                                                                                              \
        name ".unavailable", "a program of this organisation cannot be run",                       \
            "組織で設定したプログラムを実行できません"                         \
    }
