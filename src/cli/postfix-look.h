/* SPDX-License-Identifier: Apache-2.0
 *
 * postfix-look: a look at one Postfix configuration: the value that holds for a service and where
 * it stands, who can reach a service, and the list that findings are added to.
 *
 * Pure. Process: mugai. Trust: the administrator's files.
 */
#pragma once

#include "cli/doctor-endpoint.h"
#include "cli/doctor-finding.h"
#include "cli/doctor-postfix.h"

typedef struct MugaiPostfixLook { /* all borrowed */
    GPtrArray *list;
    const MugaiPostfixConf *conf;
    const MugaiDoctorSite *site;
    const MugaiEndpoint *ours; /* NULL: not known */
    const char *queue;         /* queue_directory */
    bool loopback_only;        /* inet_interfaces */
} MugaiPostfixLook;

/* A value and where it stands. */
typedef struct MugaiPostfixValue {
    char *text; /* owned, expanded */
    const char *name;
    const char *file;
    unsigned line; /* 0: not set */
    bool set;
    const MugaiPostfixService *service; /* whose own it is; NULL: main.cf or not set */
} MugaiPostfixValue;

void mugai_postfix_value_clear (MugaiPostfixValue *value);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MugaiPostfixValue, mugai_postfix_value_clear)

/* The value of @name that holds for @service (NULL: main.cf); @fallback when it is not set. One
 * that cannot be worked out is added to the findings. */
MugaiPostfixValue mugai_postfix_look_value (const MugaiPostfixLook *look,
                                            const MugaiPostfixService *service, const char *name,
                                            const char *fallback);

/* Add a finding about a value. */
void mugai_postfix_look_found (const MugaiPostfixLook *look, MugaiDoctorLevel level, const char *id,
                               const MugaiPostfixValue *value);

/* Is it a service of this program ("smtpd")? */
bool mugai_postfix_look_runs (const MugaiPostfixService *service, const char *command);

/* Does mail enter here, or is it put into the queue here? */
bool mugai_postfix_look_entrance (const MugaiPostfixService *service);

/* Can only this host connect to it? */
bool mugai_postfix_look_local (const MugaiPostfixLook *look, const MugaiPostfixService *service);

/* An smtpd that only this host reaches and that asks no milter: for released mail. */
bool mugai_postfix_look_release (const MugaiPostfixLook *look, const MugaiPostfixService *service);

/* Is everything in this list of addresses or networks of this host only, and is there one? */
bool mugai_postfix_look_loopback (const char *value);

/* Is @word one of the list, in any case of letters? */
bool mugai_postfix_look_word (const char *value, const char *word);
