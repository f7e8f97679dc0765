/* SPDX-License-Identifier: Apache-2.0
 *
 * Who waits for what: the queues in front of the nurseries, the high-water marks, and the rules in
 * force.
 */
#include "pool/pool-private.h"

#include "base/fd.h"
#include "base/kind.h"
#include "base/memfd.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

enum {
    IDLE_RENDER = 1,
    IDLE_OFFICE = 2 /* they need longest to be ready */,
    CPU_SPARE_SECONDS = 2
};

void
mugai_pool_say (MugaiPool *pool, int priority, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *text = g_strdup_vprintf (format, args);
    va_end (args);
    if (pool->config.log != NULL)
        pool->config.log (pool->config.log_data, priority, text);
}

/* ---- rules in force */

void
mugai_policy_unref (MugaiPolicy *policy)
{
    if (--policy->refs > 0)
        return;
    mugai_rules_free (policy->rules);
    mugai_fd_clear (&policy->fd);
    g_free (policy);
}

/* Returns: false when there is no memory or descriptor for the binary form now; asked again with
 * the next item. */
static bool
policy_write (MugaiPolicy *policy)
{
    g_autoptr (GBytes) bytes = NULL;
    mugai_autofd fd = -1;

    if (policy->fd >= 0)
        return true;
    bytes = mugai_rules_write (policy->rules);
    fd = mugai_memfd_new ("mugai-rules");
    if (fd < 0 ||
        mugai_memfd_append (fd, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) < 0 ||
        mugai_memfd_seal (fd) < 0)
        return false;
    policy->fd = mugai_fd_steal (&fd);
    return true;
}

static MugaiPolicy *
policy_new (MugaiRules *rules)
{
    MugaiPolicy *policy = g_new0 (MugaiPolicy, 1);

    *policy = (MugaiPolicy){ .refs = 1, .rules = rules, .fd = -1 };
    policy_write (policy);
    return policy;
}

static void
set_bounds (MugaiPool *pool)
{
    const MugaiLimits *limits = mugai_rules_limits (pool->policy->rules);
    uint32_t seconds = (uint32_t)(limits->time / 1000000) + CPU_SPARE_SECONDS;

    for (guint i = 0; i < pool->nurseries->len; i++)
        mugai_nursery_set_bounds (g_ptr_array_index (pool->nurseries, i), limits->memory, seconds);
}

void
mugai_pool_set_rules (MugaiPool *pool, MugaiRules *rules)
{
    if (pool->policy != NULL)
        mugai_policy_unref (pool->policy);
    pool->policy = policy_new (rules);
    set_bounds (pool);
}

const MugaiRules *
mugai_pool_rules (const MugaiPool *pool)
{
    return pool->policy->rules;
}

/* ---- nurseries */

static void
on_ready (void *data)
{
    mugai_pool_pump (data);
}

/* @arguments: NULL-terminated, after the program. */
static MugaiNursery *
start_nursery (MugaiPool *pool, const char *name, const char *program, unsigned idle,
               const char *const *arguments)
{
    g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

    g_ptr_array_add (argv, g_build_filename (pool->programs, program, NULL));
    g_ptr_array_add (argv, g_strdup ("--zygote"));
    if (pool->config.partial)
        g_ptr_array_add (argv, g_strdup ("--partial"));
    for (; arguments != NULL && *arguments != NULL; arguments++)
        g_ptr_array_add (argv, g_strdup (*arguments));
    g_ptr_array_add (argv, NULL);
    MugaiNurseryConfig config = { .name = name,
                                  .argv = (const char *const *)argv->pdata,
                                  .idle = idle,
                                  .log = pool->config.log,
                                  .log_data = pool->config.log_data };
    MugaiNursery *nursery = mugai_nursery_new (pool->loop, &config);
    mugai_nursery_on_ready (nursery, on_ready, pool);
    g_ptr_array_add (pool->nurseries, nursery);
    if (pool->policy != NULL)
        set_bounds (pool);
    return nursery;
}

