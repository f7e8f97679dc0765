/* SPDX-License-Identifier: Apache-2.0 */
#include "core/catalogue.h"
#include "core/envelope.h"
#include "core/error.h"
#include "core/facts.h"
#include "core/finding.h"
#include "core/report.h"
#include "core/store.h"
#include "core/type.h"

#include "tap.h"

static bool
refused (GError **error, int code)
{
    bool right = g_error_matches (*error, MUGAI_ERROR, code);
    g_clear_error (error);
    return right;
}

static void
test_store (void)
{
    GByteArray *out = g_byte_array_new();

    mugai_store_text (out, "あいう", 7); /* cut before a character that does not fit */
    mugai_store_maybe (out, NULL, 10);
    mugai_store_maybe (out, "x", 10);
    MugaiCursor c = mugai_cursor (out->data, out->len);
    g_autofree char *cut = mugai_store_read_text (&c, 7);
    g_autofree char *none = mugai_store_read_maybe (&c, 10);
    g_autofree char *some = mugai_store_read_maybe (&c, 10);
    CHECK (g_strcmp0 (cut, "あい") == 0 && none == NULL && g_strcmp0 (some, "x") == 0);
    CHECK (mugai_cursor_done (&c));
    g_byte_array_unref (out);

    c = mugai_cursor ("\x02\0\0\0a\0", 6);
    CHECK (mugai_store_read_text (&c, 10) == NULL && c.failed);
    c = mugai_cursor ("\x02", 1);
    CHECK (!mugai_store_read_bool (&c) && c.failed);
    c = mugai_cursor ("\x02\0\0\0abcdefg", 11);
    CHECK (mugai_store_read_count (&c, 4) == 0 && c.failed);
}

static void
fill (MugaiEnvelope *envelope)
{
    strcpy (envelope->id, "0123456789abcdef0123456789abcdef");
    envelope->date_us = 1700000000000000;
    envelope->sender = g_strdup ("");
    g_ptr_array_add (envelope->recipients, g_strdup ("a@example.jp"));
    g_ptr_array_add (envelope->recipients, g_strdup ("\xe3\x81\x82@\xff"));
    envelope->client_address = g_strdup ("2001:db8::1");
    envelope->path = g_strdup ("a/b");
}

static void
test_envelope (void)
{
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();
    g_autoptr (GError) error = NULL;

    fill (envelope);
    g_autoptr (GBytes) bytes = mugai_envelope_write (envelope);
    size_t size;
    const uint8_t *data = g_bytes_get_data (bytes, &size);
    g_autoptr (MugaiEnvelope) again = mugai_envelope_read (data, size, &error);
    CHECK (again != NULL && strcmp (again->id, envelope->id) == 0);
    if (again == NULL)
        return;
    CHECK (strcmp (again->sender, "") == 0 && again->recipients->len == 2);
    CHECK (strcmp (g_ptr_array_index (again->recipients, 1), "\xe3\x81\x82@\xff") == 0);
    CHECK (again->client_name == NULL && strcmp (again->client_address, "2001:db8::1") == 0);
    CHECK (again->date_us == envelope->date_us && strcmp (again->path, "a/b") == 0);

    bool all = true;
    for (size_t i = 0; i < size; i++) {
        g_autofree uint8_t *part = g_memdup2 (data, i);
        g_autoptr (MugaiEnvelope) cut = mugai_envelope_read (part, i, NULL);
        all = all && cut == NULL;
    }
    CHECK_NAMED (all, "no beginning of an envelope is one");
    g_autofree uint8_t *longer = g_malloc0 (size + 1);
    memcpy (longer, data, size);
    CHECK (mugai_envelope_read (longer, size + 1, &error) == NULL);
    CHECK (refused (&error, MUGAI_ERROR_INTERNAL));
    longer[4] = 'A';
    CHECK (mugai_envelope_read (longer, size, NULL) == NULL);

    g_free (envelope->sender);
    envelope->sender = g_strnfill (MUGAI_ENVELOPE_TEXT + 1, 'a');
    g_autoptr (GBytes) over = mugai_envelope_write (envelope);
    data = g_bytes_get_data (over, &size);
    CHECK_NAMED (mugai_envelope_read (data, size, NULL) == NULL, "a long sender is not cut");
}

