/* SPDX-License-Identifier: Apache-2.0
 *
 * kind: every kind of frame, by channel. A receiver lists the kinds it takes and gives up on any
 * other. libc only.
 */
#pragma once

typedef enum MugaiKind {
    /* supervisor <-> zygote (sandbox/zygote.h) */
    MUGAI_KIND_HELLO = 0x0100, /* zygote: version, locked down and warm */
    MUGAI_KIND_FORK,           /* supervisor: fork a child for each descriptor sent along */
    MUGAI_KIND_FORKED,         /* zygote: their pids, pidfds sent along */
    MUGAI_KIND_EXITED,         /* zygote: wait status of a child */
    MUGAI_KIND_REAP,           /* supervisor: say what became of your dead children now */

    /* supervisor <-> walk child (wire/walk.h) */
    MUGAI_KIND_WALK = 0x0200, /* job: content, envelope, rules, output, report */
    MUGAI_KIND_RESULT,        /* output and report are complete */
    MUGAI_KIND_BUFFER,        /* child: asks for an empty memfd; supervisor: here it is */
    MUGAI_KIND_ISOLATE,       /* child: run filter F on this memfd */
    MUGAI_KIND_ISOLATED,      /* supervisor: what became of it */

    /* supervisor <-> render or encode child (wire/isolate.h) */
    MUGAI_KIND_RENDER = 0x0300,
    MUGAI_KIND_RENDERED,
    MUGAI_KIND_ENCODE,
    MUGAI_KIND_ENCODED,

    /* supervisor <-> verify child (base/verdict.h) */
    MUGAI_KIND_VERIFY = 0x0400,
    MUGAI_KIND_VERDICT,

    /* front end <-> supervisor (wire/front.h) */
    MUGAI_KIND_GREET = 0x0500, /* both: program version */
    MUGAI_KIND_SUBMIT,         /* front end: content and envelope */
    MUGAI_KIND_OUTCOME,        /* supervisor: verdict, verified output, report */
    MUGAI_KIND_CANCEL,         /* front end: nobody waits for this job any more */
    MUGAI_KIND_RELOAD,
    MUGAI_KIND_RELOADED,
    MUGAI_KIND_STATUS,
    MUGAI_KIND_STATUS_IS,

    /* front end <-> keep (wire/keep.h) */
    MUGAI_KIND_KEEP = 0x0600, /* first of the keep's own range, up to 0x06ff */
} MugaiKind;

/* What a walk child asks for by MUGAI_KIND_ISOLATE when mugai-reader shall answer, and no filter: a
 * module of this name is refused. */
#define MUGAI_SECOND_READER "second-reader"
