/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include "cli/cli.h"

#include <stdio.h>
#include <unistd.h>

enum {
    BAR = 30, /* columns */
    EVERY_US = 100000 /* between two pictures of the bar */,
    TYPES_MAX = 12 /* rows of the summary */
};

typedef struct {
    char *type;
    uint64_t counts[MUGAI_TALLIED_N];
} Row;

struct MugaiProgress {
    guint total;
    bool bar, quiet, silent;
    int64_t started_us, shown_us;
    uint64_t counts[MUGAI_TALLIED_N], resumed;
    GHashTable *rows; /* type -> Row */
};

static void
row_free (gpointer data)
{
    Row *row = data;

    g_free (row->type);
    g_free (row);
}

MugaiProgress *
mugai_progress_new (guint total, bool quiet, bool silent)
{
    MugaiProgress *progress = g_new0 (MugaiProgress, 1);

    progress->total = total;
    progress->quiet = quiet || silent;
    progress->silent = silent;
    progress->bar = !progress->quiet && isatty (2);
    progress->started_us = g_get_monotonic_time();
    progress->rows = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, row_free);
    return progress;
}

void
mugai_progress_free (MugaiProgress *progress)
{
    if (progress == NULL)
        return;
    g_hash_table_unref (progress->rows);
    g_free (progress);
}

static uint64_t
done_of (const MugaiProgress *progress)
{
    return progress->counts[MUGAI_TALLIED_DELIVERED] + progress->counts[MUGAI_TALLIED_WITHHELD] +
           progress->counts[MUGAI_TALLIED_LATER];
}

/* Items a second of this run. */
static double
rate_of (const MugaiProgress *progress)
{
    int64_t us = g_get_monotonic_time() - progress->started_us;

    return us > 0 ? (double)(done_of (progress) - progress->resumed) * 1e6 / (double)us : 0;
}

static void
show_bar (MugaiProgress *progress)
{
    int64_t now = g_get_monotonic_time();
    uint64_t done = done_of (progress);
    bool last = done >= progress->total;
    double rate = rate_of (progress);
    int bar = progress->total > 0 ? (int)(done * BAR / progress->total) : BAR;

    if (!last && now - progress->shown_us < EVERY_US)
        return;
    progress->shown_us = now;
    fprintf (stderr, "\r\033[K[%.*s%.*s] %" G_GUINT64_FORMAT "/%u  %.1f/s", bar,
             "##############################", BAR - bar, "..............................", done,
             progress->total, rate);
    if (!last && rate > 0) {
        uint64_t left = (uint64_t)((double)(progress->total - done) / rate);
        fprintf (stderr, mugai_cli_japanese() ? "  残り%u:%02u" : "  %u:%02u left",
                 (unsigned)(left / 60), (unsigned)(left % 60));
    }
    if (last)
        fputc ('\n', stderr);
    fflush (stderr);
}

/* "withheld  in.eml: reason" */
static void
tell (const MugaiProgress *progress, const char *what, const char *path, const char *more)
{
    if (progress->bar)
        fputs ("\r\033[K", stderr);
    fprintf (stderr, "%-9s ", what);
    mugai_cli_print (stderr, path);
    if (more != NULL && *more != '\0') {
        fputs (": ", stderr);
        mugai_cli_print (stderr, more);
    }
    fputc ('\n', stderr);
}

static Row *
row_for (MugaiProgress *progress, const char *type)
{
    Row *row = g_hash_table_lookup (progress->rows, type);

    if (row == NULL) {
        row = g_new0 (Row, 1);
        row->type = g_strdup (type);
        g_hash_table_insert (progress->rows, row->type, row);
    }
    return row;
}

void
mugai_progress_item (MugaiProgress *progress, MugaiTallied how, const char *type, const char *path,
                     const char *more)
{
    static const char *const en[] = { "delivered", "withheld", "later" };
    static const char *const ja[] = { "完了", "保留", "後で" };
    bool plain = how == MUGAI_TALLIED_DELIVERED && progress->bar;

    progress->counts[how]++;
    row_for (progress, type != NULL ? type : "-")->counts[how]++;
    if (path != NULL && !plain && !progress->silent &&
        (!progress->quiet || how == MUGAI_TALLIED_LATER))
        tell (progress, mugai_cli_japanese() ? ja[how] : en[how], path, more);
    if (progress->bar)
        show_bar (progress);
}

