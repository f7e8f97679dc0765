/* SPDX-License-Identifier: Apache-2.0
 *
 * exceptions: rules with an end date, announced before they end: in the log when rules are loaded
 * and once a day, and in the status. Process: mugaid. Trust: rules are the administrator's.
 */
#pragma once

#include "rules/rules.h"

enum { MUGAI_EXCEPTIONS_SOON_DAYS = 30 };

/* @text: escaped, one line. */
typedef void (*MugaiExceptionsSay) (void *data, int priority, const char *text);

/* Say each exception that has ended (LOG_WARNING) or ends within MUGAI_EXCEPTIONS_SOON_DAYS
 * (LOG_NOTICE). */
void mugai_exceptions_say (const MugaiRules *rules, int64_t now_us, MugaiExceptionsSay say,
                           void *data);
/* "\"exceptions\":[{\"rule\":..., \"owner\":..., \"until\":..., \"expired\":...}]," onto @json. */
void mugai_exceptions_status (const MugaiRules *rules, int64_t now_us, GString *json);
