/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/smtp.h"

#include "base/fd.h"
#include "core/error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

enum { LINE_MAX_BYTES = 2048, LINES_MAX = 100, ADDRESS_MAX = 1000 };

typedef struct Session {
    int fd;
    int64_t timeout_us;
    char in[LINE_MAX_BYTES];
    size_t n;
    bool utf8;     /* the service offers SMTPUTF8 */
    GString *last; /* text of the last answer */
} Session;

static bool
fail (GError **error, MugaiErrorCode code, const char *what, const char *detail)
{
    g_set_error (error, MUGAI_ERROR, code, "smtp: %s%s%s", what, detail != NULL ? ": " : "",
                 detail != NULL ? detail : "");
    return false;
}

/* ---- connect ---- */

static bool
split_service (const char *service, char **ret_host, char **ret_port)
{
    const char *colon = strrchr (service, ':');

    if (colon == NULL || colon == service || colon[1] == '\0')
        return false;
    g_autofree char *host = g_strndup (service, (gsize)(colon - service));
    size_t n = strlen (host);
    if (host[0] == '[' && host[n - 1] == ']')
        *ret_host = g_strndup (host + 1, n - 2);
    else if (strchr (host, ':') == NULL)
        *ret_host = g_steal_pointer (&host);
    else
        return false;
    *ret_port = g_strdup (colon + 1);
    return true;
}

