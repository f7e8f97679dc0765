/* SPDX-License-Identifier: Apache-2.0
 *
 * test-keep-process: a real mugai-keep that is killed, whose disk fills up, that is asked by many
 * at once and by those who do not keep to the protocol. Usage: test-keep-process MUGAI-KEEP. The
 * full disk needs root (a private mount).
 */
#include "../unit/tap.h"
#include "base/fd.h"
#include "base/frame.h"
#include "base/memfd.h"
#include "core/envelope.h"
#include "core/error.h"
#include "wire/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAIT_US = 60000000 };

static const char *program;
static char *root;

/* ---- a keep ---- */

typedef struct Keep {
    char *dir, *socket;
    pid_t pid;
} Keep;

static void
spawn (Keep *k, const char *option, const char *value)
{
    g_unlink (k->socket);
    k->pid = fork();
    if (k->pid == 0) {
        execl (program, program, "--dir", k->dir, "--listen", k->socket, option, value,
               (char *)NULL);
        _exit (127);
    }
}

static Keep
keep_new (const char *name)
{
    Keep k = { .dir = g_build_filename (root, name, NULL) };

    k.socket = g_strconcat (k.dir, ".sock", NULL);
    return k;
}

static MugaiKeepClient *
client_of (const Keep *k)
{
    for (int i = 0; i < 3000; i++) {
        MugaiKeepClient *client = mugai_keep_connect (k->socket, MUGAI_VERSION, WAIT_US, NULL);
        if (client != NULL)
            return client;
        g_usleep (10000);
    }
    return NULL;
}

/* Returns: exit status, or 128 + signal. */
static int
stop (Keep *k, int signal_number)
{
    int status = 0;

    kill (k->pid, signal_number);
    waitpid (k->pid, &status, 0);
    k->pid = 0;
    return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}

static void
keep_free (Keep *k)
{
    if (k->pid > 0)
        stop (k, SIGKILL);
    g_free (k->dir);
    g_free (k->socket);
}

/* ---- mails ---- */

static int
sealed (const void *data, size_t size)
{
    int fd = mugai_memfd_new ("test");

    if (mugai_memfd_append (fd, data, size) < 0 || mugai_memfd_seal (fd) < 0)
        abort();
    return fd;
}

/* The content of an item follows from its id, so that whoever reads it back can tell. */
static char *
content_of (const char *id, size_t size)
{
    GRand *random = g_rand_new_with_seed ((guint32)g_ascii_strtoull (id + 24, NULL, 16));
    char *out = g_malloc (size + 33);

    memcpy (out, id, 32);
    for (size_t i = 32; i < size + 32; i++)
        out[i] = (char)g_rand_int_range (random, ' ', i % 3 == 0 ? 'z' : '0');
    out[size + 32] = '\0';
    g_rand_free (random);
    return out;
}

static size_t
size_of (const char *id)
{
    return 100 + (size_t)(id[0] - '0') * 700 + (id[1] == 'f' ? 200000 : 0);
}

static bool
put_sized (MugaiKeepClient *client, char id[MUGAI_ID_SIZE], size_t size, GError **error)
{
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();
    MugaiKeepPut put = { .kind = MUGAI_ITEM_MAIL };

    memcpy (envelope->id, id, MUGAI_ID_SIZE);
    memcpy (put.id, id, MUGAI_ID_SIZE);
    envelope->kind = MUGAI_ITEM_MAIL;
    envelope->sender = g_strdup ("a@example.jp");
    g_ptr_array_add (envelope->recipients, g_strdup ("b@example.jp"));
    g_autoptr (GBytes) wire = mugai_envelope_write (envelope);
    g_autofree char *content = content_of (id, size);
    mugai_autofd content_fd = sealed (content, size + 32);
    mugai_autofd envelope_fd = sealed (g_bytes_get_data (wire, NULL), g_bytes_get_size (wire));
    mugai_sha256 (content, size + 32, put.content_sha256);
    return mugai_keep_put (client, &put, content_fd, envelope_fd, WAIT_US, error);
}

