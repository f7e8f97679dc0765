/* SPDX-License-Identifier: Apache-2.0
 *
 * doctor-postfix: a Postfix configuration against every road around a milter, and the settings that
 * Mugai needs.
 *
 * Pure but for @read. Process: mugai. Trust: the administrator's files.
 */
#pragma once

#include "cli/postfix-conf.h"

#include <stdint.h>

/* What Mugai's own settings say. */
typedef struct MugaiDoctorSite {
    const char *milter_socket; /* of mugai.yaml: "unix:/run/mugai/milter.sock"; "" none */
    uint64_t output;           /* limits.output, bytes */
    /* Contents of a table that a setting names (cidr:/etc/postfix/x), or NULL. (transfer full)
     * NULL: tables are not read. */
    char *(*read) (const char *path);
} MugaiDoctorSite;

/* Append findings: those that are wrong, and one `fine` for each check that found nothing. */
void mugai_doctor_postfix (GPtrArray *list, const MugaiPostfixConf *conf,
                           const MugaiDoctorSite *site);
