/* SPDX-License-Identifier: Apache-2.0
 *
 * doctor-sendmail: a sendmail.cf against every road around a mail filter.
 *
 * Pure. Process: mugai. Trust: the administrator's file.
 */
#pragma once

#include "cli/doctor-postfix.h" /* MugaiDoctorSite */
#include "cli/sendmail-conf.h"

/* mugai_doctor_sendmail:
 * Append findings: those that are wrong, and one `fine` for each check that found nothing.
 * @submit: is there a submit.cf, so that local mail goes by SMTP?
 */
void mugai_doctor_sendmail (GPtrArray *list, const MugaiSendmailConf *conf,
                            const MugaiDoctorSite *site, bool submit);
