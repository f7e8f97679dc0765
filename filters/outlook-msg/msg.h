/* SPDX-License-Identifier: Apache-2.0
 *
 * msg: a message of Outlook in a file as a mail. Process: the walk. Trust: input is hostile.
 * libc only. Source: MS-OXMSG.
 */
#pragma once

#include "mapi/letter.h"
#include "outlook-msg/cfb.h"

/* Read the message of the file and, written as mails, the messages in it. @cfb: opened; values are
 * borrowed from it. @depth: how many messages may stand within each other; deeper ones are parts of
 * no known type. Returns: NULL, or in English what is wrong with it (static). */
const char *mugai_msg_read (MugaiCfb *cfb, unsigned depth, MugaiLetter *ret_letter);
