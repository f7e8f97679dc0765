/* SPDX-License-Identifier: Apache-2.0
 *
 * doctor-finding: what `mugai doctor` found, as values. The texts of every check stand in one
 * table, in English and Japanese.
 *
 * Process: mugai. Trust: evidence comes from files of the administrator and is escaped where it is
 * printed.
 */
#pragma once

#include <glib.h>

typedef enum MugaiDoctorLevel {
    MUGAI_DOCTOR_FINE = 1, /* looked at, nothing to say */
    MUGAI_DOCTOR_WARNING,
    MUGAI_DOCTOR_PROBLEM, /* a road around, or it will not work */
} MugaiDoctorLevel;

typedef struct MugaiDoctorText {
    const char *en, *ja;
} MugaiDoctorText;

/* One check. */
typedef struct MugaiDoctorCheck {
    const char *id; /* "postfix.default-action" */
    MugaiDoctorText fine;
    MugaiDoctorText what; /* is wrong */
    MugaiDoctorText why;  /* it matters */
    MugaiDoctorText remedy;
} MugaiDoctorCheck;

typedef struct MugaiDoctorFinding {
    MugaiDoctorLevel level;
    const MugaiDoctorCheck *check; /* static */
    char *file;                    /* "" when it is no file's */
    unsigned line;                 /* 0: none, such as a setting that is not there */
    char *evidence;                /* may be hostile; "" when there is none */
    char *remedy; /* more exact than the check's, in English; NULL when there is none */
} MugaiDoctorFinding;

/* A list of findings is a GPtrArray of MugaiDoctorFinding *, owned by it. */
GPtrArray *mugai_doctor_list_new (void);

/* mugai_doctor_add:
 * Append one finding. @id: of a check in the table; anything else is a defect and aborts.
 * @file: NULL: none. @format: printf-like evidence, NULL: none. What was said already, with the
 * same place and evidence, is not said again.
 * Returns: (borrowed) the finding.
 */
MugaiDoctorFinding *mugai_doctor_add (GPtrArray *list, MugaiDoctorLevel level, const char *id,
                                      const char *file, unsigned line, const char *format, ...)
    G_GNUC_PRINTF (6, 7);

/* Like it, only when the list holds no finding of this check yet: the check was made and is fine.
 */
void mugai_doctor_fine (GPtrArray *list, const char *id, const char *file, unsigned line,
                        const char *evidence);

/* How many findings of this level there are. */
unsigned mugai_doctor_count (const GPtrArray *list, MugaiDoctorLevel level);

/* Returns: (static) "fine", "warning", "problem". */
const char *mugai_doctor_level_name (MugaiDoctorLevel level);

/* All checks. @ret_count: how many. Returns: (static). */
const MugaiDoctorCheck *mugai_doctor_checks (size_t *ret_count);