static bool
put (MugaiKeepClient *client, char id[MUGAI_ID_SIZE], GError **error)
{
    mugai_id_random (id);
    return put_sized (client, id, size_of (id), error);
}

static bool
record (MugaiKeepClient *client, const char *id, MugaiKeepState state)
{
    MugaiKeepRecord r = { .state = state, .kind = MUGAI_ITEM_MAIL, .subject = "件名" };
    mugai_autofd report = sealed ("report", 6);

    memcpy (r.id, id, MUGAI_ID_SIZE);
    return mugai_keep_record (client, &r, report, WAIT_US, NULL);
}

static bool
reads_back_sized (MugaiKeepClient *client, const char *id, size_t size)
{
    g_auto (MugaiKeepItem) item = { .report = -1, .content = -1, .envelope = -1 };
    mugai_automap map = { 0 };
    g_autofree char *content = content_of (id, size);
    g_autoptr (GError) error = NULL;

    if (!mugai_keep_get (client, id, MUGAI_KEEP_WANT_CONTENT | MUGAI_KEEP_WANT_ENVELOPE, &item,
                         WAIT_US, &error)) {
        printf ("# %s: %s\n", id, error->message);
        return false;
    }
    return mugai_memfd_map (item.content, 1 << 30, &map) == 0 && map.size == size + 32 &&
           memcmp (map.data, content, map.size) == 0 && item.envelope >= 0;
}

static bool
reads_back (MugaiKeepClient *client, const char *id)
{
    return reads_back_sized (client, id, size_of (id));
}

/* ---- life ---- */

static void
test_life (void)
{
    Keep k = keep_new ("life");
    char id[MUGAI_ID_SIZE], second[MUGAI_ID_SIZE];
    MugaiKeepStatus status;
    MugaiKeepLogResult log;

    spawn (&k, NULL, NULL);
    MugaiKeepClient *client = client_of (&k);
    CHECK (client != NULL && put (client, id, NULL) && record (client, id, MUGAI_KEEP_HANDED_OVER));
    CHECK (put (client, second, NULL) && record (client, second, MUGAI_KEEP_HOLDING) &&
           reads_back (client, second));
    CHECK (mugai_keep_status (client, &status, WAIT_US, NULL) && status.items == 2 &&
           status.held == 1);
    mugai_keep_free (client);
    CHECK_NAMED (stop (&k, SIGTERM) == 0, "SIGTERM ends it with 0");
    CHECK (access (k.socket, F_OK) != 0);
    spawn (&k, NULL, NULL);
    client = client_of (&k);
    CHECK (client != NULL && reads_back (client, id) && reads_back (client, second));
    CHECK (mugai_keep_verify_log (client, NULL, NULL, &log, WAIT_US, NULL) && log.problems == 0);
    mugai_keep_free (client);
    keep_free (&k);
}

/* ---- kill ---- */

typedef struct Putter {
    GThread *thread;
    const Keep *keep;
    GPtrArray *answered; /* ids that were answered with PUT_OK */
} Putter;

static void *
put_until_dead (void *data)
{
    Putter *p = data;
    MugaiKeepClient *client = mugai_keep_connect (p->keep->socket, MUGAI_VERSION, WAIT_US, NULL);
    char id[MUGAI_ID_SIZE];

    while (client != NULL && put (client, id, NULL)) {
        g_ptr_array_add (p->answered, g_strdup (id));
        if (id[5] < '8' && !record (client, id, MUGAI_KEEP_HANDED_OVER))
            break;
    }
    mugai_keep_free (client);
    return NULL;
}

static bool
collect_id (const MugaiKeepEntry *entry, void *data)
{
    g_ptr_array_add (data, g_strdup (entry->id));
    return true;
}

static void
print_problem (const char *file, uint64_t line, const char *what, void *data)
{
    (void)data;
    printf ("# %s:%llu %s\n", file, (unsigned long long)line, what);
}

