/* SPDX-License-Identifier: Apache-2.0
 *
 * params: the values of a rule's step against the parameters that its filter declares: known names,
 * kinds, units, ranges, words, defaults. The rules' lint, the chain and the render program all ask
 * here, so they cannot differ. libc only; values are the administrator's.
 */
#pragma once

#include <mugai/filter.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    MUGAI_PARAMS_MAX = 16,    /* of one filter: what MugaiIsolateCall carries */
    MUGAI_PARAMS_NAME = 31,   /* bytes of a name */
    MUGAI_PARAMS_VALUE = 511, /* bytes of a value as written */
    MUGAI_PARAMS_WHY = 256,   /* room for an error text */
};

typedef struct MugaiGiven { /* as written in a rule: both NUL-terminated UTF-8 */
    const char *name;
    const char *value;
} MugaiGiven;

/* mugai_params_value:
 * Read one value. INTEGER `150`, BOOLEAN `yes` `no` `true` `false`, WORD one of words, TEXT as it
 * is, BYTES `20MiB` (B kB MB GB KiB MiB GiB), TIME `30s` (us ms s m h d).
 * @text: borrowed; TEXT and WORD results point to it. @why: MUGAI_PARAMS_WHY bytes, what is wrong.
 * Returns: false, *ret untouched.
 */
bool mugai_params_value (const mugai_param *param, const char *text, mugai_value *ret, char *why);

/* mugai_params_resolve:
 * @ret: one value for each of @params, in their order. A name twice, an unknown name and a value
 * that is missing without default are errors. Returns: as above; *ret may be partly written.
 */
bool mugai_params_resolve (const mugai_param *params, size_t n_params, const MugaiGiven *given,
                           size_t n_given, mugai_value *ret, char *why);