void
mugai_progress_resumed (MugaiProgress *progress)
{
    progress->resumed++;
}

uint64_t
mugai_progress_count (const MugaiProgress *progress, MugaiTallied how)
{
    return progress->counts[how];
}

/* ---- the summary */

static uint64_t
sum (const uint64_t counts[MUGAI_TALLIED_N])
{
    return counts[MUGAI_TALLIED_DELIVERED] + counts[MUGAI_TALLIED_WITHHELD] +
           counts[MUGAI_TALLIED_LATER];
}

static gint
by_count (gconstpointer a, gconstpointer b)
{
    const Row *one = a, *other = b;
    uint64_t left = sum (one->counts), right = sum (other->counts);

    return left != right ? (left < right ? 1 : -1) : g_strcmp0 (one->type, other->type);
}

static void
print_row (const char *type, const uint64_t counts[MUGAI_TALLIED_N])
{
    fprintf (stderr,
             "  %-16s %10" G_GUINT64_FORMAT " %10" G_GUINT64_FORMAT " %10" G_GUINT64_FORMAT "\n",
             type, counts[MUGAI_TALLIED_DELIVERED], counts[MUGAI_TALLIED_WITHHELD],
             counts[MUGAI_TALLIED_LATER]);
}

static void
print_types (const MugaiProgress *progress)
{
    GList *rows = g_list_sort (g_hash_table_get_values (progress->rows), by_count);
    Row others = { 0 };
    guint n = 0;

    fputs (mugai_cli_text ("  type              sanitized   withheld      later\n",
                           "  種別                 無害化       保留       後で\n"),
           stderr);
    for (GList *at = rows; at != NULL; at = at->next, n++) {
        const Row *row = at->data;
        if (n < TYPES_MAX)
            print_row (row->type, row->counts);
        else
            for (unsigned how = 0; how < MUGAI_TALLIED_N; how++)
                others.counts[how] += row->counts[how];
    }
    if (n > TYPES_MAX)
        print_row ("...", others.counts);
    g_list_free (rows);
}

void
mugai_progress_summary (const MugaiProgress *progress, guint leftovers, guint unmatched, bool dry)
{
    if (progress->quiet)
        return;
    bool ja = mugai_cli_japanese();
    fprintf (stderr,
             ja ? "無害化 %" G_GUINT64_FORMAT " 件、保留 %" G_GUINT64_FORMAT
                  " 件、後で再試行 %" G_GUINT64_FORMAT " 件(毎秒 %.1f 件)\n"
                : "%" G_GUINT64_FORMAT " sanitized, %" G_GUINT64_FORMAT
                  " withheld, %" G_GUINT64_FORMAT " to try again later (%.1f/s)\n",
             progress->counts[MUGAI_TALLIED_DELIVERED], progress->counts[MUGAI_TALLIED_WITHHELD],
             progress->counts[MUGAI_TALLIED_LATER], rate_of (progress));
    if (progress->resumed > 0)
        fprintf (stderr,
                 ja ? "  うち %" G_GUINT64_FORMAT " 件は前回までに完了していました\n"
                    : "  %" G_GUINT64_FORMAT " of them were finished before\n",
                 progress->resumed);
    if (leftovers + unmatched > 0)
        fprintf (stderr,
                 ja ? "  対象外: デスクトップの残し物 %u 件、--include/--exclude による %u 件\n"
                    : "  passed over: %u leftovers of desktops, %u by --include and --exclude\n",
                 leftovers, unmatched);
    print_types (progress);
    if (dry)
        fputs (mugai_cli_text ("  dry run: no result was written\n",
                               "  試行のみ: 結果は書いていません\n"),
               stderr);
}