static void
test_kill (void)
{
    enum { ROUNDS = 10, CLIENTS = 3 };
    Keep k = keep_new ("kill");
    g_autoptr (GPtrArray) answered = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GPtrArray) listed = g_ptr_array_new_with_free_func (g_free);
    MugaiKeepQuery query = { .limit = 50000 };
    MugaiKeepLogResult log = { 0 };
    unsigned lost = 0, half = 0;

    for (int round = 0; round < ROUNDS; round++) {
        Putter putters[CLIENTS] = { 0 };
        spawn (&k, NULL, NULL);
        mugai_keep_free (client_of (&k));
        for (int i = 0; i < CLIENTS; i++) {
            putters[i].keep = &k;
            putters[i].answered = g_ptr_array_new();
            putters[i].thread = g_thread_new ("put", put_until_dead, &putters[i]);
        }
        g_usleep ((gulong)g_random_int_range (30000, 300000));
        CHECK (stop (&k, SIGKILL) == 128 + SIGKILL);
        for (int i = 0; i < CLIENTS; i++) {
            g_thread_join (putters[i].thread);
            for (guint j = 0; j < putters[i].answered->len; j++)
                g_ptr_array_add (answered, putters[i].answered->pdata[j]);
            g_ptr_array_unref (putters[i].answered);
        }
    }
    spawn (&k, NULL, NULL);
    MugaiKeepClient *client = client_of (&k);
    for (guint i = 0; client != NULL && i < answered->len; i++)
        lost += reads_back (client, answered->pdata[i]) ? 0 : 1;
    CHECK_NAMED (answered->len > 50 && lost == 0,
                 "%u puts were answered over %d deaths, %u of them lost", answered->len, ROUNDS,
                 lost);
    CHECK (mugai_keep_list (client, &query, collect_id, listed, WAIT_US, NULL) &&
           listed->len >= answered->len);
    for (guint i = 0; i < listed->len; i++)
        half += reads_back (client, listed->pdata[i]) ? 0 : 1;
    CHECK_NAMED (half == 0, "none of %u items is half", listed->len);
    CHECK_NAMED (mugai_keep_verify_log (client, print_problem, NULL, &log, WAIT_US, NULL) &&
                     log.problems == 0,
                 "the chain of the log is whole over all deaths");
    mugai_keep_free (client);
    CHECK (stop (&k, SIGTERM) == 0);
    keep_free (&k);
}

/* ---- many ---- */

static void *
put_some (void *data)
{
    Putter *p = data;
    MugaiKeepClient *client = client_of (p->keep);
    char id[MUGAI_ID_SIZE];

    for (int i = 0; i < 40 && client != NULL && put (client, id, NULL) &&
                    record (client, id, MUGAI_KEEP_HANDED_OVER);
         i++)
        g_ptr_array_add (p->answered, g_strdup (id));
    mugai_keep_free (client);
    return NULL;
}

static void
test_many (void)
{
    enum { CLIENTS = 8 };
    Keep k = keep_new ("many");
    Putter putters[CLIENTS] = { 0 };
    MugaiKeepStatus status = { 0 };
    unsigned n = 0, wrong = 0;

    spawn (&k, NULL, NULL);
    for (int i = 0; i < CLIENTS; i++) {
        putters[i].keep = &k;
        putters[i].answered = g_ptr_array_new_with_free_func (g_free);
        putters[i].thread = g_thread_new ("put", put_some, &putters[i]);
    }
    for (int i = 0; i < CLIENTS; i++)
        g_thread_join (putters[i].thread);
    MugaiKeepClient *client = client_of (&k);
    for (int i = 0; i < CLIENTS; i++) {
        n += putters[i].answered->len;
        for (guint j = 0; j < putters[i].answered->len; j++)
            wrong += reads_back (client, putters[i].answered->pdata[j]) ? 0 : 1;
        g_ptr_array_unref (putters[i].answered);
    }
    CHECK_NAMED (n == CLIENTS * 40 && wrong == 0, "%u mails of %d clients at once", n, CLIENTS);
    CHECK (mugai_keep_status (client, &status, WAIT_US, NULL));
    CHECK_NAMED (status.puts == n && status.commits < status.puts, "%u puts shared %u syncs",
                 (unsigned)status.puts, (unsigned)status.commits);
    mugai_keep_free (client);
    keep_free (&k);
}

/* ---- full disk ---- */

