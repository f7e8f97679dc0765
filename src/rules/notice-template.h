/* SPDX-License-Identifier: Apache-2.0
 *
 * notice-template: the text a site puts in place of ours around the results, with placeholders.
 * Trust: the administrator's, but what it says must be able to pass the verifier in every mail, so
 * it is checked when it is loaded. Documented in mugai-rules(5).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum {
    MUGAI_NOTICE_TEMPLATE_MAX = 4096, /* bytes */
    MUGAI_NOTICE_TEMPLATE_LINES = 40,
    MUGAI_NOTICE_TEMPLATE_LINE = 240, /* bytes */
};

typedef enum MugaiNoticeValue {
    /* within a line */
    MUGAI_NOTICE_VALUE_NUMBER = 1,
    MUGAI_NOTICE_VALUE_DELIVERED,
    MUGAI_NOTICE_VALUE_CONVERTED,
    MUGAI_NOTICE_VALUE_WITHHELD,
    /* alone on a line, which goes when there is nothing to say */
    MUGAI_NOTICE_VALUE_AUTHENTICATION,
    MUGAI_NOTICE_VALUE_WITHHELD_LIST,
    MUGAI_NOTICE_VALUE_CONVERTED_LIST,
    MUGAI_NOTICE_VALUE_FINDINGS,
    MUGAI_NOTICE_VALUE_ORIGINAL, /* how to get it; when something was withheld */
} MugaiNoticeValue;

/* mugai_notice_template_value:
 * @at: begins with "{". Returns: the placeholder and in *ret_size its bytes; 0: none that is known.
 */
MugaiNoticeValue mugai_notice_template_value (const char *at, size_t *ret_size);

/* mugai_notice_template_check:
 * @path: for messages. @text: UTF-8 with LF or CRLF. Returns: (transfer full) the template with LF;
 * NULL: MUGAI_ERROR_USAGE "FILE:LINE:COLUMN: what is wrong".
 */
char *mugai_notice_template_check (const char *path, const char *text, size_t size, GError **error);
