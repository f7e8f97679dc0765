/* SPDX-License-Identifier: Apache-2.0
 *
 * service: a long-running program of ours (mugai-keep, mugai-milter) that the supervisor starts,
 * starts again when it dies, and ends. Process: mugaid.
 */
#pragma once

#include "base/loop.h"
#include "pool/nursery.h"

typedef struct MugaiService MugaiService;

/* @argv: NULL-terminated, [0] the path; copied. It starts at once. */
MugaiService *mugai_service_new (MugaiLoop *loop, const char *name, const char *const *argv,
                                 MugaiPoolLog log, void *log_data);
/* SIGTERM, and SIGKILL after @grace_us. */
void mugai_service_stop (MugaiService *service, uint64_t grace_us);
void mugai_service_free (MugaiService *service);
/* Set when it ended with exit code 2 (its configuration is wrong): it is not started again. */
bool mugai_service_misconfigured (const MugaiService *service);
const char *mugai_service_name (const MugaiService *service);
pid_t mugai_service_pid (const MugaiService *service);
unsigned mugai_service_restarts (const MugaiService *service);
