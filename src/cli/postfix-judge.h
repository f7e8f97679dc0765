/* SPDX-License-Identifier: Apache-2.0
 *
 * postfix-judge: single settings of a Postfix against what Mugai needs: in main.cf and in each
 * service of master.cf that says otherwise.
 *
 * Pure but for the site's @read. Process: mugai. Trust: the administrator's files.
 */
#pragma once

#include "cli/postfix-look.h"

/* All settings of the table. */
void mugai_postfix_judge_settings (const MugaiPostfixLook *look);

/* @action, @time: as they stand in a milter's braces or a setting of its own; @value: where. */
void mugai_postfix_judge_action (const MugaiPostfixLook *look, const char *id,
                                 const MugaiPostfixValue *value, const char *action);
void mugai_postfix_judge_timeout (const MugaiPostfixLook *look, const char *id,
                                  const MugaiPostfixValue *value, const char *time);
