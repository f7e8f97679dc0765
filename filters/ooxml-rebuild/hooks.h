/* SPDX-License-Identifier: Apache-2.0
 *
 * hooks: what each kind of OOXML document needs besides the model. Process: render. The document is
 * hostile; what a hook leaves is judged by the model.
 */
#pragma once

#include "office/document.h"

extern const MugaiHooks mugai_slide_hooks; /* pptx.c; clause 19 */
extern const MugaiHooks mugai_sheet_hooks; /* sheet.c; clause 18 */
extern const MugaiHooks mugai_word_hooks;  /* word.c; ISO/IEC 29500-1 clause 17 */
