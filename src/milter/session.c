/* SPDX-License-Identifier: Apache-2.0
 *
 * Nothing is accepted before the end of the message. Callbacks are negotiated without reply where
 * the MTA offers that, so a failure there is remembered and answered at the end.
 *
 * The MTA's own Received field and what it adds behind us are not seen here.
 */
#include "milter/session.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { ALL_ACTIONS = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY };

#define NO_REPLY                                                                                   \
    (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA |               \
     SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY)

typedef struct Session {
    bool unfit;          /* the MTA does not offer what edits need */
    unsigned long quiet; /* SMFIP_NR_ bits in force */
    MugaiMta mta;
    char *client_name, *client_address, *helo;
    MugaiMail *mail; /* NULL between mails */
    MugaiMail *held; /* answered, but not yet recorded as held */
} Session;

static MugaiMilter *shared; /* see mugai_session_filter() */

static sfsistat
go_on (const Session *session, unsigned long bit)
{
    return (session->quiet & bit) != 0 ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

/* The MTA has our answer, or the connection is gone. */
static void
settle (Session *session)
{
    g_autoptr (MugaiMail) held = g_steal_pointer (&session->held);

    if (held != NULL)
        mugai_mail_settle (held, shared);
}

/* ---- the connection ---- */

static sfsistat
on_negotiate (SMFICTX *ctx, unsigned long actions, unsigned long steps, unsigned long f2,
              unsigned long f3, unsigned long *ret_actions, unsigned long *ret_steps,
              unsigned long *ret_f2, unsigned long *ret_f3)
{
    Session *session = g_new0 (Session, 1);

    (void)f2;
    (void)f3;
    session->unfit = (actions & ALL_ACTIONS) != ALL_ACTIONS;
    session->quiet = session->unfit ? 0 : steps & NO_REPLY;
    session->mta.space = (steps & SMFIP_HDR_LEADSPC) == 0;
    *ret_actions = actions & ALL_ACTIONS;
    *ret_steps = session->quiet | (steps & (SMFIP_HDR_LEADSPC | SMFIP_NOUNKNOWN));
    *ret_f2 = *ret_f3 = 0;
    if (session->unfit)
        fprintf (stderr,
                 "mugai-milter: the MTA offers the actions 0x%lx, but 0x%x are needed; every mail "
                 "is answered 451\n",
                 actions, (unsigned)ALL_ACTIONS);
    smfi_setpriv (ctx, session);
    return SMFIS_CONTINUE;
}

/* NULL only when the MTA did not negotiate, which libmilter answers itself. */
static Session *
session_of (SMFICTX *ctx)
{
    return smfi_getpriv (ctx);
}

static char *
address_text (const _SOCK_ADDR *address)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (address == NULL)
        return NULL;
    if (address->sa_family == AF_INET)
        inet_ntop (AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, text,
                   sizeof text);
    else if (address->sa_family == AF_INET6)
        inet_ntop (AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, text,
                   sizeof text);
    return *text == '\0' ? NULL : g_strdup (text);
}

static void
replace (char **text, const char *with)
{
    g_free (*text);
    *text = with == NULL ? NULL : g_strndup (with, MUGAI_ENVELOPE_TEXT);
}

/* By its own word (milter_connect_macros has `v` by default); else the way that suits all is taken.
 */
static bool
is_postfix (SMFICTX *ctx)
{
    static char version[] = "v";
    const char *value = smfi_getsymval (ctx, version);

    return value != NULL && g_str_has_prefix (value, "Postfix ");
}

static sfsistat
on_connect (SMFICTX *ctx, char *name, _SOCK_ADDR *address)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->unfit)
        return SMFIS_TEMPFAIL;
    replace (&session->client_name, name);
    g_free (session->client_address);
    session->client_address = address_text (address);
    session->mta.appends = is_postfix (ctx);
    return go_on (session, SMFIP_NR_CONN);
}

static sfsistat
on_helo (SMFICTX *ctx, char *name)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->unfit)
        return SMFIS_TEMPFAIL;
    replace (&session->helo, name);
    return go_on (session, SMFIP_NR_HELO);
}

static sfsistat
on_close (SMFICTX *ctx)
{
    Session *session = session_of (ctx);

    if (session == NULL)
        return SMFIS_CONTINUE;
    settle (session);
    mugai_mail_free (session->mail);
    g_free (session->client_name);
    g_free (session->client_address);
    g_free (session->helo);
    g_free (session);
    smfi_setpriv (ctx, NULL);
    return SMFIS_CONTINUE;
}

/* ---- the envelope ---- */

/* "<local@domain>" without its brackets. */
static char *
addr_spec (const char *argument)
{
    size_t size = strlen (argument);

    if (size >= 2 && argument[0] == '<' && argument[size - 1] == '>')
        return g_strndup (argument + 1, size - 2);
    return g_strdup (argument);
}

