/* SPDX-License-Identifier: Apache-2.0
 *
 * output-names: where the result of each input goes.
 *
 * An output name keeps the stem and gets the extension of its new type; the old extension stays in
 * front when another input of the same folder has the same stem (Unicode NFC, case folded). Names
 * are made safe for Windows and Unix (safe-name.h); one that would meet another input's, or a
 * folder, then gets "~N" (its place in the list), so that results never meet, whatever type they
 * have, and a rerun gives the same names. Pure.
 */
#pragma once

#include "cli/inputs.h"

/* Characters (UTF-16 units) of a path below the output folder: Windows takes 260 for all of it.
 * What would be longer goes to the folder "_long/" and 16 digits of the SHA-256 of its folder. */
enum { MUGAI_OUTPUT_PATH_MAX = 240 };

/* Give every input of the list its folder, and a stem that no other has. */
void mugai_output_names_give (MugaiInputs *inputs);

/* @extension: of the output type: "txt". Returns: (transfer full) relative path below the output
 * folder. */
char *mugai_output_name (const MugaiInputs *inputs, const MugaiInput *input, const char *extension);
