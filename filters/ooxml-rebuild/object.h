/* SPDX-License-Identifier: Apache-2.0
 *
 * object: an OLE object on a slide becomes the picture that was shown of it; a document that was
 * embedded goes on beside (ISO/IEC 29500-1 19.3.2.4). Process: render. Input is hostile.
 */
#pragma once

#include "office/document.h"

/* @frame: a p:graphicFrame of @part that holds @object (p:oleObj). It is a p:pic afterwards, or a
 * p:sp when there is no picture. */
void mugai_object (MugaiDocument *doc, MugaiOfficePart *part, MugaiNode *frame, MugaiNode *object);
