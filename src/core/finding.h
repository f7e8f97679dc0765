/* SPDX-License-Identifier: Apache-2.0
 *
 * finding: one thing seen or done, and the catalogue of all codes with their texts in both
 * languages.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum MugaiSeverity {
    MUGAI_SEVERITY_INFO = 1,
    MUGAI_SEVERITY_NOTICE,
    MUGAI_SEVERITY_WARNING
} MugaiSeverity;

typedef struct MugaiFindingInfo {
    const char *code;       /* "html.hidden-text-dropped" */
    MugaiSeverity severity; /* NOTICE and above are shown to the reader of the mail */
    const char *en;         /* may hold %n (the number) and %s (the evidence) once each */
    const char *ja;
} MugaiFindingInfo;

/* Returns: (borrowed, static) or NULL for a code that is not in the catalogue. */
const MugaiFindingInfo *mugai_finding_info (const char *code);
const MugaiFindingInfo *mugai_finding_table (size_t *ret_count);