static bool
fill_disk (const char *path)
{
    mugai_autofd fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    static char zero[4096];

    while (fd >= 0 && write (fd, zero, sizeof zero) > 0)
        continue;
    return fd >= 0 && errno == ENOSPC;
}

static off_t
size_of_file (const char *path)
{
    struct stat st;

    return stat (path, &st) == 0 ? st.st_size : 0;
}

/* In a child with a mount namespace of its own. */
static int
full_disk (void)
{
    Keep k = keep_new ("full");
    g_autofree char *ballast = g_build_filename (k.dir, "ballast", NULL);
    g_autoptr (GPtrArray) answered = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GError) error = NULL;
    MugaiKeepLogResult log = { 0 };
    MugaiKeepStatus status = { 0 };
    MugaiKeepQuery query = { .limit = 50000 };
    g_auto (MugaiKeepItem) item = { .report = -1, .content = -1, .envelope = -1 };
    g_autoptr (GPtrArray) listed = g_ptr_array_new_with_free_func (g_free);
    char id[MUGAI_ID_SIZE];
    unsigned lost = 0;

    g_mkdir (k.dir, 0700);
    if (mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount ("tmpfs", k.dir, "tmpfs", 0, "size=8m,mode=0700") < 0)
        return 77;
    spawn (&k, NULL, NULL);
    MugaiKeepClient *client = client_of (&k);
    for (int i = 0; i < 20 && put (client, id, NULL); i++)
        g_ptr_array_add (answered, g_strdup (id));
    CHECK (answered->len == 20 && fill_disk (ballast));
    for (int i = 0; i < 100000 && put (client, id, &error); i++)
        g_ptr_array_add (answered, g_strdup (id));
    CHECK_NAMED (g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE),
                 "a full disk is refused: %.150s", error != NULL ? error->message : "no");
    /* what the refused one had taken is free again: fill that too */
    CHECK (fill_disk (ballast));
    for (int i = 0; i < 5; i++)
        CHECK (!put (client, id, NULL) && mugai_keep_usable (client));
    CHECK (mugai_keep_list (client, &query, collect_id, listed, WAIT_US, NULL));
    CHECK_NAMED (listed->len == answered->len, "all %u of %u items are listed", listed->len,
                 answered->len);
    g_clear_error (&error);
    CHECK_NAMED (!mugai_keep_get (client, answered->pdata[0], MUGAI_KEEP_WANT_CONTENT, &item,
                                  WAIT_US, &error) &&
                     g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE),
                 "what cannot be logged is not given out");
    CHECK (mugai_keep_status (client, &status, WAIT_US, NULL) && status.refusing);
    g_unlink (ballast);
    CHECK_NAMED (put (client, id, NULL) && reads_back (client, id),
                 "it goes on without a restart when there is space");
    CHECK (mugai_keep_status (client, &status, WAIT_US, NULL) && !status.refusing &&
           status.items == answered->len + 1);
    /* room for the log and small mails, but not for this one */
    char big[MUGAI_ID_SIZE], small[MUGAI_ID_SIZE];
    mugai_id_random (big);
    CHECK (fill_disk (ballast) && truncate (ballast, size_of_file (ballast) - (1 << 20)) == 0);
    g_clear_error (&error);
    CHECK_NAMED (!put_sized (client, big, 3 << 20, &error) &&
                     g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE),
                 "a mail larger than the space is refused");
    CHECK_NAMED (put (client, small, NULL) && reads_back (client, small) && reads_back (client, id),
                 "and leaves nothing in the way of a small one");
    g_unlink (ballast);
    CHECK (put_sized (client, big, 3 << 20, NULL) && reads_back_sized (client, big, 3 << 20));
    mugai_keep_free (client);
    stop (&k, SIGKILL);
    spawn (&k, NULL, NULL);
    client = client_of (&k);
    CHECK (reads_back_sized (client, big, 3 << 20));
    for (guint i = 0; i < answered->len; i++)
        lost += reads_back (client, answered->pdata[i]) ? 0 : 1;
    CHECK (lost == 0 && reads_back (client, id));
    CHECK (mugai_keep_verify_log (client, print_problem, NULL, &log, WAIT_US, NULL) &&
           log.problems == 0);
    mugai_keep_free (client);
    CHECK (stop (&k, SIGTERM) == 0);
    keep_free (&k);
    return tap_failed > 0 ? 1 : 0;
}

