/* SPDX-License-Identifier: Apache-2.0
 *
 * place: where LibreOffice is installed, what of this host it must see, and what to install where
 * it is not. Process: mugai-office before the lock-down; whoever describes filters. Trust: no
 * content.
 */
#pragma once

#include <mugai/filter.h>
#include <stdbool.h>

/* Find it. Returns: false when it is not installed, or not enough of it. */
bool lok_place_find (void);

/* After a find: its folder `program`, and the libraries to open, first that opens (NULL at the
 * end). */
const char *lok_place_program (void);
const char *const *lok_place_libraries (void);

/* What mugai_room.read and .files want; filled by lok_place_find(). */
extern const char *lok_place_folders[];
extern mugai_room_file lok_place_files[2];
