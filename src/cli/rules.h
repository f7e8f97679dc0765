/* SPDX-License-Identifier: Apache-2.0
 *
 * rules: the verbs of `mugai rules` that have files of their own. Process: mugai.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define MUGAI_CLI_RULES "/etc/mugai/rules.yaml"

/* argv[0] is the verb. Returns: exit code. */
int mugai_cli_rules_test (int argc, char **argv);
int mugai_cli_rules_replay (int argc, char **argv);
int mugai_cli_rules_init (int argc, char **argv);

/* The help of all verbs, to stdout for @wanted, else to stderr. Returns: the exit code. */
int mugai_cli_rules_help (bool wanted);