/* The test points of the child are comments here, and one point stands for all of them. */
static void
test_full_disk (void)
{
    int status = 0, out[2];
    char text[512];

    fflush (stdout);
    CHECK (pipe (out) == 0);
    pid_t pid = fork(); /* no threads are left here */
    if (pid == 0) {
        dup2 (out[1], STDOUT_FILENO);
        close (out[0]);
        close (out[1]);
        _exit (geteuid() == 0 && unshare (CLONE_NEWNS) == 0 ? full_disk() : 77);
    }
    close (out[1]);
    FILE *lines = fdopen (out[0], "r");
    while (fgets (text, sizeof text, lines) != NULL)
        printf ("#   %s", text);
    fclose (lines);
    waitpid (pid, &status, 0);
    if (WIFEXITED (status) && WEXITSTATUS (status) == 77)
        SKIP ("full disk: needs root and a private mount namespace");
    else
        CHECK_NAMED (WIFEXITED (status) && WEXITSTATUS (status) == 0, "full disk");
}

/* ---- those who do not keep to the protocol ---- */

static int
raw_connect (const Keep *k)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    g_strlcpy (address.sun_path, k->socket, sizeof address.sun_path);
    return connect (fd, (const struct sockaddr *)&address, sizeof address) == 0 ? fd : -1;
}

/* Send one frame, after GREET when @greeted; true when the keep answers by closing. */
static bool
closes (const Keep *k, bool greeted, uint16_t kind, const void *payload, size_t size,
        const int *fds, unsigned n)
{
    uint8_t buffer[65536], greet[64];
    mugai_autofd fd = raw_connect (k);
    MugaiFrame frame = { .kind = MUGAI_KEEP_GREET, .payload = greet }, answer;

    frame.size = mugai_keep_text_write (MUGAI_VERSION, greet, sizeof greet);
    if (fd < 0 || (greeted && (mugai_frame_send (fd, &frame) < 0 ||
                               mugai_frame_recv (fd, buffer, sizeof buffer, &answer, NULL) != 1)))
        return false;
    frame = (MugaiFrame){ .kind = kind, .payload = payload, .size = size, .n_fds = n };
    for (unsigned i = 0; i < n; i++)
        frame.fds[i] = fds[i];
    if (mugai_frame_send (fd, &frame) < 0)
        return false;
    return mugai_frame_recv (fd, buffer, sizeof buffer, &answer, NULL) == 0;
}

