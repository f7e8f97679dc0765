/* SPDX-License-Identifier: Apache-2.0 */
#include "ooxml-rebuild/hooks.h"

static bool
take_part (MugaiDocument *doc, MugaiOfficePart *part)
{
    (void)doc, (void)part;
    return true;
}

const MugaiHooks mugai_word_hooks = { .kind = "docx", .part = take_part };
