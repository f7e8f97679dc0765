/* SPDX-License-Identifier: Apache-2.0
 *
 * test-smtp: the client against a service that follows a script: what it sends, and what it makes
 * of each answer.
 */
#include "cli/smtp.h"
#include "core/error.h"
#include "tap.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TIMEOUT_US = 2000000 };

typedef struct Service {
    int listen_fd;
    char name[64];
    const char *const *answers; /* greeting, then one for each command line; after 354 one for the
                                   mail; NULL: hang up */
    GString *got;
    GThread *thread;
} Service;

static bool
read_until (int fd, GString *got, const char *end)
{
    size_t from = got->len;
    char c;

    while (got->len - from < strlen (end) ||
           strcmp (got->str + got->len - strlen (end), end) != 0) {
        if (read (fd, &c, 1) != 1)
            return false;
        g_string_append_c (got, c);
    }
    return true;
}

static void *
serve (void *data)
{
    Service *s = data;
    int fd = accept (s->listen_fd, NULL, NULL);
    bool in_data = false;

    for (const char *const *a = s->answers; *a != NULL; a++) {
        if (a != s->answers && !read_until (fd, s->got, in_data ? "\r\n.\r\n" : "\r\n"))
            break;
        if (send (fd, *a, strlen (*a), MSG_NOSIGNAL) < 0)
            break;
        in_data = strncmp (*a, "354", 3) == 0;
    }
    close (fd);
    return NULL;
}

static Service
start (const char *const *answers)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    Service s = { .answers = answers, .got = g_string_new (NULL) };

    s.listen_fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind (s.listen_fd, (const struct sockaddr *)&address, sizeof address) < 0 ||
        listen (s.listen_fd, 1) < 0 ||
        getsockname (s.listen_fd, (struct sockaddr *)&address, &size) < 0)
        abort();
    g_snprintf (s.name, sizeof s.name, "127.0.0.1:%u", ntohs (address.sin_port));
    return s;
}

/* Run one transaction. @ret_got: (transfer full) what the service read. Returns: 0 or the error
 * code. */