MugaiNursery *
mugai_pool_render (MugaiPool *pool, const MugaiCatalogueFilter *filter)
{
    MugaiNursery *nursery = g_hash_table_lookup (pool->render, filter->name);
    const char *arguments[] = { "--filter", filter->file, NULL };

    if (nursery == NULL) {
        g_autofree char *name = g_strconcat ("render:", filter->name, NULL);
        nursery = filter->room ? start_nursery (pool, name, "mugai-office", IDLE_OFFICE, arguments)
                               : start_nursery (pool, name, "mugai-render", IDLE_RENDER, arguments);
        g_hash_table_insert (pool->render, filter->name, nursery);
    }
    return nursery;
}

const MugaiCatalogueFilter *
mugai_pool_find_filter (const MugaiPool *pool, const char *name)
{
    static const MugaiCatalogueFilter reader = { .name = (char *)MUGAI_SECOND_READER,
                                                 .runs = MUGAI_RUNS_CONVERTER };

    return strcmp (name, reader.name) == 0 ? &reader
                                           : mugai_catalogue_find (pool->config.catalogue, name);
}

MugaiNursery *
mugai_pool_encode (MugaiPool *pool)
{
    if (pool->encode == NULL)
        pool->encode = start_nursery (pool, "encode", "mugai-encode", IDLE_RENDER, NULL);
    return pool->encode;
}

static void
free_nursery (gpointer nursery)
{
    mugai_nursery_free (nursery);
}

MugaiPool *
mugai_pool_new (MugaiLoop *loop, const MugaiPoolConfig *config, MugaiRules *rules, GError **error)
{
    MugaiPoison *poison = mugai_poison_open (config->poison_file, error);
    g_autoptr (GPtrArray) arguments = g_ptr_array_new();

    if (poison == NULL) {
        mugai_rules_free (rules);
        return NULL;
    }
    MugaiPool *pool = g_new0 (MugaiPool, 1);
    pool->loop = loop;
    pool->config = *config;
    pool->programs = g_strdup (config->programs);
    pool->filter_dirs = g_strdupv ((char **)config->filter_dirs);
    pool->poison = poison;
    pool->render = g_hash_table_new (g_str_hash, g_str_equal);
    pool->nurseries = g_ptr_array_new_with_free_func (free_nursery);
    pool->jobs = g_hash_table_new (NULL, NULL);
    g_queue_init (&pool->waiting);
    g_queue_init (&pool->waiting_verify);
    g_queue_init (&pool->waiting_isolated);
    mugai_pool_set_rules (pool, rules);
    for (char **dir = pool->filter_dirs; dir != NULL && *dir != NULL; dir++) {
        g_ptr_array_add (arguments, (gpointer) "--filters");
        g_ptr_array_add (arguments, *dir);
    }
    g_ptr_array_add (arguments, NULL);
    pool->walk = start_nursery (pool, "walk", "mugai-worker", config->active + 1,
                                (const char *const *)arguments->pdata);
    pool->verify = start_nursery (pool, "verify", "mugai-verify", config->active + 1, NULL);
    pool->reader = start_nursery (pool, "reader", "mugai-reader", config->active + 1, NULL);
    g_hash_table_insert (pool->render, (gpointer)MUGAI_SECOND_READER, pool->reader);
    return pool;
}

void
mugai_pool_free (MugaiPool *pool)
{
    if (pool == NULL)
        return;
    g_autoptr (GList) jobs = g_hash_table_get_keys (pool->jobs);
    for (GList *l = jobs; l != NULL; l = l->next)
        mugai_job_free (l->data);
    g_ptr_array_unref (pool->nurseries);
    g_hash_table_unref (pool->render);
    g_hash_table_unref (pool->jobs);
    mugai_policy_unref (pool->policy);
    mugai_poison_free (pool->poison);
    g_strfreev (pool->filter_dirs);
    g_free (pool->programs);
    g_free (pool);
}

static void
wake (void *data)
{
    bool *late = data;

    *late = true;
}

static bool
all_ready (const MugaiPool *pool)
{
    return mugai_nursery_hello (pool->walk) != NULL && mugai_nursery_hello (pool->verify) != NULL &&
           mugai_nursery_hello (pool->reader) != NULL;
}

