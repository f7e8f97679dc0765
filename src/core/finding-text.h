/* SPDX-License-Identifier: Apache-2.0
 *
 * finding-text: a finding in words, and hostile strings of a report as they may be shown.
 */
#pragma once

#include "core/finding.h"

#include <stdbool.h>
#include <stdint.h>

/* mugai_finding_text:
 * @info: NULL is not allowed. @shown: the evidence, made fit to be shown by the caller; "": none, and what stands
 * around it ("（%s）", " (%s)", ": %s") is left out too.
 * Returns: (transfer full).
 */
char *mugai_finding_text (const MugaiFindingInfo *info, bool japanese, uint64_t count, const char *shown);

/* mugai_shown:
 * A string of a report through base/escape.h. @escaped: the worker has escaped it already (paths, evidence, traces), so
 * its backslashes stay as they are; everything else is escaped again, as a worker's word is not enough.
 * @text: NULL is "". Returns: (transfer full) valid UTF-8 without controls.
 */
char *mugai_shown (const char *text, bool escaped);