static void
test_id (void)
{
    char id[MUGAI_ID_SIZE], other[MUGAI_ID_SIZE], number[15];

    mugai_id_random (id);
    mugai_id_random (other);
    CHECK (mugai_id_valid (id) && mugai_id_valid (other) && strcmp (id, other) != 0);
    CHECK (!mugai_id_valid ("") && !mugai_id_valid (NULL));
    CHECK (!mugai_id_valid ("0123456789abcdef0123456789abcdeF"));
    CHECK (!mugai_id_valid ("0123456789abcdef0123456789abcdef0"));
    mugai_id_number ("3fa901bc77de0000111122223333aaaa", number);
    CHECK (strcmp (number, "3fa9-01bc-77de") == 0);
}

/* A mail: multipart with a delivered body, a withheld file, and an archive of which a member went
 * on. */
static MugaiReport *
sample (void)
{
    static const struct {
        uint32_t parent;
        bool leaf;
        MugaiOutcome outcome;
        uint8_t role;
    } parts[] = {
        { 0, false, MUGAI_OUTCOME_NONE, MUGAI_ROLE_BODY },
        { 0, true, MUGAI_OUTCOME_DELIVERED, MUGAI_ROLE_BODY },
        { 0, true, MUGAI_OUTCOME_WITHHELD, MUGAI_ROLE_ATTACHMENT },
        { 0, false, MUGAI_OUTCOME_NONE, MUGAI_ROLE_ATTACHMENT },
        { 3, true, MUGAI_OUTCOME_DELIVERED, MUGAI_ROLE_MEMBER },
        { 3, true, MUGAI_OUTCOME_CONVERTED, MUGAI_ROLE_MEMBER },
    };
    static const uint32_t sources[] = { 1, 3 };
    MugaiReport *report = mugai_report_new();

    strcpy (report->id, "0123456789abcdef0123456789abcdef");
    report->subject = g_strdup ("件名");
    for (size_t i = 0; i < G_N_ELEMENTS (parts); i++) {
        MugaiReportPart *part = mugai_report_add_part (report, parts[i].parent, NULL);
        part->leaf = parts[i].leaf;
        part->outcome = parts[i].outcome;
        part->role = parts[i].role;
        part->path = g_strdup_printf ("1.%zu", i);
        mugai_report_add_finding (part->findings, "text.control", 2, NULL);
        mugai_report_add_trace (part, 0, "type", "docx");
    }
    for (size_t i = 0; i < G_N_ELEMENTS (sources); i++) {
        MugaiReportLeaf *leaf = mugai_report_add_leaf (report);
        leaf->part = sources[i];
        memset (leaf->sha256, (int)i + 1, sizeof leaf->sha256);
    }
    mugai_report_add_finding (report->findings, "mime.preamble", 7, "x");
    mugai_report_count (report);
    return report;
}

static MugaiVerdict
verdict_of (const MugaiReport *report)
{
    MugaiVerdict verdict = {
        .ok = true,
        .leaves = report->leaves->len,
        .in = report->in,
        .delivered = report->delivered,
        .converted = report->converted,
        .withheld = report->withheld,
    };
    MugaiSha256 h;

    mugai_sha256_init (&h);
    for (guint i = 0; i < report->leaves->len; i++)
        mugai_sha256_update (&h, ((MugaiReportLeaf *)report->leaves->pdata[i])->sha256, 32);
    mugai_sha256_final (&h, verdict.leaves_sha256);
    return verdict;
}

