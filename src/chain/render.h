/* SPDX-License-Identifier: Apache-2.0
 *
 * render: the far side of an isolated call: one filter, one document, one process. Receives RENDER,
 * runs the filter, writes typed frames or bytes, answers RENDERED, ends. wire/isolate.h has the
 * whole sequence. Process: render. Trust: the document is hostile, and with it, soon perhaps, this
 * process: everything it says is checked where it arrives. libc only.
 */
#pragma once

#include "chain/module.h"

/* A MugaiZygoteChild. @data: a MugaiModule that does not run in the walk, set up. Returns: exit
 * status, 0 when answered or when the channel closed unused. */
int mugai_render_child (void *data, int channel);
