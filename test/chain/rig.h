/* SPDX-License-Identifier: Apache-2.0
 *
 * rig: the smallest supervisor that follows wire/isolate.h with the real mugai-render and
 * mugai-encode.
 */
#pragma once

#include "wire/isolate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct Zygote {
    pid_t pid;
    int control;
    char name[64]; /* of the filter */
    mugai_runs runs;
    uint64_t jobs;
} Zygote;

/* @filter: path of the module; NULL for mugai-encode. Returns: 0, or the errno with which the
 * lock-down failed, or -1. */
int zygote_start (Zygote *zygote, const char *program, const char *filter, mugai_runs runs);
void zygote_stop (Zygote *zygote);

/* One isolated call from end to end. @values: "name=value ...", at most 16, NULL none. @encode:
 * NULL: not reached.
 * @ret_answer: what a walk would get. Returns: the descriptor with it (sealed), or -1. */
int isolated (Zygote *render, Zygote *encode, const char *type, const void *data, size_t size,
              const char *values, int socket, MugaiIsolateAnswer *ret_answer);
int inspected (Zygote *render, const char *type, const void *data, size_t size,
               MugaiIsolateAnswer *ret_answer);
