/* SPDX-License-Identifier: Apache-2.0
 *
 * walk: the smallest walk that a chain can live in: a budget, a list of children with a chain of
 * their own, recorded findings.
 */
#pragma once

#include "chain/chain.h"

enum { WALK_CHILDREN = 64 };

typedef struct WalkChild {
    char *name;
    GBytes *data;
    MugaiPartFacts facts;
    MugaiChainRun *run;
    MugaiChainResult result;
    bool finished, delivered;
} WalkChild;

typedef struct Walk {
    MugaiModules *modules;
    MugaiChain *chain;
    MugaiChainHost host;
    uint64_t left; /* bytes to expand to */
    const MugaiDecision *child_decision;
    WalkChild children[WALK_CHILDREN];
    int n_children;
    int discarded;
    GString *findings; /* "code=count[evidence];" */
} Walk;

/* @channel: -1 none. */
Walk *walk_new (int channel);
void walk_free (Walk *walk);

const char *walk_sniff (void *walk, GBytes *data, const char *claimed);

/* One chain for each argument: "mask", "unwrap,mask", "bad how=page"; NULL-terminated. Static until
 * the next 16 calls. */
const MugaiDecision *walk_decision (const char *chain, ...) G_GNUC_NULL_TERMINATED;

MugaiChainRun *walk_start (Walk *walk, const char *type, const char *data,
                           const MugaiDecision *decision);
