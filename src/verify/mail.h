/* SPDX-License-Identifier: Apache-2.0
 *
 * mail: canonical mail (PROFILE.md, section M; section D when the limits say so). Process: verify.
 * Input is hostile. libc only.
 */
#pragma once

#include "verify/check.h"

bool mugai_mail_check (MugaiCheck *check, const uint8_t *data, size_t size);
