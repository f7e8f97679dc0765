/* SPDX-License-Identifier: Apache-2.0
 *
 * Removed watches and timers are only marked; they are freed at the end of the turn, so that events
 * of the same batch cannot reach freed memory. Timers are few (one a job): a plain list is searched
 * for the nearest.
 */
#include "base/loop.h"

#include "base/fd.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

struct MugaiWatch {
    int fd;
    MugaiWatchCall call; /* NULL: removed */
    void *data;
    MugaiWatch *next_dead;
};

struct MugaiTimer {
    uint64_t at_us;
    MugaiTimerCall call; /* NULL: cancelled or done */
    void *data;
    MugaiTimer *next;
};

struct MugaiLoop {
    int epoll;
    bool quit;
    MugaiWatch *dead;
    MugaiTimer *timers;
};

uint64_t
mugai_now_us (void)
{
    struct timespec ts;

    clock_gettime (CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

MugaiLoop *
mugai_loop_new (void)
{
    mugai_autofd epoll = epoll_create1 (EPOLL_CLOEXEC);
    MugaiLoop *loop = epoll < 0 ? NULL : calloc (1, sizeof *loop);

    if (loop != NULL)
        loop->epoll = mugai_fd_steal (&epoll);
    return loop;
}

static void
free_dead (MugaiLoop *loop)
{
    while (loop->dead != NULL) {
        MugaiWatch *watch = loop->dead;
        loop->dead = watch->next_dead;
        free (watch);
    }
    for (MugaiTimer **at = &loop->timers; *at != NULL;) {
        MugaiTimer *timer = *at;
        if (timer->call == NULL) {
            *at = timer->next;
            free (timer);
        } else
            at = &timer->next;
    }
}

void
mugai_loop_free (MugaiLoop *loop)
{
    if (loop == NULL)
        return;
    for (MugaiTimer *t = loop->timers; t != NULL; t = t->next)
        t->call = NULL;
    free_dead (loop);
    mugai_fd_clear (&loop->epoll);
    free (loop);
}

MugaiWatch *
mugai_loop_watch (MugaiLoop *loop, int fd, uint32_t events, MugaiWatchCall call, void *data)
{
    MugaiWatch *watch = calloc (1, sizeof *watch);
    struct epoll_event event = { .events = events, .data.ptr = watch };

    if (watch == NULL)
        return NULL;
    *watch = (MugaiWatch){ .fd = fd, .call = call, .data = data };
    if (epoll_ctl (loop->epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
        free (watch);
        return NULL;
    }
    return watch;
}

void
mugai_loop_unwatch (MugaiLoop *loop, MugaiWatch *watch)
{
    if (watch == NULL || watch->call == NULL)
        return;
    epoll_ctl (loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    watch->call = NULL;
    watch->next_dead = loop->dead;
    loop->dead = watch;
}

MugaiTimer *
mugai_loop_after (MugaiLoop *loop, uint64_t delay_us, MugaiTimerCall call, void *data)
{
    MugaiTimer *timer = calloc (1, sizeof *timer);

    if (timer == NULL)
        return NULL;
    *timer = (MugaiTimer){
        .at_us = mugai_now_us() + delay_us, .call = call, .data = data, .next = loop->timers
    };
    loop->timers = timer;
    return timer;
}

void
mugai_loop_cancel (MugaiLoop *loop, MugaiTimer *timer)
{
    (void)loop;
    if (timer != NULL)
        timer->call = NULL;
}

/* Milliseconds until the nearest deadline, rounded up; -1 without one. */
static int
next_timeout (const MugaiLoop *loop)
{
    uint64_t at = UINT64_MAX, now = mugai_now_us();

    for (const MugaiTimer *t = loop->timers; t != NULL; t = t->next)
        if (t->call != NULL && t->at_us < at)
            at = t->at_us;
    if (at == UINT64_MAX)
        return -1;
    uint64_t ms = at <= now ? 0 : (at - now + 999) / 1000;
    return ms > 3600000 ? 3600000 : (int)ms;
}

static void
run_timers (MugaiLoop *loop)
{
    uint64_t now = mugai_now_us();

    for (MugaiTimer *t = loop->timers; t != NULL; t = t->next) {
        if (t->call == NULL || t->at_us > now)
            continue;
        MugaiTimerCall call = t->call;
        t->call = NULL;
        call (t->data);
    }
}

bool
mugai_loop_turn (MugaiLoop *loop)
{
    struct epoll_event events[64];
    int n = loop->quit ? 0 : epoll_wait (loop->epoll, events, 64, next_timeout (loop));

    if (n < 0 && errno != EINTR)
        return false;
    for (int i = 0; i < n; i++) {
        MugaiWatch *watch = events[i].data.ptr;
        if (watch->call != NULL)
            watch->call (watch->data, events[i].events);
    }
    if (loop->timers != NULL)
        run_timers (loop);
    free_dead (loop);
    return !loop->quit;
}

void
mugai_loop_quit (MugaiLoop *loop)
{
    loop->quit = true;
}
