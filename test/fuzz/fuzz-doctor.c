/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz-doctor: the readers of main.cf, master.cf and sendmail.cf and all checks over them. The
 * input up to the first NUL is main.cf, the rest master.cf; the whole is a sendmail.cf too. What
 * was found must be the same a second time, and its number bounded by the size of the input.
 */
#include "cli/doctor-finding.h"
#include "cli/doctor-postfix.h"
#include "cli/doctor-sendmail.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static GPtrArray *
check_all (const char *text, size_t size)
{
    const MugaiDoctorSite site = { .milter_socket = "unix:/run/mugai/milter.sock",
                                   .output = 10000000 };
    GPtrArray *list = mugai_doctor_list_new();
    size_t cut = strnlen (text, size);
    g_autoptr (MugaiPostfixConf) postfix = mugai_postfix_conf_new ("main.cf", text, cut);
    g_autoptr (MugaiSendmailConf) sendmail = mugai_sendmail_conf_new ("sendmail.cf", text, size);

    if (cut < size)
        mugai_postfix_conf_master (postfix, "master.cf", text + cut + 1, size - cut - 1);
    mugai_doctor_postfix (list, postfix, &site);
    mugai_doctor_sendmail (list, sendmail, &site, false);
    return list;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    const char *text = size > 0 ? (const char *)data : "";
    g_autoptr (GPtrArray) list = check_all (text, size);
    g_autoptr (GPtrArray) again = check_all (text, size);

    if (list->len != again->len || list->len > 200 + 20 * size)
        abort();
    for (guint i = 0; i < list->len; i++) {
        const MugaiDoctorFinding *a = g_ptr_array_index (list, i);
        const MugaiDoctorFinding *b = g_ptr_array_index (again, i);
        if (a->check != b->check || a->level != b->level || a->line != b->line ||
            strcmp (a->evidence, b->evidence) != 0)
            abort();
    }
    return 0;
}
