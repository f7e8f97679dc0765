/* SPDX-License-Identifier: Apache-2.0
 *
 * null-milter: what Mugai is measured against: negotiates the same actions and the same "no reply"
 * steps, reads every byte of every mail, and changes nothing. Usage: null-milter unix:PATH
 */
#include <libmilter/mfapi.h>

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NO_REPLY                                                                                   \
    (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA |               \
     SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY)

static _Atomic uint64_t bytes_seen; /* so that the reading is not optimised away */

static sfsistat
on_negotiate (SMFICTX *ctx, unsigned long actions, unsigned long steps, unsigned long f2,
              unsigned long f3, unsigned long *ret_actions, unsigned long *ret_steps,
              unsigned long *ret_f2, unsigned long *ret_f3)
{
    (void)f2;
    (void)f3;
    *ret_actions = actions & (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY);
    *ret_steps = steps & (NO_REPLY | SMFIP_HDR_LEADSPC | SMFIP_NOUNKNOWN);
    *ret_f2 = *ret_f3 = 0;
    smfi_setpriv (ctx, (*ret_steps & NO_REPLY) == NO_REPLY ? &bytes_seen : NULL);
    return SMFIS_CONTINUE;
}

static sfsistat
go_on (SMFICTX *ctx)
{
    return smfi_getpriv (ctx) != NULL ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static sfsistat
on_connect (SMFICTX *ctx, char *name, _SOCK_ADDR *address)
{
    (void)name;
    (void)address;
    return go_on (ctx);
}

static sfsistat
on_helo (SMFICTX *ctx, char *name)
{
    (void)name;
    return go_on (ctx);
}

static sfsistat
on_address (SMFICTX *ctx, char **argv)
{
    (void)argv;
    return go_on (ctx);
}

static sfsistat
on_header (SMFICTX *ctx, char *name, char *value)
{
    atomic_fetch_add (&bytes_seen, strlen (name) + strlen (value));
    return go_on (ctx);
}

static sfsistat
on_body (SMFICTX *ctx, unsigned char *data, size_t size)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < size; i += 64)
        sum += data[i];
    atomic_fetch_add (&bytes_seen, size + (sum & 1));
    return go_on (ctx);
}

static sfsistat
on_eom (SMFICTX *ctx)
{
    (void)ctx;
    return SMFIS_CONTINUE;
}

int
main (int argc, char **argv)
{
    static char name[] = "null";
    struct smfiDesc filter = { .xxfi_name = name,
                               .xxfi_version = SMFI_VERSION,
                               .xxfi_flags = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY,
                               .xxfi_connect = on_connect,
                               .xxfi_helo = on_helo,
                               .xxfi_envfrom = on_address,
                               .xxfi_envrcpt = on_address,
                               .xxfi_data = go_on,
                               .xxfi_header = on_header,
                               .xxfi_eoh = go_on,
                               .xxfi_body = on_body,
                               .xxfi_eom = on_eom,
                               .xxfi_negotiate = on_negotiate };

    if (argc != 2) {
        fputs ("usage: null-milter unix:PATH\n", stderr);
        return 2;
    }
    umask (0); /* the MTA's account connects */
    if (smfi_setconn (argv[1]) != MI_SUCCESS || smfi_register (filter) != MI_SUCCESS ||
        smfi_opensocket (true) != MI_SUCCESS)
        return 2;
    return smfi_main() == MI_SUCCESS ? 0 : 1;
}
