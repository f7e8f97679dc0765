/* SPDX-License-Identifier: Apache-2.0
 *
 * received: trace fields in one form, so that hops can be counted and read (RFC 5321 4.4).
 *
 * Process: worker. Trust: input is hostile; output obeys PROFILE.md H-1.
 */
#pragma once

#include "message/fold.h"

/* Write one Received field made of @line (borrowed, unfolded): its clauses from, by, with and id as
 * far as they can be written, and its date; a neutral field when nothing of it can be read. */
void mugai_received_emit (const char *line, MugaiFold *out);
