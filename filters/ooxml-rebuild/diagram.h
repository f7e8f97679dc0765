/* SPDX-License-Identifier: Apache-2.0
 *
 * diagram: a SmartArt diagram becomes a group of shapes, as its last editor drew it ([MS-ODRAWXML]
 * 2.1), or, where it did not, a shape with its texts (ISO/IEC 29500-1 21.4). Process: render. Input
 * is hostile. Linear in time.
 */
#pragma once

#include "office/document.h"

/* @frame: a p:graphicFrame of @part that holds @names (dgm:relIds). It is a p:grpSp or p:sp
 * afterwards, or as it was when nothing of the diagram can be read. */
void mugai_diagram (MugaiDocument *doc, MugaiOfficePart *part, MugaiNode *frame, MugaiNode *names);
