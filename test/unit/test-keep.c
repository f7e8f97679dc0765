/* SPDX-License-Identifier: Apache-2.0
 *
 * test-keep: originals, index and depot in one process: round trips, damage of each kind refused,
 * supersede, states, quota, expiry, reindex, migrations. The process itself is
 * test/e2e/test-keep.py's matter.
 */
#include "base/fd.h"
#include "core/error.h"
#include "keep/crypt.h"
#include "keep/depot.h"
#include "keep/index.h"
#include "keep/vault-format.h"
#include "keep/vault.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char *root; /* a new folder for each test below it */

static char *
new_dir (const char *name)
{
    char *dir = g_build_filename (root, name, NULL);

    g_mkdir (dir, 0700);
    return dir;
}

static void
remove_tree (const char *path)
{
    GDir *dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *child = g_build_filename (path, name, NULL);
        if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
            remove_tree (child);
        else
            g_unlink (child);
    }
    if (dir != NULL)
        g_dir_close (dir);
    g_rmdir (path);
}

/* ---- vault ---- */

static const char id_a[] = "3fa901bc77de00112233445566778899";
static const char id_b[] = "3fa901bc77de00112233445566778800";

typedef struct Store {
    char *path;
    int dir;
    MugaiCryptKeys *keys;
    MugaiVault *vault;
} Store;

