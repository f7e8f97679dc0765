/* SPDX-License-Identifier: Apache-2.0
 *
 * run: what the library's table of functions points to. Process: render.
 */
#pragma once

#include <mugai/filter.h>

mugai_verdict_t pdf_image_run (const mugai_host *host, mugai_call *call, const mugai_part *part);
mugai_verdict_t pdf_text_run (const mugai_host *host, mugai_call *call, const mugai_part *part);
mugai_verdict_t pdf_files_run (const mugai_host *host, mugai_call *call, const mugai_part *part);
mugai_verdict_t pdf_svg_run (const mugai_host *host, mugai_call *call, const mugai_part *part);
int pdf_inspect (const mugai_host *host, mugai_call *call, const mugai_part *part);
