/* SPDX-License-Identifier: Apache-2.0
 *
 * chain: run the filters of a decision on one part, in order: load modules, call WALK filters here,
 * send the others to the supervisor, sniff every result again, try the next chain when one refuses.
 * Process: worker. Trust: parts are hostile, and so is what comes back from an isolated filter.
 */
#pragma once

#include "core/catalogue.h"
#include "core/report.h"
#include "rules/rules.h"

#include <glib.h>

typedef struct MugaiModules MugaiModules;   /* loaded filter modules of one process */
typedef struct MugaiChain MugaiChain;       /* everything of one item that chains share */
typedef struct MugaiChainRun MugaiChainRun; /* one part on its way */

/* mugai_modules_load:
 * Read the description of every *.so in @directories (NULL-terminated, in name order; one that does
 * not exist is skipped), keep WALK filters loaded, call their setup(), and close all others again.
 * Zygote, before lock-down, or --describe.
 * @directories: NULL or empty: no filters. Errors: MUGAI_ERROR_USAGE: a module that is none, has
 * another ABI, a name twice, or whose setup failed; MUGAI_ERROR_RESOURCE: a folder that cannot be
 * read. The message names the file.
 */
MugaiModules *mugai_modules_load (const char *const *directories, GError **error);
/* Returns: (borrowed) the descriptions of all, also of those that do not run here. */
const MugaiCatalogue *mugai_modules_catalogue (const MugaiModules *modules);
/* Returns: (transfer full) handles of dlopen() of those that run here; of void *. */
GPtrArray *mugai_modules_handles (const MugaiModules *modules);
void mugai_modules_free (MugaiModules *modules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiModules, mugai_modules_free)

typedef struct MugaiChainPart { /* what is to be sanitized; borrowed until the run is finished */
    GBytes *data;
    const MugaiPartFacts *facts;
    const char *path; /* escaped */
    uint32_t index;   /* in the report */
} MugaiChainPart;

typedef struct MugaiChainResult {
    mugai_verdict_t verdict; /* KEEP and REPLACE: data and type are set */
    GBytes *data;
    const char *type; /* id of core/type.h, as sniffed from data; borrowed, static */
    char *method;     /* filters that ran: "html-text,text-clean" */
    char *reason;     /* finding code of REFUSE or DROP, "" otherwise */
    char *evidence;
    bool judged; /* DROP by a filter that judges (SUPERVISED): the rule's `drop` follows */
    bool again; /* data is a converter's: hostile, and must re-enter the walk as a new part, one
                   level deeper */
} MugaiChainResult;

void mugai_chain_result_clear (MugaiChainResult *result);

/* What the chain needs of the walk; every pointer is called with @walk. */
typedef struct MugaiChainHost {
    void *walk;
    /* A container's child: becomes a new part below @parent, is decided and started. @document: the
     * container has content of its own and stays a leaf. Returns a handle >= 0, or -1 with a
     * finding code (static) in *ret_code. */
    int (*child_add) (void *walk, uint32_t parent, bool document, const char *name,
                      const char *declared, GBytes *data, const char **ret_code);
    /* Wait for a child; @ret borrowed from the walk. */
    bool (*child_result) (void *walk, int handle, mugai_child *ret);
    /* Into the flat list of attachments. */
    bool (*child_deliver) (void *walk, int handle);
    /* Read the content of @part as a mail: its parts become parts below it and are treated; what is
     * text in it, with its header, comes back in *ret_text (transfer full). @place: where that
     * text goes. Returns: NULL, or a finding code (static). */
    const char *(*mail) (void *walk, uint32_t part, GBytes *data, mugai_mail_place place,
                         GBytes **ret_text);
    /* A text about @part for the body. Returns: NULL, or a finding code (static). */
    const char *(*say) (void *walk, uint32_t part, GBytes *text);
    /* A finding of the part with this index. @code: of core/finding.h, checked; @evidence: escaped
     * already, never NULL. */
    void (*finding) (void *walk, uint32_t part, const char *code, uint64_t count,
                     const char *evidence);
    /* Bytes that all parts together may still expand to; taken from, false when they do not
     * suffice. The chain calls it for each child and for each converter's result, so the walk must
     * not count those again. */
    bool (*spend) (void *walk, uint64_t bytes);
    /* How many spend() would still give. May be NULL: limits.expanded. */
    uint64_t (*expanded_left) (void *walk);
    /* What @data is, by its content: (static) id of core/type.h. @claimed: the type that the filter
     * says it is ("" for a converter that does not know), which decides among types that content
     * cannot tell apart: for a member of family text, answer @claimed when @data is valid text
     * without NUL. The chain refuses what is not as claimed. */
    const char *(*sniff) (void *walk, GBytes *data, const char *claimed);
    /* The members that an isolated container unpacked (wire/bundle.h) become children of @part, go
     * through the rules and are packed again. @tombstones: a text for each that is not delivered.
     * Returns: (transfer full) the archive, or NULL with *ret_reason (static finding code). */
    GBytes *(*join) (void *walk, uint32_t part, GBytes *bundle, bool tombstones,
                     const char **ret_reason);
    /* The same for a document: its children are treated, and its plan (wire/package.h) becomes a
     * package. *ret_type: (static) id of what it is. */
    GBytes *(*package) (void *walk, uint32_t part, GBytes *bundle, const char **ret_type,
                        const char **ret_reason);
    /* The chain in which @parent's children were added was given up: take all of them back. Their
     * runs that are not over are to be abandoned. May be NULL: they stay as they are. */
    void (*children_discard) (void *walk, uint32_t parent);
} MugaiChainHost;

