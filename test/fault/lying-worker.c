/* SPDX-License-Identifier: Apache-2.0
 *
 * lying-worker: stands in for mugai-worker and lies about the item as its first line asks ("Lie:
 * copy"). It is locked down like the real one; what it tries is everything a taken-over worker can
 * do over its channel and its two memfds. Notices are honest unless the item says otherwise: the
 * supervisor gives no content with them.
 */
#include "base/fd.h"
#include "base/kind.h"
#include "base/memfd.h"
#include "core/facts.h"
#include "core/report.h"
#include "sandbox/zygote.h"
#include "wire/walk.h"

#include "../unit/canonical.h"

#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
    int channel;
    uint64_t job;
    MugaiWalkJob walk;
    MugaiMap content, envelope, rules;
    int output, report;
    char lie[32];
    char id[MUGAI_ID_SIZE];
} Task;

static bool
lies (const Task *t, const char *lie)
{
    return strcmp (t->lie, lie) == 0;
}

/* An honest mail: one body, and an attachment that was withheld. */
static Buf
honest_mail (const Task *t, const char *body)
{
    uint8_t policy[MUGAI_SHA256_SIZE];
    char hex[MUGAI_SHA256_HEX_SIZE];
    Buf b = { 0 };

    mugai_sha256 (t->rules.data, t->rules.size, policy);
    mugai_sha256_hex (policy, hex);
    buf_text (&b, "From: taro@example.jp\r\nSubject: test\r\nMIME-Version: 1.0\r\n");
    if (lies (t, "header"))
        buf_text (&b, "X-Evil: 1\r\n");
    buf_printf (&b,
                "Mugai-Result: v=1; id=%s;\r\n policy=%.16s;\r\n in=%d; delivered=%d; converted=0; "
                "withheld=1\r\n",
                t->id, hex,
                t->walk.task == MUGAI_WALK_NOTICE ? 1
                : lies (t, "sums")                ? 9
                                                  : 2,
                t->walk.task == MUGAI_WALK_NOTICE ? 0 : 1);
    buf_text (&b, TEXT_HEADER "\r\n");
    buf_base64 (&b, body, strlen (body), 76);
    return b;
}

/* The mail with one more part that nobody announced. */
static void
smuggle_part (const Task *t, Buf *b, const char *body)
{
    Buf multi = { 0 };
    char *end = strstr ((char *)b->data, "Content-Type:");

    buf_add (&multi, b->data, (size_t)(end - (char *)b->data));
    buf_printf (&multi,
                "Content-Type: multipart/mixed;\r\n "
                "boundary=\"=_mugai_%s\"\r\n\r\n--=_mugai_%s\r\n" TEXT_HEADER "\r\n",
                t->id, t->id);
    buf_base64 (&multi, body, strlen (body), 76);
    buf_printf (&multi,
                "--=_mugai_%s\r\nContent-Type: text/plain; "
                "charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
                "Content-Disposition: attachment;\r\n "
                "filename=\"smuggled.txt\"\r\n\r\nc211Z2dsZWQK\r\n--=_mugai_%s--\r\n",
                t->id, t->id);
    buf_clear (b);
    *b = multi;
}

static MugaiReport *
honest_report (const Task *t, const char *body, const Buf *mail)
{
    MugaiReport *report = mugai_report_new();
    uint32_t root, index;

    memcpy (report->id, t->id, sizeof report->id);
    report->outcome =
        t->walk.task == MUGAI_WALK_NOTICE ? MUGAI_ITEM_WITHHELD : MUGAI_ITEM_DELIVERED;
    mugai_sha256 (t->rules.data, t->rules.size, report->policy);
    report->size_in = t->content.size;
    report->size_out = mail->size;
    mugai_sha256 (mail->data, mail->size, report->sha256_out);
    MugaiReportPart *whole = mugai_report_add_part (report, 0, &root);
    MugaiReportLeaf *leaf = mugai_report_add_leaf (report);
    leaf->size = strlen (body);
    mugai_sha256 (body, strlen (body), leaf->sha256);
    if (t->walk.task == MUGAI_WALK_NOTICE) {
        whole->leaf = true;
        whole->outcome = MUGAI_OUTCOME_WITHHELD;
        leaf->part = MUGAI_REPORT_NO_PART;
        mugai_report_count (report);
        return report;
    }
    MugaiReportPart *text = mugai_report_add_part (report, root, &index);
    text->leaf = true;
    text->role = MUGAI_ROLE_BODY;
    text->outcome = MUGAI_OUTCOME_DELIVERED;
    leaf->part = index;
    MugaiReportPart *exe = mugai_report_add_part (report, root, &index);
    exe->leaf = true;
    exe->role = MUGAI_ROLE_ATTACHMENT;
    exe->outcome = lies (t, "report-delivered") ? MUGAI_OUTCOME_DELIVERED : MUGAI_OUTCOME_WITHHELD;
    if (lies (t, "report-digest"))
        memset (report->sha256_out, 7, sizeof report->sha256_out);
    if (lies (t, "report-leaf"))
        memset (leaf->sha256, 7, sizeof leaf->sha256);
    if (lies (t, "report-id"))
        memset (report->id, 'f', 32);
    if (lies (t, "report-extra"))
        *mugai_report_add_leaf (report) =
            (MugaiReportLeaf){ .part = index, .type = g_strdup (""), .name = g_strdup ("") };
    mugai_report_count (report);
    if (lies (t, "report-sums"))
        report->withheld = 0, report->in = 1;
    return report;
}

