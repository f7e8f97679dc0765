/* SPDX-License-Identifier: Apache-2.0
 *
 * journal: what a batch run has finished, in its output folder, for --resume.
 *
 * Append-only; each line is 16 digits of the SHA-256 of what follows, a blank, and a JSON object.
 * The first says under which policy, programs and options the run stands; a journal of others is
 * not used. Each further one is a finished input: id (of content, relative path and policy),
 * extension, relative path and SHA-256 of the output, and the row of the report. A line that is
 * damaged ends the journal: it is cut there. A line is written after its output is on disk, and
 * whoever resumes compares the output once more, so the journal itself need not be synced.
 * Process: mugai.
 */
#pragma once

#include "core/envelope.h"

#include <json-glib/json-glib.h>
#include <stdbool.h>

#define MUGAI_JOURNAL_NAME ".mugai-journal"

typedef struct MugaiJournal MugaiJournal;

/* mugai_journal_open:
 * @root: the output folder. @head: (transfer none) what the run stands under. @resume: read what is
 * there, when its head is the same; otherwise it begins anew.
 * Errors: MUGAI_ERROR_USAGE: cannot be written, or another run has it.
 */
MugaiJournal *mugai_journal_open (int root, JsonObject *head, bool resume, GError **error);
void mugai_journal_close (MugaiJournal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiJournal, mugai_journal_close)

/* Returns: (transfer full) what mugai_journal_add() was given for @id, or NULL. */
JsonNode *mugai_journal_find (MugaiJournal *journal, const char *id);

/* @entry: an object with a member "id". Returns: false with errno; no half line is left then. */
bool mugai_journal_add (MugaiJournal *journal, JsonNode *entry);

/* Nothing is left to resume. */
void mugai_journal_remove (MugaiJournal *journal);