static void
macro_text (SMFICTX *ctx, const char *name, char **ret)
{
    const char *value = smfi_getsymval (ctx, (char *)name);

    if (value != NULL && *value != '\0')
        replace (ret, value);
}

/* Macros are said again for each mail: XCLIENT or AUTH may have changed them since connect. */
static void
take_macros (SMFICTX *ctx, MugaiEnvelope *envelope)
{
    macro_text (ctx, "j", &envelope->host);
    macro_text (ctx, "i", &envelope->queue_id);
    macro_text (ctx, "{client_addr}", &envelope->client_address);
    macro_text (ctx, "{client_name}", &envelope->client_name);
    macro_text (ctx, "{auth_authen}", &envelope->login);
}

static bool
address_fits (const char *address)
{
    return strlen (address) < MUGAI_ENVELOPE_TEXT;
}

static sfsistat
on_mail (SMFICTX *ctx, char **argv)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->unfit)
        return SMFIS_TEMPFAIL;
    settle (session);
    mugai_mail_free (session->mail);
    MugaiMail *mail = session->mail = mugai_mail_new (shared);
    mail->envelope->sender = addr_spec (argv[0]);
    mail->too_many = !address_fits (mail->envelope->sender);
    replace (&mail->envelope->client_name, session->client_name);
    replace (&mail->envelope->client_address, session->client_address);
    replace (&mail->envelope->helo, session->helo);
    take_macros (ctx, mail->envelope);
    return go_on (session, SMFIP_NR_MAIL);
}

static sfsistat
on_rcpt (SMFICTX *ctx, char **argv)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->mail == NULL)
        return SMFIS_TEMPFAIL;
    MugaiMail *mail = session->mail;
    g_autofree char *address = addr_spec (argv[0]);
    if (mail->envelope->recipients->len == MUGAI_ENVELOPE_RECIPIENTS || !address_fits (address))
        mail->too_many = true;
    else
        g_ptr_array_add (mail->envelope->recipients, g_steal_pointer (&address));
    return go_on (session, SMFIP_NR_RCPT);
}

static sfsistat
on_data (SMFICTX *ctx)
{
    Session *session = session_of (ctx);

    return session == NULL || session->mail == NULL ? SMFIS_TEMPFAIL
                                                    : go_on (session, SMFIP_NR_DATA);
}

/* ---- the content ---- */

static sfsistat
on_header (SMFICTX *ctx, char *name, char *value)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->mail == NULL)
        return SMFIS_TEMPFAIL;
    mugai_original_header (session->mail->original, name, value, session->mta.space);
    return go_on (session, SMFIP_NR_HDR);
}

static sfsistat
on_eoh (SMFICTX *ctx)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->mail == NULL)
        return SMFIS_TEMPFAIL;
    mugai_original_end_of_header (session->mail->original);
    return go_on (session, SMFIP_NR_EOH);
}

static sfsistat
on_body (SMFICTX *ctx, unsigned char *data, size_t size)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->mail == NULL)
        return SMFIS_TEMPFAIL;
    mugai_original_body (session->mail->original, data, size);
    return go_on (session, SMFIP_NR_BODY);
}

static sfsistat
on_abort (SMFICTX *ctx)
{
    Session *session = session_of (ctx);

    if (session != NULL)
        mugai_mail_free (g_steal_pointer (&session->mail));
    return SMFIS_CONTINUE;
}

static sfsistat
on_eom (SMFICTX *ctx)
{
    Session *session = session_of (ctx);
    bool held = false;

    if (session == NULL || session->unfit || session->mail == NULL)
        return SMFIS_TEMPFAIL;
    g_autoptr (MugaiMail) mail = g_steal_pointer (&session->mail);
    take_macros (ctx, mail->envelope);
    sfsistat status = mugai_mail_conclude (mail, shared, ctx, &session->mta, &held);
    if (held)
        session->held = g_steal_pointer (&mail);
    return status;
}

static void
log_line (const char *line)
{
    fprintf (stderr, "mugai-milter: %s\n", line);
}

struct smfiDesc
mugai_session_filter (MugaiMilter *milter)
{
    static char name[] = "mugai";

    shared = milter;
    milter->log = log_line;
    return (struct smfiDesc){
        .xxfi_name = name,
        .xxfi_version = SMFI_VERSION,
        .xxfi_flags = ALL_ACTIONS,
        .xxfi_connect = on_connect,
        .xxfi_helo = on_helo,
        .xxfi_envfrom = on_mail,
        .xxfi_envrcpt = on_rcpt,
        .xxfi_data = on_data,
        .xxfi_header = on_header,
        .xxfi_eoh = on_eoh,
        .xxfi_body = on_body,
        .xxfi_eom = on_eom,
        .xxfi_abort = on_abort,
        .xxfi_close = on_close,
        .xxfi_negotiate = on_negotiate,
    };
}