bool
mugai_pool_wait_ready (MugaiPool *pool, uint64_t timeout_us, GError **error)
{
    bool late = false;
    MugaiTimer *timer = mugai_loop_after (pool->loop, timeout_us, wake, &late);

    for (;;) {
        const char *broken = mugai_pool_broken (pool);
        if (broken != NULL || late) {
            mugai_loop_cancel (pool->loop, timer);
            g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s",
                         broken != NULL ? broken : "the sandboxed programs were not ready in time");
            return false;
        }
        if (all_ready (pool))
            break;
        if (!mugai_loop_turn (pool->loop)) {
            mugai_loop_cancel (pool->loop, timer);
            g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "ended while starting");
            return false;
        }
    }
    mugai_loop_cancel (pool->loop, timer);
    return true;
}

const char *
mugai_pool_broken (const MugaiPool *pool)
{
    const MugaiNursery *const all[] = { pool->walk, pool->verify, pool->reader };
    const char *broken = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS (all) && broken == NULL; i++)
        broken = mugai_nursery_broken (all[i]);
    return broken;
}

void
mugai_pool_engine (const MugaiPool *pool, uint8_t ret_engine[MUGAI_SHA256_SIZE])
{
    /* The walk's covers all filters by their modules' build ids. */
    const MugaiNursery *const all[] = { pool->walk, pool->verify, pool->reader };
    MugaiSha256 h;

    mugai_sha256_init (&h);
    for (size_t i = 0; i < G_N_ELEMENTS (all); i++)
        mugai_sha256_update (&h, mugai_nursery_engine (all[i]), MUGAI_SHA256_SIZE);
    mugai_sha256_final (&h, ret_engine);
}

/* ---- queues */

/* Nothing will ever serve who waits. */
static void
answer_all (GQueue *queue, const char *why)
{
    while (queue->length > 0)
        mugai_job_answer (g_queue_pop_head (queue), MUGAI_ANSWER_TRY_AGAIN, "resource.programs",
                          why);
}

static void
pump_once (MugaiPool *pool)
{
    const char *broken = mugai_pool_broken (pool);

    if (broken != NULL) {
        answer_all (&pool->waiting, broken);
        answer_all (&pool->waiting_verify, broken);
    }
    while (pool->waiting_verify.length > 0 && mugai_nursery_idle (pool->verify) > 0)
        mugai_job_verify (g_queue_pop_head (&pool->waiting_verify));
    for (guint i = pool->waiting_isolated.length; i > 0 && pool->waiting_isolated.length > 0; i--) {
        MugaiIsolated *call = g_queue_pop_head (&pool->waiting_isolated);
        if (!mugai_isolated_step (call))
            g_queue_push_tail (&pool->waiting_isolated, call);
    }
    while (pool->waiting.length > 0 && pool->walking < pool->config.active &&
           mugai_nursery_idle (pool->walk) > 0)
        mugai_job_walk (g_queue_pop_head (&pool->waiting));
}

/* What is started may end at once and pump again: a flag, so that many such ends in a row are a
 * loop and no recursion. */
void
mugai_pool_pump (MugaiPool *pool)
{
    pool->pump_again = true;
    if (pool->pumping)
        return;
    pool->pumping = true;
    while (pool->pump_again) {
        pool->pump_again = false;
        pump_once (pool);
    }
    pool->pumping = false;
}

/* Why the item cannot be taken now, or NULL. */
static const char *
no_room (const MugaiPool *pool, const MugaiSubmission *submission)
{
    if (mugai_pool_broken (pool) != NULL)
        return mugai_pool_broken (pool);
    if (!policy_write (pool->policy))
        return "no memory for the rules";
    if (pool->counts.jobs_now >= pool->config.queue)
        return "high-water mark: too many items at once";
    if (pool->counts.jobs_now > 0 &&
        submission->size > pool->config.bytes - MIN (pool->config.bytes, pool->counts.bytes_now))
        return "high-water mark: too many bytes at once";
    return NULL;
}

static MugaiEnvelope *
read_envelope (int fd)
{
    g_autofree void *data = NULL;
    int64_t size = mugai_memfd_read (fd, MUGAI_ENVELOPE_SIZE, &data);

    return size < 0 ? NULL : mugai_envelope_read (data, (size_t)size, NULL);
}

