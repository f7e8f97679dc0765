/* SPDX-License-Identifier: Apache-2.0
 *
 * treat-private: the state that the files of treat share: treat.c (decide, run, take the result),
 * treat-input.c (what a chain is given), treat-tree.c (containers, their children, converters).
 *
 * Process: worker. Trust: as treat.h.
 */
#pragma once

#include "message/treat.h"

typedef struct MugaiSlot { /* one part on its way */
    MugaiTreated treated;
    MugaiChainRun *run;
    MugaiPartFacts facts;
    MugaiChainPart part;
    GBytes *input; /* what the chain sees */
    bool started, finished;
    MugaiDecision decision;
    uint32_t successor;      /* the part that a converter made of it; 0: none */
    const MugaiType *origin; /* what converters made it of; NULL: it is as it came */
    char *child_name;
} MugaiSlot;

struct MugaiTreat {
    MugaiWalk *walk;
    const MugaiRules *rules;
    const MugaiItemFacts *item;
    const MugaiWalkReader *reader;
    int channel;
    MugaiChainHost host;
    MugaiChain *chain;
    GPtrArray *slots; /* of MugaiSlot *, by index of part */
    MugaiAction action;
    GError *error; /* met inside of a callback */
};

MugaiSlot *mugai_treat_slot (MugaiTreat *treat, uint32_t index);
MugaiReportPart *mugai_treat_row (const MugaiTreat *treat, uint32_t index);

/* Set outcome and reason of a row. @count: 0: the number that the reason names, a limit or 1. */
void mugai_treat_refuse (MugaiTreat *treat, uint32_t index, const char *reason, uint64_t count,
                         const char *evidence);

/* Decide a leaf and begin its chain; its end is mugai_treat_finish(), which may be called again. */
void mugai_treat_start (MugaiTreat *treat, uint32_t index);
bool mugai_treat_finish (MugaiTreat *treat, uint32_t index, GError **error);

/* treat-input.c. Returns: (transfer full) the bytes a chain works on: UTF-8 for texts, the content
 * as it is for all else; NULL when memory lacks. */
GBytes *mugai_treat_input (MugaiTreat *treat, uint32_t index);

/* treat-tree.c. The functions of @host that concern the tree. */
void mugai_treat_host (MugaiTreat *treat, MugaiChainHost *host);

void mugai_treat_set_role (MugaiTreat *treat, uint32_t index, MugaiRole role);

/* treat-mail.c. The function `mail` of MugaiChainHost. */
const char *mugai_treat_mail (void *treat, uint32_t index, GBytes *content,
                              mugai_mail_place place, GBytes **ret_text);

/* treat-tree.c. A file that stood in the text @parent: a part of its own, decided and started.
 * Returns: NULL, or the finding code (static) of a limit. */
const char *mugai_treat_add (MugaiTreat *treat, uint32_t parent, const char *name, GBytes *data);

/* treat-tree.c. Nothing comes of the container @index. When parts in it go on by themselves (and
 * not @all are to be taken back) it was merely dissolved: it has no outcome, and what else was in
 * it is withheld. Otherwise what was found inside is struck, and the container counts again. */
void mugai_treat_close (MugaiTreat *treat, uint32_t index, bool all);

/* treat-tree.c. What a converter made is a part again, below the one it was made of and in its
 * place. */
bool mugai_treat_again (MugaiTreat *treat, uint32_t index, GBytes *data, const char *id,
                        GError **error);
