/* SPDX-License-Identifier: Apache-2.0
 *
 * error: the one error domain of everything above base, and what each code means for the item.
 */
#pragma once

#include <glib.h>

#define MUGAI_ERROR (mugai_error_quark())
GQuark mugai_error_quark (void);

/* | code        | meaning                              | what follows
 * | MALFORMED   | input breaks its specification       | the part is refused: next chain of the
 * rule, else withheld | LIMIT       | a configured limit was passed        | a filter's: its part
 * is withheld; the item's: the item, with a notice | UNSUPPORTED | valid, but there is no safe form
 * | the part is withheld | REFUSED     | a rule or a filter said no           | as the rule says |
 * DEADLINE    | time or CPU budget spent             | a filter's: its part is withheld; the
 * walk's: once again, then poison | INTERNAL    | our defect, a dead child, a bad frame | once
 * again, then poison (a notice goes on in place of the item) | RESOURCE    | memory, disk,
 * descriptors, an unreadable file | try again later: 451 or exit code 75; nothing is lost | USAGE
 * | the administrator's words are wrong (options, rules, configuration) | exit code 2, nothing done
 */
typedef enum MugaiErrorCode {
    MUGAI_ERROR_MALFORMED = 1,
    MUGAI_ERROR_LIMIT,
    MUGAI_ERROR_UNSUPPORTED,
    MUGAI_ERROR_REFUSED,
    MUGAI_ERROR_DEADLINE,
    MUGAI_ERROR_INTERNAL,
    MUGAI_ERROR_RESOURCE,
    MUGAI_ERROR_USAGE,
} MugaiErrorCode;