static void
send_result (const Task *t, const Buf *mail, const MugaiReport *report, size_t report_size)
{
    uint8_t buffer[256];
    MugaiSha256 h;
    MugaiWalkResult result = { .outcome = report->outcome,
                               .grammar =
                                   lies (t, "grammar") ? MUGAI_GRAMMAR_TEXT : MUGAI_GRAMMAR_MAIL,
                               .output_size = mail->size + (lies (t, "size") ? 1 : 0),
                               .report_size = report_size,
                               .leaves = report->leaves->len };

    mugai_sha256_init (&h);
    for (guint i = 0; i < report->leaves->len; i++)
        mugai_sha256_update (
            &h, ((const MugaiReportLeaf *)g_ptr_array_index (report->leaves, i))->sha256,
            MUGAI_SHA256_SIZE);
    mugai_sha256_final (&h, result.leaves_sha256);
    if (lies (t, "outcome"))
        result.outcome = MUGAI_ITEM_HELD;
    MugaiFrame frame = { .kind = lies (t, "kind") ? MUGAI_KIND_VERDICT : MUGAI_KIND_RESULT,
                         .job = t->job + (lies (t, "job") ? 1 : 0),
                         .payload = buffer,
                         .size = mugai_walk_result_write (&result, buffer, sizeof buffer) };
    if (lies (t, "descriptor"))
        frame.fds[frame.n_fds++] = t->output;
    if (lies (t, "trailing"))
        frame.size++;
    mugai_frame_send (t->channel, &frame);
    if (lies (t, "twice"))
        mugai_frame_send (t->channel, &frame);
    if (lies (t, "write-later")) { /* after the result: sealed by then, or it would be delivered */
        for (int i = 0; i < 2000; i++)
            pwrite64 (t->output, "X", 1, 0);
    }
}

static void
work (Task *t)
{
    const char *body = "こんにちは。\n\n■ 無害化の結果\n添付ファイル1個を届けませんでした。\n";
    Buf mail = honest_mail (t, body);
    void *mapped = NULL;

    if (lies (t, "crash"))
        abort();
    if (lies (t, "forbidden"))
        execl ("/bin/sh", "sh", NULL);
    if (lies (t, "silent"))
        _exit (0);
    if (lies (t, "hang"))
        for (;;)
            poll (NULL, 0, 1000);
    if (lies (t, "part"))
        smuggle_part (t, &mail, body);
    if (lies (t, "cr"))
        mail.data[mail.size - 4] = '\r';
    if (lies (t, "copy")) {
        buf_clear (&mail);
        buf_add (&mail, t->content.data, t->content.size);
    }
    g_autoptr (MugaiReport) report = honest_report (t, body, &mail);
    g_autoptr (GBytes) bytes = mugai_report_write (report);
    mugai_memfd_append (t->output, mail.data, mail.size);
    if (lies (t, "report-garbage"))
        mugai_memfd_append (t->report, "garbage", 7);
    mugai_memfd_append (t->report, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    if (lies (t, "map"))
        mapped = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, t->output, 0);
    send_result (t, &mail, report, g_bytes_get_size (bytes) + (lies (t, "report-garbage") ? 7 : 0));
    if (mapped != NULL && mapped != MAP_FAILED)
        for (int i = 0; i < 1000000; i++)
            *(volatile char *)mapped = 'X';
    buf_clear (&mail);
}

static int
child (void *data, int channel)
{
    uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + 1024];
    MugaiFrame frame;
    Task t = { .channel = channel };

    (void)data;
    if (mugai_frame_recv (channel, buffer, sizeof buffer, &frame, NULL) != 1 || frame.n_fds != 5 ||
        !mugai_walk_job_read (frame.payload, frame.size, &t.walk) ||
        mugai_memfd_map (frame.fds[0], SIZE_MAX, &t.content) < 0 ||
        mugai_memfd_map (frame.fds[1], SIZE_MAX, &t.envelope) < 0 ||
        mugai_memfd_map (frame.fds[2], SIZE_MAX, &t.rules) < 0)
        return 1;
    g_autoptr (MugaiEnvelope) envelope =
        mugai_envelope_read (t.envelope.data, t.envelope.size, NULL);
    if (envelope == NULL)
        return 1;
    memcpy (t.id, envelope->id, sizeof t.id);
    t.job = frame.job;
    t.output = frame.fds[3];
    t.report = frame.fds[4];
    if (t.content.size > 5 && memcmp (t.content.data, "Lie: ", 5) == 0)
        for (size_t i = 5; i < t.content.size && i < 36 && t.content.data[i] != '\n'; i++)
            t.lie[i - 5] = (char)t.content.data[i];
    work (&t);
    return 0;
}

int
main (void)
{
    MugaiSandboxOptions options = { 0 };

    /* Warm what a child may not open. */
    g_autoptr (MugaiReport) report = mugai_report_new();
    g_autoptr (GBytes) bytes = mugai_report_write (report);
    _exit (mugai_zygote_run (MUGAI_ZYGOTE_FD, MUGAI_PROFILE_WALK, &options, child, NULL));
}