static void
test_report (void)
{
    g_autoptr (MugaiReport) report = sample();
    g_autoptr (GError) error = NULL;
    GPtrArray *findings = report->findings;

    CHECK (report->in == 4 && report->delivered == 2 && report->withheld == 1);
    mugai_report_add_finding (findings, "mime.preamble", 3, "x");
    mugai_report_add_finding (findings, "mime.preamble", 3, "y");
    CHECK (findings->len == 2 && ((MugaiFinding *)findings->pdata[0])->count == 10);

    g_autoptr (GBytes) bytes = mugai_report_write (report);
    size_t size;
    const uint8_t *data = g_bytes_get_data (bytes, &size);
    g_autoptr (MugaiReport) again = mugai_report_read (data, size, size, &error);
    CHECK (again != NULL && again->parts->len == 6 && again->leaves->len == 2);
    if (again == NULL)
        return;
    g_autoptr (GBytes) twice = mugai_report_write (again);
    CHECK (g_bytes_equal (bytes, twice));
    CHECK (mugai_report_read (data, size, size - 1, &error) == NULL);
    CHECK (refused (&error, MUGAI_ERROR_INTERNAL));

    bool all = true;
    for (size_t i = 0; i < size; i++) {
        g_autofree uint8_t *part = g_memdup2 (data, i);
        g_autoptr (MugaiReport) cut = mugai_report_read (part, i, size, NULL);
        all = all && cut == NULL;
    }
    CHECK_NAMED (all, "no beginning of a report is one");
    g_autofree uint8_t *copy = g_memdup2 (data, size);
    for (size_t i = 0; i < size * 8; i++) { /* no bit may harm; the sanitizers watch */
        copy[i / 8] ^= (uint8_t)(1u << (i % 8));
        g_autoptr (MugaiReport) changed = mugai_report_read (copy, size, size, NULL);
        copy[i / 8] ^= (uint8_t)(1u << (i % 8));
    }
}

typedef void (*Lie) (MugaiReport *report, MugaiVerdict *verdict);

static MugaiReportPart *
part_at (MugaiReport *report, guint index)
{
    return g_ptr_array_index (report->parts, index);
}

static MugaiReportLeaf *
leaf_at (MugaiReport *report, guint index)
{
    return g_ptr_array_index (report->leaves, index);
}

static void
lie_refused (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)report;
    verdict->ok = false;
}

static void
lie_sum (MugaiReport *report, MugaiVerdict *verdict)
{
    report->in = verdict->in = 5;
}

static void
lie_more_delivered (MugaiReport *report, MugaiVerdict *verdict)
{
    report->delivered++;
    report->withheld--;
    verdict->delivered++;
    verdict->withheld--;
}

static void
lie_no_outcome (MugaiReport *report, MugaiVerdict *verdict)
{
    part_at (report, 2)->outcome = MUGAI_OUTCOME_NONE;
    report->withheld = verdict->withheld = 0;
}

static void
lie_other_sums (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)report;
    verdict->withheld++;
    verdict->delivered--;
}

static void
lie_leaf_missing (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)report;
    verdict->leaves--;
}

static void
lie_digest (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)verdict;
    leaf_at (report, 1)->sha256[31] ^= 1;
}

static void
lie_order (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)verdict;
    memset (leaf_at (report, 0)->sha256, 2, MUGAI_SHA256_SIZE);
    memset (leaf_at (report, 1)->sha256, 1, MUGAI_SHA256_SIZE);
}

static void
lie_withheld_source (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)verdict;
    leaf_at (report, 1)->part = 2;
}

static void
lie_no_part (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)verdict;
    leaf_at (report, 1)->part = 6;
}

static void
lie_second_notice (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)verdict;
    leaf_at (report, 1)->part = MUGAI_REPORT_NO_PART;
}

static void
lie_not_delivered (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)verdict;
    leaf_at (report, 1)->part = 1;
}

static void
lie_withheld_item (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)verdict;
    report->outcome = MUGAI_ITEM_WITHHELD;
}

static void
lie_withheld_item_leaf (MugaiReport *report, MugaiVerdict *verdict)
{
    report->outcome = MUGAI_ITEM_HELD;
    for (guint i = 0; i < report->parts->len; i++)
        if (part_at (report, i)->leaf)
            part_at (report, i)->outcome = MUGAI_OUTCOME_WITHHELD;
    mugai_report_count (report);
    *verdict = verdict_of (report);
    leaf_at (report, 0)->part = 0;
}

/* What goes on by itself is not held by the leaf of what it was found in. */
static void
lie_alone (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)verdict;
    part_at (report, 4)->role = MUGAI_ROLE_ATTACHMENT;
}

static void
lie_converted (MugaiReport *report, MugaiVerdict *verdict)
{
    part_at (report, 5)->role = MUGAI_ROLE_INLINE;
    *verdict = verdict_of (report);
}

static void
lie_opened (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)verdict;
    part_at (report, 3)->outcome = MUGAI_OUTCOME_DELIVERED;
}

static void
lie_not_chosen (MugaiReport *report, MugaiVerdict *verdict)
{
    (void)verdict;
    part_at (report, 4)->chosen = false;
}