static int
run (const char *const *answers, const char *sender, const char *const *recipients,
     const char *data, char **ret_got, char **ret_text)
{
    Service s = start (answers);
    g_autoptr (GPtrArray) list = g_ptr_array_new();
    g_autoptr (GError) error = NULL;

    for (; *recipients != NULL; recipients++)
        g_ptr_array_add (list, (void *)*recipients);
    MugaiSmtpMail mail = { sender, list, (const uint8_t *)data, strlen (data) };
    s.thread = g_thread_new ("service", serve, &s);
    bool ok = mugai_smtp_send (s.name, false, &mail, TIMEOUT_US, ret_text, &error);
    shutdown (s.listen_fd, SHUT_RDWR); /* lets a service end that nobody called */
    g_thread_join (s.thread);
    close (s.listen_fd);
    *ret_got = g_string_free (s.got, FALSE);
    if (!ok)
        printf ("# %s\n", error->message);
    return ok ? 0 : error->domain == MUGAI_ERROR ? error->code : -1;
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define OK        "250 ok\r\n"

static void
test_good (void)
{
    g_autofree char *got = NULL, *text = NULL;
    int code =
        run (LIST ("220-one\r\n220 two\r\n", "250-host\r\n250-PIPELINING\r\n250 8BITMIME\r\n", OK,
                   OK, OK, "354 go\r\n", "250 2.0.0 queued as 4ABC\r\n", "221 bye\r\n"),
             "a@example.jp", LIST ("b@example.jp", "\"c d\"@example.jp"),
             "S: x\r\n\r\n.\r\n..a\r\nb\r\n", &got, &text);

    CHECK (code == 0 && text != NULL && strcmp (text, "250 2.0.0 queued as 4ABC") == 0);
    CHECK_NAMED (strcmp (got,
                         "EHLO localhost\r\nMAIL FROM:<a@example.jp>\r\nRCPT TO:<b@example.jp>\r\n"
                         "RCPT TO:<\"c d\"@example.jp>\r\nDATA\r\nS: "
                         "x\r\n\r\n..\r\n...a\r\nb\r\n.\r\nQUIT\r\n") == 0,
                 "exactly these bytes, dots doubled");
    g_clear_pointer (&got, g_free);
    g_clear_pointer (&text, g_free);
    CHECK_NAMED (run (LIST ("220 x\r\n", OK, OK, OK, "354 go\r\n", OK, "221 bye\r\n"), "",
                      LIST ("b@x"), "\r\n", &got, &text) == 0 &&
                     strstr (got, "MAIL FROM:<>\r\n") != NULL,
                 "the null sender");
    g_clear_pointer (&got, g_free);
    g_clear_pointer (&text, g_free);
    CHECK_NAMED (run (LIST ("220 x\r\n", "250-h\r\n250 SMTPUTF8\r\n", OK, OK, "354 go\r\n", OK,
                            "221 bye\r\n"),
                      "報告@x", LIST ("b@x"), "\r\n", &got, &text) == 0 &&
                     strstr (got, "MAIL FROM:<報告@x> SMTPUTF8\r\n") != NULL,
                 "SMTPUTF8 where an address needs it");
}

static void
test_bad_answers (void)
{
    static const struct {
        const char *name;
        const char *answers[10];
        int code;
    } rows[] = {
        { "greeting 5xx", { "554 no\r\n" }, MUGAI_ERROR_REFUSED },
        { "hang up", { "220 x\r\n" }, MUGAI_ERROR_RESOURCE },
        { "MAIL 4xx", { "220 x\r\n", OK, "451 later\r\n", OK }, MUGAI_ERROR_RESOURCE },
        { "RCPT 5xx", { "220 x\r\n", OK, OK, "550 no\r\n", OK }, MUGAI_ERROR_REFUSED },
        { "DATA 250", { "220 x\r\n", OK, OK, OK, "250 what\r\n", OK }, MUGAI_ERROR_RESOURCE },
        { "mail 452",
          { "220 x\r\n", OK, OK, OK, "354 go\r\n", "452 full\r\n", OK },
          MUGAI_ERROR_RESOURCE },
        { "mail 554",
          { "220 x\r\n", OK, OK, OK, "354 go\r\n", "554 no\r\n", OK },
          MUGAI_ERROR_REFUSED },
        { "no SMTP", { "HTTP/1.1 400 Bad Request\r\n" }, MUGAI_ERROR_RESOURCE },
        { "lost after the mail", { "220 x\r\n", OK, OK, OK, "354 go\r\n" }, MUGAI_ERROR_RESOURCE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *got = NULL, *text = NULL;
        int code = run (rows[i].answers, "a@x", LIST ("b@x"), "x\r\n", &got, &text);
        CHECK_NAMED (code == rows[i].code && text == NULL, "%s", rows[i].name);
    }
}

static void
test_refused_before (void)
{
    static const char *const addresses[] = {
        "a@x>\r\nRCPT TO:<evil@x", "a@x\nDATA", "a b@x", "<a@x>", "a@x,b@x", "\"a@x", "\xff@x"
    };

    for (size_t i = 0; i < G_N_ELEMENTS (addresses); i++) {
        g_autofree char *got = NULL, *text = NULL;
        CHECK_NAMED (run (LIST ("220 x\r\n"), addresses[i], LIST ("b@x"), "x\r\n", &got, &text) ==
                             MUGAI_ERROR_USAGE &&
                         *got == '\0',
                     "sender %zu is refused before anything is sent", i);
        g_clear_pointer (&got, g_free);
        CHECK_NAMED (run (LIST ("220 x\r\n"), "a@x", LIST ("c@x", addresses[i]), "x\r\n", &got,
                          &text) == MUGAI_ERROR_USAGE &&
                         *got == '\0',
                     "recipient %zu likewise", i);
    }
    g_autofree char *got = NULL, *text = NULL;
    CHECK (run (LIST ("220 x\r\n"), "a@x", LIST ("b@x"), "no line end", &got, &text) ==
           MUGAI_ERROR_INTERNAL);
}

static void
test_services (void)
{
    static const char *const names[] = { "",
                                         "127.0.0.1",
                                         ":25",
                                         "127.0.0.1:",
                                         "192.0.2.1:25",
                                         "[2001:db8::1]:25",
                                         "::1:25",
                                         "127.0.0.1:smtp-or-what" };
    g_autoptr (GPtrArray) list = g_ptr_array_new();
    MugaiSmtpMail mail = { "a@x", list, (const uint8_t *)"x\r\n", 3 };

    g_ptr_array_add (list, (void *)"b@x");
    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autoptr (GError) error = NULL;
        CHECK_NAMED (!mugai_smtp_send (names[i], false, &mail, TIMEOUT_US, NULL, &error) &&
                         g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_USAGE),
                     "service \"%s\" is refused", names[i]);
    }
}

int
main (void)
{
    test_good();
    test_bad_answers();
    test_refused_before();
    test_services();
    return tap_done();
}
