/* SPDX-License-Identifier: Apache-2.0
 *
 * cli: what the subcommands of `mugai` share: the table of commands, language, errors, exit codes.
 * Process: mugai. Trust: prints only through base/escape.h what is not ours.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

/* Exit codes (mugai(1), EXIT STATUS). LATER outranks WITHHELD. */
enum {
    MUGAI_EXIT_OK = 0,       /* done; parts may have been withheld, the report says which */
    MUGAI_EXIT_WITHHELD = 1, /* at least one item withheld or held whole; verify: not in the
                                profile; doctor: problems */
    MUGAI_EXIT_USAGE = 2,    /* usage or configuration, nothing done */
    MUGAI_EXIT_LATER = 75,   /* try again later: resource, deadline, unreadable input, keep not
                                writable; nothing lost */
};

#define MUGAI_CLI_CONFIG "/etc/mugai/mugai.yaml"
#define MUGAI_CLI_JOBS   "/run/mugai/jobs.sock"
#define MUGAI_CLI_KEEP   "/run/mugai/keep.sock"

/* argv[0] is the name of the subcommand. Returns: exit code. */
typedef int (*MugaiCliRun) (int argc, char **argv);

typedef struct MugaiCommand {
    const char *name;
    MugaiCliRun run;
    const char *en, *ja; /* one line of help */
} MugaiCommand;

/* Is the user's language Japanese (LC_ALL, LC_MESSAGES, LANG)? */
bool mugai_cli_japanese (void);
/* Returns: (borrowed) the one of the two that fits. */
const char *mugai_cli_text (const char *en, const char *ja) G_GNUC_FORMAT (1) G_GNUC_FORMAT (2);

/* One line "mugai NAME: MESSAGE" to stderr, escaped. Returns: MUGAI_EXIT_USAGE. */
int mugai_cli_usage (const char *name, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Likewise after getopt_long() answered '?' with opterr 0. @argv: as it was given. */
int mugai_cli_wrong_option (char **argv);
/* Likewise from an error. Returns: the exit code that goes with it (USAGE: 2, REFUSED and
 * MALFORMED: 1, others: 75). */
int mugai_cli_error (const char *name, const GError *error);

/* Print hostile text to @out, escaped. */
void mugai_cli_print (FILE *out, const char *text);

int mugai_cli_sanitize (int argc, char **argv);
int mugai_cli_watch (int argc, char **argv);
int mugai_cli_report (int argc, char **argv);
int mugai_cli_stats (int argc, char **argv);
int mugai_cli_verify (int argc, char **argv);
int mugai_cli_explain (int argc, char **argv);
int mugai_cli_facts (int argc, char **argv);
int mugai_cli_rules (int argc, char **argv);
int mugai_cli_keep (int argc, char **argv);
int mugai_cli_reload (int argc, char **argv);
int mugai_cli_status (int argc, char **argv);
int mugai_cli_filters (int argc, char **argv);
int mugai_cli_types (int argc, char **argv);
int mugai_cli_limits (int argc, char **argv);
int mugai_cli_doctor (int argc, char **argv);

/* mugai_cli_sanitize_one:
 * Run one item through the same path as the gateway (src/pool), in this process.
 * @rules: file or NULL for the preset. @content, @envelope: sealed memfds, borrowed.
 * @ret_output, @ret_report: (transfer full) sealed memfds; -1 when there is none.
 * Returns: false with @error set; MUGAI_ERROR_RESOURCE: try again later. *ret_answer: MugaiAnswer
 * of wire/front.h.
 */
typedef bool (*MugaiCliSanitizeOne) (const char *rules, int content, int envelope,
                                     unsigned *ret_answer, int *ret_output, int *ret_report,
                                     GError **error);
bool mugai_cli_sanitize_one (const char *rules, int content, int envelope, unsigned *ret_answer,
                             int *ret_output, int *ret_report, GError **error);
