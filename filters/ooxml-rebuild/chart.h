/* SPDX-License-Identifier: Apache-2.0
 *
 * chart: a chart of any kind of document keeps the values it was drawn from; the workbook behind it
 * goes, and with it what refers out of the document (ISO/IEC 29500-1 21.2.2.63). Process: render.
 * Input is hostile. Linear in time.
 */
#pragma once

#include "office/document.h"

/* @part: of kind MUGAI_PART_chart. Returns: false when memory ended. */
bool mugai_chart (MugaiDocument *doc, MugaiOfficePart *part);
