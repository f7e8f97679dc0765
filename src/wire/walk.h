/* SPDX-License-Identifier: Apache-2.0
 *
 * walk: messages between a supervisor and a walk child, and for isolated calls. libc only (frames and fixed structs).
 * write_x and read_x stand side by side; read_x returns false on anything but exactly one well-formed value.
 */
#pragma once

#include "base/sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* MUGAI_KIND_WALK, supervisor to child. Descriptors: 0 content, 1 envelope, 2 rules (all sealed), 3 output, 4 report
 * (both empty, to be written with write(2); the supervisor seals them when the result comes). */
typedef enum MugaiWalkTask {
    MUGAI_WALK_SANITIZE = 1,
    MUGAI_WALK_NOTICE, /* content is empty: write a notice mail in place of the item, for @reason */
} MugaiWalkTask;

typedef struct MugaiWalkJob {
    uint32_t task;
    uint64_t content_size;
    uint8_t content_sha256[MUGAI_SHA256_SIZE]; /* as the front end computed it */
    char reason[48];                           /* NOTICE: finding code, "" otherwise */
} MugaiWalkJob;

/* MUGAI_KIND_RESULT, child to supervisor: output and report are written. */
typedef struct MugaiWalkResult {
    uint32_t outcome; /* MugaiItemOutcome; output is empty when rejected */
    uint32_t grammar; /* MugaiGrammar of the output */
    uint64_t output_size, report_size;
    uint32_t leaves; /* in the output */
    uint8_t leaves_sha256[MUGAI_SHA256_SIZE];
} MugaiWalkResult;

size_t mugai_walk_job_write (const MugaiWalkJob *job, void *buffer, size_t room);
bool mugai_walk_job_read (const void *data, size_t size, MugaiWalkJob *ret);
size_t mugai_walk_result_write (const MugaiWalkResult *result, void *buffer, size_t room);
bool mugai_walk_result_read (const void *data, size_t size, MugaiWalkResult *ret);

/* MUGAI_KIND_BUFFER: no payload; the answer carries an empty memfd.
 *
 * MUGAI_KIND_ISOLATE, child to supervisor; frame.part is the handle (> 0, chosen by the child, used once). Descriptors:
 * 0 the part (a BUFFER memfd that the child filled; the supervisor seals it). */
typedef struct MugaiIsolateCall {
    char filter[64];
    uint32_t inspect;     /* 1: inspect(), 0: run() */
    uint32_t language;    /* MugaiLanguage */
    uint64_t output_max;
    uint64_t frames_max;  /* bytes of pages that an ISOLATED filter may put out */
    uint32_t depth, depth_max;
    char type[32];        /* content type id */
    char name[256];       /* UTF-8, cut */
    uint32_t n_values;
    struct { char name[32]; char value[512]; } values[16];
} MugaiIsolateCall;

/* MUGAI_KIND_ISOLATED, supervisor to child; frame.part is the handle. Descriptor 0: encoded output or converter's bytes (sealed),
 * only with verdict REPLACE. */
typedef struct MugaiIsolateAnswer {
    uint32_t verdict;  /* mugai_verdict_t; REFUSE for a crash, a deadline, nonsense */
    uint32_t again;    /* 1: converter's bytes */
    char type[32];
    char reason[48];   /* finding code */
    char evidence[256];
    uint32_t n_findings;
    struct { char code[48]; uint64_t count; char evidence[256]; } findings[16];
    uint32_t n_facts;
    struct { char key[32]; uint64_t value; } facts[16];
} MugaiIsolateAnswer;

size_t mugai_isolate_call_write (const MugaiIsolateCall *call, void *buffer, size_t room);
bool mugai_isolate_call_read (const void *data, size_t size, MugaiIsolateCall *ret);
size_t mugai_isolate_answer_write (const MugaiIsolateAnswer *answer, void *buffer, size_t room);
bool mugai_isolate_answer_read (const void *data, size_t size, MugaiIsolateAnswer *ret);
