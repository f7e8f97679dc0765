/* SPDX-License-Identifier: Apache-2.0
 *
 * doctor-print: findings for people, and as JSON (mugai.doctor/1, doctor.schema.json).
 *
 * Process: mugai. All evidence is escaped.
 */
#pragma once

#include <glib.h>

/* To standard output, worst first; what is fine in one line each. */
void mugai_doctor_print_text (const GPtrArray *list);

/* To standard output. @files: what was read, NULL-terminated. */
void mugai_doctor_print_json (const GPtrArray *list, const char *const *files);
