/* SPDX-License-Identifier: Apache-2.0
 *
 * second-kind: what libmagic takes a content for: a second opinion on what sniff.h has no evidence
 * for. second-reader.h asks it.
 *
 * Process: mugai-reader only: its tables would cost every child of the worker. Trust: input is
 * hostile; the answer is a claim like a label's (mugai_sniff_claims()).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Load the tables, before the lock-down. Returns: false when there are none. */
bool mugai_second_kind_open (void);

/* Returns: (borrowed until the next call) a media type, or NULL. */
const char *mugai_second_kind (const uint8_t *data, size_t size);