static Store
store_open (const char *name)
{
    Store s = { .path = new_dir (name) };

    s.dir = open (s.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    s.keys = mugai_crypt_keys_open (s.dir, true, NULL);
    s.vault = mugai_vault_open (s.dir, s.keys, 64 << 20, NULL);
    return s;
}

static void
store_close (Store *s)
{
    mugai_vault_free (s->vault);
    mugai_crypt_keys_free (s->keys);
    close (s->dir);
    g_free (s->path);
}

static bool
append (Store *s, const char *id, const void *data, size_t size, MugaiVaultPlace *ret)
{
    return mugai_vault_append (s->vault, MUGAI_VAULT_ORIGINAL, id, g_get_real_time(),
                               (MugaiVaultBytes){ "meta", 4 }, (MugaiVaultBytes){ "envelope", 8 },
                               (MugaiVaultBytes){ data, size }, ret, NULL) &&
           mugai_vault_sync (s->vault, NULL);
}

static bool
reads (Store *s, const char *id, const MugaiVaultPlace *place)
{
    g_auto (MugaiVaultRecord) record = { .envelope = -1, .content = -1 };

    return mugai_vault_read (s->vault, place, MUGAI_VAULT_ORIGINAL, id, true, &record, NULL);
}

static bool
same (Store *s, const char *id, const MugaiVaultPlace *place, const void *data, size_t size)
{
    g_auto (MugaiVaultRecord) record = { .envelope = -1, .content = -1 };
    mugai_automap content = { 0 }, envelope = { 0 };

    return mugai_vault_read (s->vault, place, MUGAI_VAULT_ORIGINAL, id, true, &record, NULL) &&
           mugai_memfd_map (record.content, 1 << 30, &content) == 0 && content.size == size &&
           (size == 0 || memcmp (content.data, data, size) == 0) &&
           mugai_memfd_map (record.envelope, 1 << 20, &envelope) == 0 && envelope.size == 8 &&
           record.meta->len == 4;
}

static void
test_vault_round_trip (void)
{
    Store s = store_open ("round-trip");
    static const size_t sizes[] = { 0,     1,     4095,   4096,    10240,  65519,
                                    65520, 65536, 131072, 1000000, 5000000 };
    g_autofree uint8_t *data = g_malloc (5000000);
    GRand *random = g_rand_new_with_seed (1);
    MugaiVaultPlace place[2 * G_N_ELEMENTS (sizes)];
    bool all = true;

    for (size_t kind = 0; kind < 2; kind++) {
        for (size_t i = 0; i < 5000000; i++)
            data[i] = kind == 0 ? (uint8_t)("mail text "[i % 10]) : (uint8_t)g_rand_int (random);
        for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++) {
            MugaiVaultPlace *p = &place[kind * G_N_ELEMENTS (sizes) + i];
            bool ok = append (&s, id_a, data, sizes[i], p) && same (&s, id_a, p, data, sizes[i]);
            CHECK_NAMED (ok, "%zu bytes of %s come back", sizes[i], kind == 0 ? "text" : "noise");
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS (place); i++)
        all = all && reads (&s, id_a, &place[i]);
    CHECK_NAMED (all, "all records still open after the others were appended");
    CHECK (place[9].length < 100000);          /* a megabyte of text shrinks */
    CHECK (place[20].length < 1000000 + 2000); /* noise does not grow by more than the seals */
    CHECK (!reads (&s, id_b, &place[3]));      /* another item's */
    mugai_vault_free (s.vault);
    s.vault = mugai_vault_open (s.dir, s.keys, 64 << 20, NULL);
    CHECK (append (&s, id_b, "again", 5, &place[0]) && reads (&s, id_b, &place[0]) &&
           reads (&s, id_a, &place[21]));
    g_rand_free (random);
    store_close (&s);
}

static void
test_vault_damage (void)
{
    Store s = store_open ("damage");
    MugaiVaultPlace p = { 0 };
    g_autofree uint8_t *data = g_malloc0 (200000);
    unsigned accepted = 0;

    for (size_t i = 0; i < 200000; i++)
        data[i] = (uint8_t)(i * 2654435761u >> 13);
    CHECK (append (&s, id_a, data, 200000, &p) && reads (&s, id_a, &p));
    g_autofree char *path = g_build_filename (s.path, "originals", p.pack, NULL);
    int fd = open (path, O_RDWR);
    for (uint64_t at = 0; at < p.length;
         at += at < 200 ? 1 : 997) { /* each byte of the header, then samples */
        uint8_t byte = 0, flipped;
        if (pread (fd, &byte, 1, (off_t)at) != 1)
            break;
        flipped = byte ^ 1;
        pwrite (fd, &flipped, 1, (off_t)at);
        if (reads (&s, id_a, &p)) {
            printf ("# a flipped bit at %llu was accepted\n", (unsigned long long)at);
            accepted++;
        }
        pwrite (fd, &byte, 1, (off_t)at);
    }
    CHECK_NAMED (accepted == 0, "no flipped bit is accepted");
    CHECK (reads (&s, id_a, &p));
    mugai_vault_free (s.vault);
    CHECK (ftruncate (fd, (off_t)(p.length - 1)) == 0);
    s.vault = mugai_vault_open (s.dir, s.keys, 64 << 20, NULL);
    CHECK_NAMED (!reads (&s, id_a, &p), "a cut record is refused");
    /* Cut exactly between two chunks: every byte that is left authenticates, but the last chunk is
     * missing. */
    CHECK (ftruncate (fd, MUGAI_VAULT_HEADER + MUGAI_CRYPT_SEALED) == 0);
    uint64_t shorter = MUGAI_CRYPT_SEALED;
    pwrite (fd, &shorter, 8, 72);
    CHECK_NAMED (!reads (&s, id_a, &p), "a record cut between two chunks is refused");
    close (fd);
    store_close (&s);
}

static void
test_keys (void)
{
    Store s = store_open ("keys");
    MugaiVaultPlace a = { 0 }, b = { 0 };
    g_autofree char *key = g_build_filename (s.path, "key", NULL), *old = NULL;
    struct stat st;

    CHECK (append (&s, id_a, "one", 3, &a));
    CHECK (stat (key, &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK (g_file_get_contents (key, &old, NULL, NULL));
    mugai_vault_free (s.vault);
    mugai_crypt_keys_free (s.keys);
    /* rotation: a second line is the key for new records, the first one still opens old ones */
    g_unlink (key);
    s.keys = mugai_crypt_keys_open (s.dir, true, NULL);
    s.vault = mugai_vault_open (s.dir, s.keys, 64 << 20, NULL);
    CHECK_NAMED (!reads (&s, id_a, &a), "another key does not open it");
    CHECK (append (&s, id_b, "two", 3, &b) && reads (&s, id_b, &b));
    mugai_vault_free (s.vault);
    mugai_crypt_keys_free (s.keys);
    g_autofree char *new = NULL;
    g_file_get_contents (key, &new, NULL, NULL);
    g_autofree char *both = g_strconcat (old, new, NULL);
    g_file_set_contents (key, both, -1, NULL);
    g_chmod (key, 0600);
    s.keys = mugai_crypt_keys_open (s.dir, false, NULL);
    s.vault = mugai_vault_open (s.dir, s.keys, 64 << 20, NULL);
    CHECK_NAMED (s.keys != NULL && reads (&s, id_a, &a) && reads (&s, id_b, &b),
                 "both keys in the file open both");
    g_chmod (key, 0640);
    CHECK_NAMED (mugai_crypt_keys_open (s.dir, false, NULL) == NULL,
                 "a key that others may read is refused");
    g_unlink (key);
    CHECK_NAMED (mugai_crypt_keys_open (s.dir, false, NULL) == NULL,
                 "a missing key is not made anew");
    static const char *const bad[] = { "", "x\n", "mugai-keep-key-1 12\n", "mugai-keep-key-2 " };
    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_file_set_contents (key, bad[i], -1, NULL);
        g_chmod (key, 0600);
        CHECK_NAMED (mugai_crypt_keys_open (s.dir, false, NULL) == NULL, "key file %zu is refused",
                     i);
    }
    store_close (&s);
}

static void
test_header (void)
{
    MugaiVaultHeader h = { .kind = MUGAI_VAULT_ORIGINAL, .plain = 100, .sealed = 117 }, back;
    uint8_t bytes[MUGAI_VAULT_HEADER];

    g_strlcpy (h.id, id_a, sizeof h.id);
    mugai_vault_header_write (&h, bytes);
    CHECK (mugai_vault_header_read (bytes, &back) && strcmp (back.id, id_a) == 0 &&
           back.plain == 100);
    bytes[8] = 2;
    CHECK_NAMED (!mugai_vault_header_read (bytes, &back), "another version is refused");
    bytes[8] = 1;
    bytes[10] = 9;
    CHECK_NAMED (!mugai_vault_header_read (bytes, &back), "another kind is refused");
    bytes[10] = 1;
    bytes[12] = 2;
    CHECK_NAMED (!mugai_vault_header_read (bytes, &back), "another encoding is refused");
    bytes[12] = 0;
    bytes[71] = 0x7f;
    CHECK_NAMED (!mugai_vault_header_read (bytes, &back), "a size that cannot be is refused");
}

/* ---- depot ---- */

static unsigned warnings;

static void
on_note (bool warning, const char *text, void *data)
{
    (void)data;
    if (warning && strstr (text, "of the quota are used") != NULL)
        warnings++;
}

static MugaiDepot *
depot_open (const char *dir, uint64_t quota)
{
    g_autoptr (GError) error = NULL;
    MugaiDepotOptions options = { .dir = dir, .quota = quota, .log_max = 1 << 20, .note = on_note };
    MugaiDepot *depot = mugai_depot_open (&options, &error);

    if (depot == NULL)
        printf ("# %s\n", error->message);
    return depot;
}

static const MugaiDepotWho who = { .uid = 1000, .user = "operator" };

/* An item with this id digit and content; @recipient decides about twins. */
static bool
put (MugaiDepot *depot, char digit, const char *content, const char *recipient, MugaiKeepCode *code)
{
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();
    MugaiKeepPut p = { .kind = MUGAI_ITEM_MAIL, .auth = "dkim=pass" };
    g_autoptr (GError) error = NULL;

    memset (envelope->id, digit, 32);
    envelope->kind = MUGAI_ITEM_MAIL;
    envelope->sender = g_strdup ("sender@example.jp");
    g_ptr_array_add (envelope->recipients, g_strdup (recipient));
    g_autoptr (GBytes) wire = mugai_envelope_write (envelope);
    memcpy (p.id, envelope->id, sizeof p.id);
    mugai_sha256 (content, strlen (content), p.content_sha256);
    bool ok = mugai_depot_put (
        depot, &who, &p, (MugaiMap){ .data = (const uint8_t *)content, .size = strlen (content) },
        (MugaiMap){ .data = g_bytes_get_data (wire, NULL), .size = g_bytes_get_size (wire) }, code,
        &error);
    return ok && mugai_depot_commit (depot, code, NULL);
}

static bool
record (MugaiDepot *depot, char digit, MugaiKeepState state, MugaiKeepCode *code)
{
    MugaiKeepRecord r = { .state = state,
                          .kind = MUGAI_ITEM_MAIL,
                          .subject = "件名 \x1b[2J",
                          .in = 3,
                          .delivered = 1,
                          .converted = 1,
                          .withheld = 1,
                          .reason = "policy.hold" };
    g_autoptr (GError) error = NULL;
    static const uint8_t report[] = "report of an item";

    memset (r.id, digit, 32);
    return mugai_depot_record (depot, &who, &r, (MugaiMap){ .data = report, .size = sizeof report },
                               code, &error) &&
           mugai_depot_commit (depot, code, NULL);
}

static unsigned
state_of (MugaiDepot *depot, char digit)
{
    char id[MUGAI_ID_SIZE] = { 0 };
    unsigned state = 0;

    memset (id, digit, 32);
    mugai_index_state (mugai_depot_index (depot), id, &state, NULL);
    return state;
}

static void
test_states (void)
{
    g_autofree char *dir = new_dir ("states");
    g_autoptr (MugaiDepot) d = depot_open (dir, 0);
    MugaiKeepCode code = 0;

    CHECK (d != NULL && put (d, '1', "mail", "a@x", &code) &&
           state_of (d, '1') == MUGAI_KEEP_RECEIVED);
    CHECK_NAMED (put (d, '1', "mail", "a@x", &code),
                 "the same put once more is answered with success");
    CHECK_NAMED (!put (d, '1', "other", "a@x", &code) && code == MUGAI_KEEP_CODE_BAD,
                 "another content under an id is refused");
    CHECK (record (d, '1', MUGAI_KEEP_HANDED_OVER, &code) &&
           state_of (d, '1') == MUGAI_KEEP_HANDED_OVER);
    CHECK_NAMED (!record (d, '1', MUGAI_KEEP_HELD, &code) && code == MUGAI_KEEP_CODE_STATE,
                 "handed over and held is refused");
    CHECK_NAMED (!record (d, '9', MUGAI_KEEP_HANDED_OVER, &code) &&
                     code == MUGAI_KEEP_CODE_NOT_FOUND,
                 "a record without a put is refused");
    CHECK_NAMED (record (d, '9', MUGAI_KEEP_UNTOUCHED, &code) &&
                     state_of (d, '9') == MUGAI_KEEP_UNTOUCHED,
                 "mail that leaves needs no put");
    CHECK (put (d, '2', "held", "a@x", &code) && record (d, '2', MUGAI_KEEP_HOLDING, &code) &&
           record (d, '2', MUGAI_KEEP_HELD, &code) && record (d, '2', MUGAI_KEEP_RELEASED, &code));
    CHECK (!record (d, '2', MUGAI_KEEP_DEFERRED, &code) &&
           state_of (d, '2') == MUGAI_KEEP_RELEASED);
}

static void
test_supersede (void)
{
    g_autofree char *dir = new_dir ("supersede");
    g_autoptr (MugaiDepot) d = depot_open (dir, 0);
    MugaiKeepCode code = 0;

    CHECK (put (d, '1', "mail", "a@x", &code) && put (d, '2', "mail", "a@x", &code));
    CHECK_NAMED (state_of (d, '1') == MUGAI_KEEP_SUPERSEDED &&
                     state_of (d, '2') == MUGAI_KEEP_RECEIVED,
                 "the sender came again: the first attempt is superseded");
    CHECK (record (d, '2', MUGAI_KEEP_HOLDING, &code) && put (d, '3', "mail", "a@x", &code));
    CHECK_NAMED (state_of (d, '2') == MUGAI_KEEP_SUPERSEDED, "an unconfirmed hold is superseded");
    CHECK (record (d, '3', MUGAI_KEEP_HELD, &code) && put (d, '4', "mail", "a@x", &code));
    CHECK_NAMED (state_of (d, '3') == MUGAI_KEEP_HELD, "a confirmed hold is not");
    CHECK (put (d, '5', "mail", "b@x", &code) && put (d, '6', "mail!", "a@x", &code));
    CHECK_NAMED (state_of (d, '4') == MUGAI_KEEP_RECEIVED &&
                     state_of (d, '5') == MUGAI_KEEP_RECEIVED,
                 "other recipients or other content are other mails");
    CHECK (record (d, '4', MUGAI_KEEP_DEFERRED, &code) && put (d, '7', "mail", "a@x", &code) &&
           state_of (d, '4') == MUGAI_KEEP_SUPERSEDED);
    CHECK_NAMED (record (d, '4', MUGAI_KEEP_HANDED_OVER, &code) &&
                     state_of (d, '4') == MUGAI_KEEP_HANDED_OVER,
                 "a late hand-over of a superseded attempt counts");
}

static bool
find (MugaiDepot *d, const char *prefix, MugaiIndexItem *item, MugaiKeepCode *code)
{
    g_autoptr (GError) error = NULL;

    return mugai_depot_find (d, prefix, item, code, &error);
}

static bool
original_is (MugaiDepot *d, char digit, const char *content)
{
    g_auto (MugaiIndexItem) item = { 0 };
    g_auto (MugaiVaultRecord) record = { .envelope = -1, .content = -1 };
    mugai_automap map = { 0 };
    char id[MUGAI_ID_SIZE] = { 0 };
    MugaiKeepCode code;

    memset (id, digit, 32);
    return find (d, id, &item, &code) &&
           mugai_depot_read (d, &item, MUGAI_VAULT_ORIGINAL, &record, &code, NULL) &&
           mugai_memfd_map (record.content, 1 << 20, &map) == 0 && map.size == strlen (content) &&
           memcmp (map.data, content, map.size) == 0;
}

static void
test_find (void)
{
    g_autofree char *dir = new_dir ("find");
    g_autoptr (MugaiDepot) d = depot_open (dir, 0);
    g_auto (MugaiIndexItem) item = { 0 };
    char prefix[MUGAI_ID_SIZE];
    MugaiKeepCode code = 0;

    CHECK (put (d, 'a', "mail", "a@x", &code) && put (d, 'b', "mail2", "a@x", &code));
    CHECK (find (d, "aaaa", &item, &code) && strcmp (item.entry.sender, "sender@example.jp") == 0);
    CHECK (strcmp (item.entry.auth, "dkim=pass") == 0 && strcmp (item.entry.who, "operator") == 0);
    g_auto (MugaiIndexItem) none = { 0 };
    CHECK (!find (d, "cccc", &none, &code) && code == MUGAI_KEEP_CODE_NOT_FOUND);
    CHECK (!find (d, "", &none, &code) && code == MUGAI_KEEP_CODE_AMBIGUOUS);
    CHECK (mugai_keep_id_prefix ("3FA9-01bc-77de", prefix) && strcmp (prefix, "3fa901bc77de") == 0);
    static const char *const bad[] = { "",
                                       "3fa",
                                       "../../etc",
                                       "%2e%2e",
                                       "3fa9-01bc-77dg",
                                       "' OR 1=1",
                                       "3fa901bc77de001122334455667788990" };
    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
        CHECK_NAMED (!mugai_keep_id_prefix (bad[i], prefix), "\"%s\" is no id", bad[i]);
}

static void
test_restart_and_reindex (void)
{
    g_autofree char *dir = new_dir ("reindex"), *index = g_build_filename (dir, "index.db", NULL);
    g_autofree char *log = g_build_filename (dir, "audit", "audit.log", NULL),
                    *aside = g_strconcat (log, ".old", NULL);
    g_autofree char *head = g_build_filename (dir, "audit", "head", NULL);
    MugaiDepot *d = depot_open (dir, 0);
    MugaiKeepCode code = 0;
    uint32_t deaths = 0;
    int64_t since = 0;
    uint64_t items = 0, lines = 0;
    uint8_t digest[MUGAI_SHA256_SIZE] = { 7 };

    CHECK (put (d, '1', "first", "a@x", &code) && record (d, '1', MUGAI_KEEP_HANDED_OVER, &code));
    CHECK (put (d, '2', "second", "a@x", &code) && put (d, '3', "third", "a@x", &code));
    CHECK (mugai_depot_poison_add (d, &who, digest, &deaths, &since, &code, NULL) && deaths == 1);
    CHECK (mugai_depot_poison_add (d, &who, digest, &deaths, &since, &code, NULL) && deaths == 2 &&
           mugai_depot_commit (d, &code, NULL));
    mugai_depot_free (d);
    d = depot_open (dir, 0);
    CHECK_NAMED (d != NULL && state_of (d, '1') == MUGAI_KEEP_HANDED_OVER &&
                     original_is (d, '2', "second"),
                 "all is there after a restart");
    mugai_depot_free (d);
    g_unlink (index);
    d = depot_open (dir, 0);
    CHECK_NAMED (d != NULL && state_of (d, '1') == MUGAI_KEEP_HANDED_OVER &&
                     original_is (d, '3', "third"),
                 "a missing index is made again from the log");
    CHECK (mugai_index_poison (mugai_depot_index (d), digest, &deaths, &since, NULL) &&
           deaths == 2);
    g_auto (MugaiIndexItem) item = { 0 };
    CHECK (find (d, "1111", &item, &code) && strcmp (item.entry.subject, "件名 \x1b[2J") == 0 &&
           item.entry.in == 3 && item.entry.has_report);
    mugai_depot_free (d);
    g_file_set_contents (
        index, "this is no database, but long enough to look like a file with something in it", -1,
        NULL);
    d = depot_open (dir, 0);
    CHECK_NAMED (d != NULL && original_is (d, '1', "first"),
                 "a damaged index is put aside and made again");
    CHECK (mugai_depot_reindex (d, &who, &items, &lines, &code, NULL) && items == 3);
    mugai_depot_free (d);
    /* the log is gone: the originals themselves still say what they are */
    g_rename (log, aside);
    g_unlink (head);
    g_unlink (index);
    d = depot_open (dir, 0);
    CHECK (d != NULL && state_of (d, '2') == 0);
    CHECK (mugai_depot_reindex (d, &who, &items, &lines, &code, NULL) && items == 3);
    CHECK_NAMED (original_is (d, '2', "second") && state_of (d, '2') == MUGAI_KEEP_RECEIVED,
                 "originals without a log are found");
    mugai_depot_free (d);
}

static void
test_quota_and_expiry (void)
{
    g_autofree char *dir = new_dir ("quota");
    g_autoptr (MugaiDepot) d = depot_open (dir, 20000);
    g_autofree char *big = g_malloc0 (4001);
    MugaiKeepCode code = 0;
    unsigned kept = 0;
    bool done = false;

    for (int i = 0; i < 4000; i++)
        big[i] = (char)(33 + (i * 7919) % 90);
    for (char digit = '0'; digit <= '9'; digit++) {
        big[0] = digit;
        if (!put (d, digit, big, "a@x", &code))
            break;
        kept++;
    }
    CHECK_NAMED (kept >= 3 && kept <= 5 && code == MUGAI_KEEP_CODE_NO_SPACE,
                 "the quota refuses (%u kept)", kept);
    CHECK_NAMED (warnings >= 1, "a warning came before it was full (%u)", warnings);
    MugaiKeepStatus status = mugai_depot_status (d);
    CHECK (status.quota == 20000 && status.bytes <= 20000 && status.percent >= 60);
    MugaiDepotExpiry expiry = { .before_us = g_get_real_time() + 1000000, .dry_run = true };
    CHECK (mugai_depot_expire_step (d, &who, &expiry, &done, &code, NULL) && done &&
           expiry.items == kept && mugai_depot_status (d).bytes == status.bytes);
    expiry = (MugaiDepotExpiry){ .before_us = g_get_real_time() + 1000000 };
    for (done = false; !done && mugai_depot_expire_step (d, &who, &expiry, &done, &code, NULL);)
        continue;
    CHECK (done && expiry.items == kept && state_of (d, '0') == MUGAI_KEEP_EXPIRED_STATE);
    CHECK_NAMED (!original_is (d, '0', big), "an expired original is gone");
    CHECK_NAMED (mugai_depot_status (d).bytes == 0 && put (d, 'a', big, "a@x", &code) &&
                     original_is (d, 'a', big),
                 "there is space again without a restart");
}

static void
test_lock (void)
{
    g_autofree char *dir = new_dir ("lock");
    g_autoptr (MugaiDepot) d = depot_open (dir, 0);
    MugaiDepotOptions options = { .dir = dir };
    g_autoptr (GError) error = NULL;

    CHECK (d != NULL && mugai_depot_open (&options, &error) == NULL);
    CHECK (g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE));
}

/* ---- migrations ---- */

static int
version_of (sqlite3 *db)
{
    sqlite3_stmt *st = NULL;
    int version = -1;

    if (sqlite3_prepare_v2 (db, "SELECT version FROM schema", -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step (st) == SQLITE_ROW)
        version = sqlite3_column_int (st, 0);
    sqlite3_finalize (st);
    return version;
}

static void
test_migrate (void)
{
    static const char *const steps[] = {
        "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (41)",
        "ALTER TABLE t ADD COLUMN b INTEGER; UPDATE t SET b = a + 1", "CREATE TABLE broken (; "
    };
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    g_autoptr (GError) error = NULL;

    sqlite3_open (":memory:", &db);
    CHECK (mugai_index_migrate (db, steps, 1, NULL) && version_of (db) == 1);
    CHECK_NAMED (mugai_index_migrate (db, steps, 2, NULL) && version_of (db) == 2,
                 "a database of version 1 becomes 2");
    CHECK (sqlite3_prepare_v2 (db, "SELECT b FROM t", -1, &st, NULL) == SQLITE_OK &&
           sqlite3_step (st) == SQLITE_ROW && sqlite3_column_int (st, 0) == 42);
    sqlite3_finalize (st);
    CHECK_NAMED (!mugai_index_migrate (db, steps, 3, NULL) && version_of (db) == 2,
                 "a step that fails leaves the version");
    CHECK_NAMED (!mugai_index_migrate (db, steps, 1, &error) &&
                     g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_USAGE),
                 "a database of a later version is refused");
    sqlite3_close (db);
}

int
main (void)
{
    g_autofree char *template = g_build_filename (g_get_tmp_dir(), "mugai-test-keep-XXXXXX", NULL);

    root = g_mkdtemp (template);
    if (sodium_init() < 0 || root == NULL)
        return 1;
    test_header();
    test_vault_round_trip();
    test_vault_damage();
    test_keys();
    test_states();
    test_supersede();
    test_find();
    test_restart_and_reindex();
    test_quota_and_expiry();
    test_lock();
    test_migrate();
    remove_tree (root);
    return tap_done();
}