static void
test_protocol (void)
{
    Keep k = keep_new ("protocol");
    uint8_t payload[4096];
    MugaiKeepPut put_value = { .kind = MUGAI_ITEM_MAIL };
    char id[MUGAI_ID_SIZE];
    g_autoptr (GError) error = NULL;

    spawn (&k, NULL, NULL);
    MugaiKeepClient *client = client_of (&k);
    CHECK (mugai_keep_connect (k.socket, "9.9.9", WAIT_US, &error) == NULL && error != NULL);
    CHECK_NAMED (g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_USAGE) &&
                     strstr (error->message, "version") != NULL,
                 "another version is refused: %.150s", error->message);
    CHECK_NAMED (closes (&k, false, MUGAI_KEEP_STATUS, NULL, 0, NULL, 0), "no greeting");
    CHECK_NAMED (closes (&k, true, MUGAI_KEEP_GREET, "\x05\0\0\0" MUGAI_VERSION, 9, NULL, 0),
                 "a second greeting");
    CHECK_NAMED (closes (&k, true, 0x0601 + 200, NULL, 0, NULL, 0), "an unknown kind");
    CHECK_NAMED (closes (&k, true, MUGAI_KEEP_ENTRY, NULL, 0, NULL, 0), "an answer as a request");
    CHECK_NAMED (closes (&k, true, MUGAI_KEEP_PUT, "x", 1, NULL, 0), "a put that is none");
    CHECK_NAMED (closes (&k, true, MUGAI_KEEP_STATUS, "x", 1, NULL, 0), "a byte too many");
    mugai_id_random (put_value.id);
    size_t size = mugai_keep_put_write (&put_value, payload, sizeof payload);
    int open_fds[2] = { mugai_memfd_new ("open"), mugai_memfd_new ("open") };
    CHECK_NAMED (closes (&k, true, MUGAI_KEEP_PUT, payload, size, open_fds, 2),
                 "a put whose memfds are not sealed");
    CHECK_NAMED (closes (&k, true, MUGAI_KEEP_PUT, payload, size, open_fds, 1),
                 "a put without envelope");
    CHECK_NAMED (closes (&k, true, MUGAI_KEEP_STATUS, NULL, 0, open_fds, 1),
                 "a descriptor that nobody asked for");
    int pipes[2];
    CHECK (pipe (pipes) == 0);
    CHECK_NAMED (closes (&k, true, MUGAI_KEEP_PUT, payload, size, pipes, 2), "a put with pipes");
    for (int i = 0; i < 2; i++) {
        close (open_fds[i]);
        close (pipes[i]);
    }
    mugai_autofd garbage = raw_connect (&k);
    CHECK (send (garbage, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL) == 18 &&
           recv (garbage, payload, 1, 0) <= 0);
    CHECK_NAMED (put (client, id, NULL) && reads_back (client, id), "the others do not notice");
    mugai_keep_free (client);
    keep_free (&k);
}

/* ---- errors at start ---- */

/* Run with these arguments: one line on stderr that holds @says, and exit code @code. */
static void
starts_not (const char *name, int code, const char *says, const char *const *arguments)
{
    g_autoptr (GPtrArray) argv = g_ptr_array_new();
    g_autofree char *text = NULL;
    int status = 0;

    g_ptr_array_add (argv, (void *)program);
    for (; *arguments != NULL; arguments++)
        g_ptr_array_add (argv, (void *)*arguments);
    g_ptr_array_add (argv, NULL);
    g_spawn_sync (NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &text,
                  &status, NULL);
    const char *end = strchr (text, '\n');
    bool ok = WIFEXITED (status) && WEXITSTATUS (status) == code && end != NULL && end[1] == '\0' &&
              strstr (text, says) != NULL;
    CHECK_NAMED (ok, "%s: %d %.150s", name, WIFEXITED (status) ? WEXITSTATUS (status) : -1, text);
}

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
test_start (void)
{
    Keep k = keep_new ("start");
    g_autofree char *file = g_build_filename (root, "file", NULL),
                    *other = g_strconcat (k.socket, "2", NULL);
    g_autofree char *key = g_build_filename (k.dir, "key", NULL),
                    *fresh = g_build_filename (root, "fresh", NULL);
    char id[MUGAI_ID_SIZE];

    g_file_set_contents (file, "x", 1, NULL);
    starts_not ("no folder", 2, "--dir", ARGS ("--listen", k.socket));
    starts_not ("no socket", 2, "--listen", ARGS ("--dir", k.dir));
    starts_not ("wrong option", 2, "--help", ARGS ("--dri", k.dir));
    starts_not ("wrong quota", 2, "--quota",
                ARGS ("--dir", k.dir, "--listen", k.socket, "--quota", "10 apples"));
    starts_not ("folder that is a file", 2, file, ARGS ("--dir", file, "--listen", k.socket));
    starts_not ("folder below nothing", 2, "/nonexistent",
                ARGS ("--dir", "/nonexistent/keep", "--listen", k.socket));
    starts_not ("descriptor that is none", 2, "--listen-fd",
                ARGS ("--dir", fresh, "--listen-fd", "77"));
    starts_not ("socket below nothing", 2, "/nonexistent",
                ARGS ("--dir", fresh, "--listen", "/nonexistent/s"));
    spawn (&k, NULL, NULL);
    MugaiKeepClient *client = client_of (&k);
    CHECK (client != NULL && put (client, id, NULL));
    starts_not ("folder in use", 75, "another mugai-keep",
                ARGS ("--dir", k.dir, "--listen", other));
    starts_not ("socket in use", 2, "in use", ARGS ("--dir", fresh, "--listen", k.socket));
    mugai_keep_free (client);
    stop (&k, SIGKILL);
    CHECK (g_chmod (key, 0644) == 0);
    starts_not ("key that others may read", 2, "chmod 600",
                ARGS ("--dir", k.dir, "--listen", k.socket));
    CHECK (g_unlink (key) == 0);
    starts_not ("key that is gone", 2, "restore it from a backup",
                ARGS ("--dir", k.dir, "--listen", k.socket));
    keep_free (&k);
}

