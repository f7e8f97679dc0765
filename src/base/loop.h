/* SPDX-License-Identifier: Apache-2.0
 *
 * loop: wait for descriptors and deadlines in one thread (epoll). Used by the supervisor and the
 * keep. A callback may remove any watch or timer, its own too. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct MugaiLoop MugaiLoop;
typedef struct MugaiWatch MugaiWatch;
typedef struct MugaiTimer MugaiTimer;
typedef void (*MugaiWatchCall) (void *data, uint32_t events); /* EPOLLIN, EPOLLHUP, ... */
typedef void (*MugaiTimerCall) (void *data);

MugaiLoop *mugai_loop_new (void); /* NULL with errno on failure */
void mugai_loop_free (MugaiLoop *loop);

/* @fd: borrowed; remove the watch before closing it. @events: EPOLLIN and so on. NULL with errno on
 * failure. */
MugaiWatch *mugai_loop_watch (MugaiLoop *loop, int fd, uint32_t events, MugaiWatchCall call,
                              void *data);
void mugai_loop_unwatch (MugaiLoop *loop, MugaiWatch *watch); /* safe on NULL */

/* Call once after @delay_us; the timer is gone then. */
MugaiTimer *mugai_loop_after (MugaiLoop *loop, uint64_t delay_us, MugaiTimerCall call, void *data);
void mugai_loop_cancel (MugaiLoop *loop, MugaiTimer *timer); /* safe on NULL */

/* Wait for and handle one batch of events. Returns: false after mugai_loop_quit() or on a failure
 * of epoll. */
bool mugai_loop_turn (MugaiLoop *loop);
void mugai_loop_quit (MugaiLoop *loop);

/* Microseconds of CLOCK_MONOTONIC. */
uint64_t mugai_now_us (void);