static void
refuse_item (MugaiPool *pool, MugaiAnswer answer, const char *reason, const char *text,
             MugaiPoolDone done, void *data)
{
    MugaiPoolOutcome outcome = { .output = -1, .report_fd = -1 };

    if (answer == MUGAI_ANSWER_UNTOUCHED)
        pool->counts.untouched++;
    else
        pool->counts.try_again++;
    outcome.frame.answer = answer;
    snprintf (outcome.frame.reason, sizeof outcome.frame.reason, "%s", reason);
    snprintf (outcome.frame.text, sizeof outcome.frame.text, "%s", text);
    memcpy (outcome.frame.policy, mugai_rules_policy (pool->policy->rules), MUGAI_SHA256_SIZE);
    mugai_pool_engine (pool, outcome.frame.engine);
    done (data, &outcome);
}

MugaiPoolJob *
mugai_pool_submit (MugaiPool *pool, int content, int envelope_fd, const MugaiSubmission *submission,
                   MugaiPoolDone done, void *data)
{
    const char *full = no_room (pool, submission);
    g_autoptr (MugaiEnvelope) envelope = read_envelope (envelope_fd);
    uint8_t engine[MUGAI_SHA256_SIZE];
    uint64_t size = 0;

    pool->counts.items++;
    if (full != NULL || envelope == NULL || mugai_memfd_check (content, G_MAXUINT64, &size) < 0 ||
        size != submission->size) {
        refuse_item (
            pool, MUGAI_ANSWER_TRY_AGAIN, full != NULL ? "resource.busy" : "front.nonsense",
            full != NULL ? full : "content or envelope is not what was announced", done, data);
        return NULL;
    }
    if (envelope->kind == MUGAI_ITEM_MAIL && mugai_rules_outbound (pool->policy->rules, envelope)) {
        refuse_item (pool, MUGAI_ANSWER_UNTOUCHED, "", "mail that leaves", done, data);
        return NULL;
    }
    MugaiPoolJob *job = g_new0 (MugaiPoolJob, 1);
    *job = (MugaiPoolJob){ .pool = pool,
                           .nonce = ++pool->next_nonce,
                           .content = fcntl (content, F_DUPFD_CLOEXEC, 3),
                           .envelope_fd = fcntl (envelope_fd, F_DUPFD_CLOEXEC, 3),
                           .submission = *submission,
                           .envelope = g_steal_pointer (&envelope),
                           .policy = pool->policy,
                           .done = done,
                           .data = data,
                           .task = MUGAI_WALK_SANITIZE,
                           .output = -1,
                           .report_fd = -1 };
    job->policy->refs++;
    job->isolated = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)mugai_isolated_free);
    g_hash_table_add (pool->jobs, job);
    pool->counts.jobs_now++;
    pool->counts.bytes_now += submission->size;
    if (job->content < 0 || job->envelope_fd < 0) {
        mugai_job_answer (job, MUGAI_ANSWER_TRY_AGAIN, "resource.descriptors",
                          "no descriptor left");
        return NULL;
    }
    mugai_pool_engine (pool, engine);
    if (mugai_poison_has (pool->poison, submission->sha256, engine) &&
        !mugai_job_give_notice (job, "poison.known"))
        return NULL;
    uint64_t nonce = job->nonce;
    g_queue_push_tail (&pool->waiting, job);
    mugai_pool_pump (pool);
    return g_hash_table_contains (pool->jobs, job) && job->nonce == nonce ? job : NULL;
}

void
mugai_pool_cancel (MugaiPool *pool, MugaiPoolJob *job)
{
    mugai_job_free (job);
    mugai_pool_pump (pool);
}

unsigned
mugai_pool_jobs (const MugaiPool *pool)
{
    return pool->counts.jobs_now;
}

MugaiPoolCounts
mugai_pool_counts (const MugaiPool *pool)
{
    return pool->counts;
}

MugaiNursery *const *
mugai_pool_nurseries (const MugaiPool *pool, size_t *ret_count)
{
    *ret_count = pool->nurseries->len;
    return (MugaiNursery *const *)pool->nurseries->pdata;
}