/* Started as another user than the folder's: one line, and nothing made. */
static void
test_not_ours (void)
{
    g_autofree char *dir = g_build_filename (root, "not-ours", NULL);
    int status = 0, out[2];
    char text[2048] = { 0 };

    if (geteuid() != 0) {
        SKIP ("folder of somebody else: needs root");
        return;
    }
    g_mkdir (dir, 0700);
    g_chmod (root, 0755);
    CHECK (pipe (out) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2 (out[1], STDERR_FILENO);
        if (setgid (65534) < 0 || setuid (65534) < 0)
            _exit (99);
        execl (program, program, "--dir", dir, "--listen", "/tmp/mugai-never.sock", (char *)NULL);
        _exit (98);
    }
    close (out[1]);
    ssize_t n = read (out[0], text, sizeof text - 1);
    close (out[0]);
    waitpid (pid, &status, 0);
    if (WIFEXITED (status) && WEXITSTATUS (status) == 98)
        SKIP ("folder of somebody else: nobody may not run the program here");
    else
        CHECK_NAMED (n > 0 && WIFEXITED (status) && WEXITSTATUS (status) == 2 &&
                         strstr (text, dir) != NULL,
                     "folder of somebody else: %.150s", text);
}

/* Somebody who is neither root nor of the group, and can reach the socket. */
static void
test_stranger (void)
{
    Keep k = keep_new ("stranger");
    MugaiKeepLogResult log = { 0 };
    int status = 0;

    if (geteuid() != 0) {
        SKIP ("a stranger: needs root");
        return;
    }
    spawn (&k, NULL, NULL);
    MugaiKeepClient *client = client_of (&k);
    CHECK (g_chmod (root, 0755) == 0 && g_chmod (k.socket, 0666) == 0);
    fflush (stdout);
    pid_t pid = fork();
    if (pid == 0) {
        g_autoptr (GError) error = NULL;
        if (setgroups (0, NULL) < 0 || setgid (65534) < 0 || setuid (65534) < 0)
            _exit (99);
        bool denied = mugai_keep_connect (k.socket, MUGAI_VERSION, WAIT_US, &error) == NULL &&
                      g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_REFUSED);
        _exit (denied ? 0 : 1);
    }
    waitpid (pid, &status, 0);
    CHECK_NAMED (WIFEXITED (status) && WEXITSTATUS (status) == 0, "a stranger is denied (%d)",
                 WEXITSTATUS (status));
    CHECK (mugai_keep_verify_log (client, NULL, NULL, &log, WAIT_US, NULL) && log.lines == 2);
    mugai_keep_free (client);
    keep_free (&k);
}

static void
remove_tree (const char *path)
{
    GDir *dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *child = g_build_filename (path, name, NULL);
        if (g_file_test (child, G_FILE_TEST_IS_DIR))
            remove_tree (child);
        else
            g_unlink (child);
    }
    if (dir != NULL)
        g_dir_close (dir);
    g_rmdir (path);
}

int
main (int argc, char **argv)
{
    g_autofree char *template = g_build_filename (g_get_tmp_dir(), "mugai-test-keep-XXXXXX", NULL);

    root = g_mkdtemp (template);
    if (argc != 2 || root == NULL)
        return 2;
    program = argv[1];
    signal (SIGPIPE, SIG_IGN);
    test_start();
    test_not_ours();
    test_stranger();
    test_full_disk();
    test_life();
    test_protocol();
    test_kill();
    test_many();
    remove_tree (root);
    return tap_done();
}