static void
lie_below_withheld (MugaiReport *report, MugaiVerdict *verdict)
{
    leaf_at (report, 1)->part = 1;
    part_at (report, 3)->outcome = MUGAI_OUTCOME_WITHHELD;
    *verdict = verdict_of (report);
}

/* A document counts, and so does what is in it; what a given-up filter found does not. */
static void
test_containers (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiReport) report = sample();

    part_at (report, 3)->leaf = true;
    part_at (report, 3)->outcome = MUGAI_OUTCOME_CONVERTED;
    part_at (report, 5)->leaf = false;
    part_at (report, 5)->outcome = MUGAI_OUTCOME_WITHHELD;
    mugai_report_count (report);
    MugaiVerdict verdict = verdict_of (report);
    CHECK (mugai_report_check (report, &verdict, &error));
    CHECK (report->in == 4 && report->delivered == 2 && report->converted == 1 &&
           report->withheld == 1);
    g_autofree uint32_t *carriers = mugai_report_carriers (report);
    static const uint32_t want[] = { MUGAI_REPORT_NO_LEAF, 0, MUGAI_REPORT_NO_LEAF, 1, 1,
                                     MUGAI_REPORT_NO_LEAF };
    CHECK (memcmp (carriers, want, sizeof want) == 0);
}

static void
test_check (void)
{
    static const struct {
        Lie lie;
        const char *name;
    } lies[] = {
        { lie_refused, "refused by the verifier" },
        { lie_sum, "in is not the sum" },
        { lie_more_delivered, "sums are not those of the parts" },
        { lie_no_outcome, "a leaf without outcome" },
        { lie_other_sums, "the result states other sums" },
        { lie_leaf_missing, "fewer leaves found" },
        { lie_digest, "another digest" },
        { lie_order, "another order" },
        { lie_withheld_source, "a leaf from a withheld part" },
        { lie_no_part, "a leaf from no part" },
        { lie_second_notice, "a second leaf of ours" },
        { lie_not_delivered, "a delivered part without a leaf" },
        { lie_withheld_item, "parts of a withheld item" },
        { lie_withheld_item_leaf, "a leaf of a held item" },
        { lie_alone, "an attachment in the leaf of another" },
        { lie_converted, "a converted part without a leaf" },
        { lie_opened, "an opened container that is delivered" },
        { lie_not_chosen, "a delivered part that was not chosen" },
        { lie_below_withheld, "a part delivered in a withheld one" },
    };
    g_autoptr (GError) error = NULL;

    g_autoptr (MugaiReport) honest = sample();
    MugaiVerdict truth = verdict_of (honest);
    CHECK (mugai_report_check (honest, &truth, &error));
    truth.in = truth.delivered = truth.converted = truth.withheld = 0;
    CHECK_NAMED (mugai_report_check (honest, &truth, &error), "a file states no sums");
    for (size_t i = 0; i < G_N_ELEMENTS (lies); i++) {
        g_autoptr (MugaiReport) report = sample();
        MugaiVerdict verdict = verdict_of (report);
        lies[i].lie (report, &verdict);
        CHECK_NAMED (!mugai_report_check (report, &verdict, &error), "lie: %s", lies[i].name);
        CHECK (refused (&error, MUGAI_ERROR_INTERNAL));
    }
}

static void
test_catalogue (void)
{
    static const mugai_param params[] = {
        { .name = "mode", .kind = MUGAI_PARAM_WORD, .value = "show", .words = "show drop" },
        { .name = "dpi", .kind = MUGAI_PARAM_INTEGER, .unit = "dpi", .value = "150", .max = 600 },
    };
    static const mugai_filter_info infos[] = {
        { .name = "text-clean", .takes = "text", .gives = "text", .runs = MUGAI_RUNS_WALK },
        { .name = "link-defang",
          .takes = "text",
          .runs = MUGAI_RUNS_WALK,
          .params = params,
          .n_params = 2,
          .deterministic = 1 },
    };
    g_autoptr (MugaiCatalogue) catalogue = mugai_catalogue_new();

    mugai_catalogue_add (catalogue, &infos[0], "/a");
    mugai_catalogue_add (catalogue, &infos[1], "/b");
    mugai_catalogue_add (catalogue, &infos[1], "/c");
    CHECK (catalogue->filters->len == 2);
    g_autoptr (GBytes) bytes = mugai_catalogue_write (catalogue);
    size_t size;
    const void *data = g_bytes_get_data (bytes, &size);
    g_autoptr (MugaiCatalogue) again = mugai_catalogue_read (data, size, NULL);
    CHECK (again != NULL);
    const MugaiCatalogueFilter *filter = again ? mugai_catalogue_find (again, "link-defang") : NULL;
    CHECK (filter != NULL && filter->params->len == 2 && filter->deterministic);
    CHECK (filter != NULL && strcmp (filter->file, "/c") == 0 && filter->socket_param == NULL);
    CHECK (mugai_catalogue_find (again, "nothing") == NULL);
    CHECK (mugai_catalogue_read (data, size - 1, NULL) == NULL);
}