static bool
is_loopback (const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return ntohl (((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
    return address->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK (&((const struct sockaddr_in6 *)address)->sin6_addr);
}

static bool
wait_for (int fd, short events, int64_t timeout_us)
{
    struct pollfd p = { .fd = fd, .events = events };
    int r;

    do
        r = poll (&p, 1, (int)(timeout_us / 1000));
    while (r < 0 && errno == EINTR);
    if (r == 0)
        errno = ETIMEDOUT;
    return r > 0;
}

static int
connect_one (const struct addrinfo *a, int64_t timeout_us)
{
    mugai_autofd fd = socket (a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int number = 0;
    socklen_t size = sizeof number;

    if (fd < 0)
        return -1;
    if (connect (fd, a->ai_addr, a->ai_addrlen) == 0)
        return mugai_fd_steal (&fd);
    if (errno != EINPROGRESS || !wait_for (fd, POLLOUT, timeout_us) ||
        getsockopt (fd, SOL_SOCKET, SO_ERROR, &number, &size) < 0)
        return -1;
    errno = number;
    return number == 0 ? mugai_fd_steal (&fd) : -1;
}

static int
connect_service (const char *service, bool any_host, int64_t timeout_us, GError **error)
{
    g_autofree char *host = NULL, *port = NULL;
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                                    .ai_flags = any_host ? 0 : AI_NUMERICSERV };
    struct addrinfo *list = NULL;
    bool refused = false;
    int fd = -1;

    if (!split_service (service, &host, &port)) {
        fail (error, MUGAI_ERROR_USAGE, "not host:port", service);
        return -1;
    }
    int r = getaddrinfo (host, port, &hints, &list);
    if (r != 0) {
        fail (error, MUGAI_ERROR_USAGE, service, gai_strerror (r));
        return -1;
    }
    for (const struct addrinfo *a = list; a != NULL && fd < 0; a = a->ai_next) {
        if (!any_host && !is_loopback (a->ai_addr))
            refused = true;
        else
            fd = connect_one (a, timeout_us);
    }
    int number = errno;
    freeaddrinfo (list);
    if (fd < 0 && refused)
        fail (error, MUGAI_ERROR_USAGE, service,
              "not an address of this host; --smtp-anywhere allows it");
    else if (fd < 0)
        fail (error, MUGAI_ERROR_RESOURCE, service, g_strerror (number));
    return fd;
}

/* ---- answers and commands ---- */

/* One line without CRLF into @line. */
static bool
read_line (Session *s, GString *line, GError **error)
{
    for (;;) {
        char *end = memchr (s->in, '\n', s->n);
        if (end != NULL) {
            size_t n = (size_t)(end - s->in);
            g_string_truncate (line, 0);
            g_string_append_len (line, s->in, (gssize)(n > 0 && s->in[n - 1] == '\r' ? n - 1 : n));
            s->n -= n + 1;
            memmove (s->in, end + 1, s->n);
            return memchr (line->str, 0, line->len) == NULL ||
                   fail (error, MUGAI_ERROR_RESOURCE, "answer holds a NUL", NULL);
        }
        if (s->n == sizeof s->in)
            return fail (error, MUGAI_ERROR_RESOURCE, "answer line is too long", NULL);
        ssize_t n = recv (s->fd, s->in + s->n, sizeof s->in - s->n, 0);
        if (n == 0)
            return fail (error, MUGAI_ERROR_RESOURCE, "service closed the connection", NULL);
        if (n > 0)
            s->n += (size_t)n;
        else if (errno != EINTR && (errno != EAGAIN || !wait_for (s->fd, POLLIN, s->timeout_us)))
            return fail (error, MUGAI_ERROR_RESOURCE, "receive", g_strerror (errno));
    }
}

/* A whole answer; its class must be @wanted ('2', '3'). */
static bool
expect (Session *s, char wanted, GError **error)
{
    for (int i = 0; i < LINES_MAX; i++) {
        if (!read_line (s, s->last, error))
            return false;
        const char *t = s->last->str;
        if (s->last->len < 3 || !g_ascii_isdigit (t[0]) || !g_ascii_isdigit (t[1]) ||
            !g_ascii_isdigit (t[2]) || (t[3] != '\0' && t[3] != ' ' && t[3] != '-'))
            return fail (error, MUGAI_ERROR_RESOURCE, "not an SMTP answer", t);
        if (t[3] == '-') {
            s->utf8 = s->utf8 || g_ascii_strcasecmp (t + 4, "SMTPUTF8") == 0;
            continue;
        }
        s->utf8 = s->utf8 || (t[3] == ' ' && g_ascii_strcasecmp (t + 4, "SMTPUTF8") == 0);
        if (t[0] == wanted)
            return true;
        return fail (error, t[0] == '5' ? MUGAI_ERROR_REFUSED : MUGAI_ERROR_RESOURCE,
                     "service answers", t);
    }
    return fail (error, MUGAI_ERROR_RESOURCE, "answer has too many lines", NULL);
}

static bool
put (Session *s, const char *data, size_t size, GError **error)
{
    while (size > 0) {
        ssize_t n = send (s->fd, data, size, MSG_NOSIGNAL);
        if (n > 0) {
            data += n;
            size -= (size_t)n;
        } else if (errno != EINTR &&
                   (errno != EAGAIN || !wait_for (s->fd, POLLOUT, s->timeout_us))) {
            return fail (error, MUGAI_ERROR_RESOURCE, "send", g_strerror (errno));
        }
    }
    return true;
}

static bool command (Session *s, char wanted, GError **error, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static bool
command (Session *s, char wanted, GError **error, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *line = g_strdup_vprintf (format, args);
    va_end (args);
    g_autofree char *out = g_strconcat (line, "\r\n", NULL);
    return put (s, out, strlen (out), error) && expect (s, wanted, error);
}

/* ---- one mail ---- */

/* No control, blank or angle bracket outside of a quoted local part, so it cannot end the command
 * it stands in. */
static bool
address_ok (const char *address, bool *needs_utf8)
{
    bool quoted = false;

    if (strlen (address) > ADDRESS_MAX || !g_utf8_validate (address, -1, NULL))
        return false;
    for (const char *at = address; *at != '\0'; at++) {
        uint8_t c = (uint8_t)*at;
        if (c < 0x20 || c == 0x7f)
            return false;
        if (c == '"')
            quoted = !quoted;
        if (!quoted && (c == ' ' || c == '<' || c == '>' || c == ','))
            return false;
        if (c == '\\' && (!quoted || *++at == '\0'))
            return false;
        *needs_utf8 = *needs_utf8 || c >= 0x80;
    }
    return !quoted;
}

static bool
check (const MugaiSmtpMail *mail, bool *needs_utf8, GError **error)
{
    bool ok = mail->recipients->len > 0 && address_ok (mail->sender, needs_utf8);

    for (guint i = 0; ok && i < mail->recipients->len; i++) {
        const char *recipient = g_ptr_array_index (mail->recipients, i);
        ok = *recipient != '\0' && address_ok (recipient, needs_utf8);
    }
    if (!ok)
        return fail (error, MUGAI_ERROR_USAGE, "an address of the envelope cannot be used in SMTP",
                     NULL);
    return (mail->size >= 2 && memcmp (mail->data + mail->size - 2, "\r\n", 2) == 0) ||
           fail (error, MUGAI_ERROR_INTERNAL, "mail does not end with CRLF", NULL);
}

/* RFC 5321 4.5.2: a dot at the beginning of a line is doubled. */
static bool
put_data (Session *s, const MugaiSmtpMail *mail, GError **error)
{
    const uint8_t *at = mail->data, *end = mail->data + mail->size;

    while (at < end) {
        const uint8_t *lf = memchr (at, '\n', (size_t)(end - at));
        const uint8_t *next = lf != NULL ? lf + 1 : end;
        if ((*at == '.' && !put (s, ".", 1, error)) ||
            !put (s, (const char *)at, (size_t)(next - at), error))
            return false;
        at = next;
    }
    return put (s, ".\r\n", 3, error) && expect (s, '2', error);
}

static bool
transact (Session *s, const MugaiSmtpMail *mail, bool needs_utf8, GError **error)
{
    if (!expect (s, '2', error) || !command (s, '2', error, "EHLO localhost"))
        return false;
    if (needs_utf8 && !s->utf8)
        return fail (error, MUGAI_ERROR_REFUSED,
                     "an address needs SMTPUTF8, which the service does not offer", NULL);
    if (!command (s, '2', error, "MAIL FROM:<%s>%s", mail->sender, needs_utf8 ? " SMTPUTF8" : ""))
        return false;
    for (guint i = 0; i < mail->recipients->len; i++)
        if (!command (s, '2', error, "RCPT TO:<%s>",
                      (const char *)g_ptr_array_index (mail->recipients, i)))
            return false;
    return command (s, '3', error, "DATA") && put_data (s, mail, error);
}

bool
mugai_smtp_send (const char *service, bool any_host, const MugaiSmtpMail *mail, int64_t timeout_us,
                 char **ret_text, GError **error)
{
    bool needs_utf8 = false;

    if (!check (mail, &needs_utf8, error))
        return false;
    mugai_autofd fd = connect_service (service, any_host, timeout_us, error);
    if (fd < 0)
        return false;
    Session s = { .fd = fd, .timeout_us = timeout_us, .last = g_string_new (NULL) };
    bool ok = transact (&s, mail, needs_utf8, error);
    if (ok && ret_text != NULL)
        *ret_text = g_strdup (s.last->str);
    command (&s, '2', NULL, "QUIT"); /* its answer changes nothing */
    g_string_free (s.last, TRUE);
    return ok;
}