/* What a chain's result may be: the last filter that gives types must have kept or made the part,
 * and the result is as the filter says and of a type it gives; all else is REFUSE. So a chain of
 * filters that only judge (clamd) sanitizes nothing, and a converter at the end of a chain gives
 * `again`. */

/* @channel: socket to the supervisor for ISOLATED and other filters that do not run here; -1: such
 * filters refuse.
 * @job: nonce of the job's frames. All borrowed. */
MugaiChain *mugai_chain_new (const MugaiModules *modules, const MugaiRules *rules,
                             const MugaiChainHost *host, int channel, uint64_t job);
void mugai_chain_free (MugaiChain *chain);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiChain, mugai_chain_free)

/* mugai_chain_start:
 * Begin @decision (action CHAIN) on @part: filters that run in the walk run now; at the first that
 * does not, its part is sent off and the call returns. Returns: (transfer full) the run.
 */
MugaiChainRun *mugai_chain_start (MugaiChain *chain, const MugaiChainPart *part,
                                  const MugaiDecision *decision);

/* mugai_chain_finish:
 * Wait until the run is over (results of other runs that arrive meanwhile are stored for them).
 * Consumes @run. A filter that crashed, passed its deadline or answered nonsense is REFUSE with a
 * reason (code of core/finding.h). Errors: MUGAI_ERROR_INTERNAL: the channel broke;
 * MUGAI_ERROR_RESOURCE: a filter said "try again later". Either way the item must be given up.
 */
bool mugai_chain_finish (MugaiChain *chain, MugaiChainRun *run, MugaiChainResult *ret_result,
                         GError **error);

/* Forget a run that nobody will finish; what is in the air for it is dropped when it lands. NULL is
 * fine. No filter of it may be running. */
void mugai_chain_abandon (MugaiChainRun *run);

/* mugai_chain_ask:
 * One isolated call outside of any chain, for the walk itself; waits. @filter: a name that the
 * supervisor knows. @part: borrowed. Returns: (transfer full) what it put out, at most @output_max
 * bytes; NULL when it refused, died or was late, without an error; NULL with MUGAI_ERROR_INTERNAL:
 * the channel broke, and the item must be given up.
 */
GBytes *mugai_chain_ask (int channel, uint64_t job, const char *filter, const char *type,
                         GBytes *part, uint64_t output_max, GError **error);

/* The same while chains run: answers to their calls that come first are kept for them. NULL without
 * an error, too, when there is no channel. */
GBytes *mugai_chain_ask_among (MugaiChain *chain, const char *filter, const char *type,
                               GBytes *part, uint64_t output_max, GError **error);

/* Facts that need a decoder, from the inspect() of the first filter (by name) that takes the type
 * and has one; see MugaiInspect. Facts stay unknown when there is none, it fails or its answer is
 * nonsense. */
void mugai_chain_inspect (MugaiChain *chain, const MugaiChainPart *part, const char *need,
                          MugaiPartFacts *facts);