/* Every word of every row's list, counted in @seen: true when none stands twice. */
static bool
unique (GHashTable *seen, const char *words)
{
    g_auto (GStrv) list = g_strsplit (words, " ", -1);
    bool all = true;

    for (char **word = list; *word != NULL; word++)
        if (**word != '\0' && !g_hash_table_add (seen, g_strdup (*word))) {
            printf ("# twice: %s\n", *word);
            all = false;
        }
    return all;
}

static void
test_types (void)
{
    static const char *const families =
        " text mail document spreadsheet presentation image audio video archive executable script "
        "shortcut disk-image font cad crypto data unknown ";
    g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr (GHashTable) media = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr (GHashTable) ext = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    size_t count;
    const MugaiType *types = mugai_type_table (&count);
    bool all = true;

    for (size_t i = 0; i < count; i++) {
        const MugaiType *t = &types[i];
        g_autofree char *family = g_strdup_printf (" %s ", t->family);
        all = all && unique (ids, t->id) && unique (media, t->media) &&
              unique (media, t->aliases) && unique (ext, t->extensions) &&
              strstr (families, family) != NULL && t->en[0] != '\0' && t->ja[0] != '\0';
    }
    CHECK_NAMED (all, "%zu types: known families, names, nothing twice", count);
    CHECK (strcmp (mugai_type_by_media ("IMAGE/JPG")->id, "jpeg") == 0);
    CHECK (strcmp (mugai_type_by_extension ("JTD")->id, "jtd") == 0);
    CHECK (mugai_type_by_extension ("") == NULL && mugai_type_by_extension ("txt text") == NULL);
    CHECK (mugai_type_by_id ("unknown") != NULL && mugai_type_by_id ("no") == NULL);
    CHECK (mugai_type_by_id ("text")->grammar == MUGAI_GRAMMAR_TEXT &&
           mugai_type_by_id ("exe")->grammar == 0);
}

static size_t
times (const char *text, const char *what)
{
    size_t n = 0;
    for (const char *at = strstr (text, what); at != NULL; at = strstr (at + 1, what))
        n++;
    return n;
}

static void
test_findings (void)
{
    size_t count;
    const MugaiFindingInfo *infos = mugai_finding_table (&count);
    bool sorted = true, words = true, found = true;

    for (size_t i = 0; i < count; i++) {
        const MugaiFindingInfo *f = &infos[i];
        if (i > 0 && strcmp (infos[i - 1].code, f->code) >= 0) {
            printf ("# not in order: %s\n", f->code);
            sorted = false;
        }
        words = words && strlen (f->code) < 48 && strchr (f->code, '.') != NULL &&
                times (f->en, "%n") <= 1 && times (f->en, "%s") <= 1 && times (f->ja, "%n") <= 1 &&
                times (f->ja, "%s") <= 1 &&
                times (f->ja, "%") == times (f->ja, "%n") + times (f->ja, "%s") &&
                times (f->en, "%") == times (f->en, "%n") + times (f->en, "%s");
        found = found && mugai_finding_info (f->code) == f;
    }
    CHECK_NAMED (sorted, "%zu codes are sorted, none twice", count);
    CHECK (words);
    CHECK (found);
    CHECK (mugai_finding_info ("no.such") == NULL);
}

int
main (void)
{
    test_store();
    test_envelope();
    test_id();
    test_report();
    test_check();
    test_containers();
    test_catalogue();
    test_types();
    test_findings();
    return tap_done();
}
