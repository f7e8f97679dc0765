/* SPDX-License-Identifier: Apache-2.0
 *
 * session: libmilter's callbacks. One private value per connection, one mail at a time in it; what
 * the callbacks bring goes into the original, and the end of the message decides: verified edits,
 * 451, or the 5xx of a rule.
 *
 * Order: mugai_session_filter() -> smfi_register() -> smfi_main(). Callbacks run in libmilter's
 * threads, a connection now in this one and now in that one, so nothing is kept per thread. This
 * file logs (one line a mail on standard error). Process: mugai-milter. Trust: all values are
 * hostile text; they reach the log through base/escape.h.
 */
#pragma once

#include "milter/mail.h"

#include <libmilter/mfapi.h>

/* mugai_session_filter:
 * @milter: borrowed, for the rest of the process: libmilter hands no value of ours to a new
 * connection. Returns: the description for smfi_register().
 */
struct smfiDesc mugai_session_filter (MugaiMilter *milter);
