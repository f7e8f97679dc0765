/* SPDX-License-Identifier: Apache-2.0
 *
 * doctor-host: what this host offers to Mugai, as one value, and the judgement of it.
 *
 * doctor-facts.c looks (mugai_doctor_host_gather), doctor-host.c judges and is pure. Process:
 * mugai, any user; what that user may not see is said and not guessed. Trust: no content.
 */
#pragma once

#include "base/limits.h"
#include "core/catalogue.h"
#include "daemon/config.h"
#include "sandbox/sandbox.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct MugaiDoctorHost {
    /* borrowed by mugai_doctor_host_gather, set by the caller */
    const MugaiConfig *config;
    bool sendmail; /* a Sendmail is to use the milter's socket */

    MugaiLockdownStatus lockdown;
    char *kernel;           /* uname: release */
    char *programs_missing; /* names; "" none */
    char *filters_error;    /* NULL: they can be described */
    unsigned filters;
    char *lacking;     /* filters that cannot run here, each with what it lacks; "" or NULL: none */
    char *rules_error; /* NULL: they can be read */
    MugaiLimits limits;
    bool user_there;

    char *writable; /* a folder above the milter's socket that everybody may write to; "" none */
    bool sticky;    /* it has the sticky bit */

    int keep_errno; /* 0, or why the keep's folder cannot be looked at */
    uint32_t keep_mode;
    bool keep_foreign;             /* it belongs to somebody else than Mugai's user */
    bool keep_volatile;            /* it lies in memory */
    uint64_t keep_free, keep_size; /* bytes of its file system; size 0: not known */

    int64_t now_us; /* since 1970 */
    bool unsynchronized;
} MugaiDoctorHost;

/* Only what the rules say: limits or rules_error. @catalogue: NULL: filters are not checked. */
void mugai_doctor_host_rules (MugaiDoctorHost *host, const MugaiCatalogue *catalogue);

/* Look at this host, its rules included. @host: config and sendmail are set, all else 0. */
void mugai_doctor_host_gather (MugaiDoctorHost *host);
void mugai_doctor_host_clear (MugaiDoctorHost *host);

/* Append findings: those that are wrong, and one `fine` for each check that found nothing. */
void mugai_doctor_host (GPtrArray *list, const MugaiDoctorHost *host);
