/* SPDX-License-Identifier: Apache-2.0
 *
 * inspect: facts about an OOXML document for rules: what is active in it, is it signed. Process:
 * render. Input is hostile.
 */
#pragma once

#include "office/document.h"

/* Returns: 0, or -1 when the document cannot be read. */
int mugai_ooxml_inspect (const mugai_host *host, mugai_call *call, const mugai_part *part,
                         const MugaiHooks *hooks);
