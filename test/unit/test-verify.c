/* SPDX-License-Identifier: Apache-2.0
 *
 * Good and bad samples for every clause of src/verify/PROFILE.md about mail, text, CSV and PNG.
 * Other grammars: verify-*.c.
 */
#include "verify-samples.h"
#include "verify/codepoint.h"
#include "verify/verify.h"

#define FIFTY "12345678901234567890123456789012345678901234567890"
#define SIXTY "123456789012345678901234567890123456789012345678901234567890"

#define AMBIGUITY "withheld=1\r\nMIME-Ambiguity-Results: mugai; "

/* A change of a canonical mail. */
typedef struct Change {
    const char *clause; /* NULL: still in the profile */
    const char *find, *replace;
} Change;

static const Change single_change[] = {
    { NULL, "Precedence: list\r\n", "" },
    { "M-1.1", "[news 12]", "[news\t12]" },
    { "M-1.1", "[news 12]", "[n\xc3\xa9ws]" },
    { "M-1.1", "[news 12]", "[n\x7fws]" },
    { "M-1.2", "[news 12]", "[news\n12]" },
    { "M-1.2", "list\r\nFrom", "list\rFrom" },
    { "M-1.2", "Precedence: list\r\n", "Precedence: list\n" },
    { "M-1.2", "Precedence: list\r\n", "Precedence: list\r\r\n" },
    { "M-1.3", "(Re: report)", "(Re: report) " SIXTY " 1234567" },
    { NULL, "(Re: report)", "(Re: report) " SIXTY "12" },
    { "M-1.3", "(Re: report)", "(Re: report) " SIXTY "123" },
    { "M-1.3", "(Re: report)", SIXTY SIXTY },
    { NULL, "<20261120.1@mail", "<" SIXTY SIXTY "@mail" },
    { "M-1.3", " <a$b@[192.0.2.1]>\r\nMIME", " <" SIXTY "1@c.jp> <23@c.jp>\r\nMIME" },
    { NULL, "<news.example.jp>", "<" SIXTY SIXTY "12345678>" },
    { NULL, " c3@example.jp", " c3@" SIXTY "." SIXTY "." SIXTY "." SIXTY ".jp" },
    { "H-4", "Date: Fri, 20", "Date: Fri,  20" },
    { "H-10", "[news 12]", "[news  12]" },
    { "H-10", "[news 12]", "[news \r\n 12]" },
    { "H-10", "[news 12]", "[news\r\n  12]" },
    { "H-10", "(Re: report)\r\n", "(Re: report) \r\n" },
    { "H-10", "(Re: report)\r\n", "(Re: report)\r\n \r\n" },
    { "H-5", "c1@example.jp, c2", "c1@example.jp,c2" },
    { "M-2.1", "Precedence: list", "X-Mailer: list" },
    { "M-2.1", "Precedence: list", "precedence: list" },
    { "M-2.1", "Precedence: list", "Bcc: a@example.jp" },
    { "M-2.1", "Subject", "Subjec" },
    { "M-2.2", "Precedence: list\r\n", "Precedence: list\r\nPrecedence: list\r\n" },
    { "M-2.2", "Precedence: list\r\n", "Precedence: list\r\nList-Id: <a>\r\n" },
    { "M-2.2", "Precedence: list\r\n",
      "Precedence: list\r\nReceived: by unknown; Thu, 01 Jan 1970 00:00:00 +0000\r\n" },
    { "M-2.3", "MIME-Version: 1.0\r\n", "" },
    { "M-2.3", "Content-Transfer-Encoding: base64\r\n", "" },
    { "M-2.3", "Encoding: base64", "Encoding: 7bit" },
    { "M-2.3", "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n",
      "" },
    { "M-2.4", "Precedence: list", "Precedence:list" },
    { "M-2.4", "Precedence: list", "Precedence:  list" },
    { "M-2.4", "Precedence: list", "Precedence : list" },
    { "M-2.4", "Precedence: list", "Precedence:\r\n list" },
    { "M-2.4", "Precedence: list", "Precedence" },
    { "M-2.4", "Precedence: list", "Precedence: " },
    { "M-2.4", "Precedence: list", " list" },
    { "M-3.1", "MIME-Version: 1.0", "MIME-Version: 1.1" },
    { "M-3.1", "MIME-Version: 1.0", "MIME-Version: 1.0 " },
    { "M-3.2", "v=1; id", "v=2; id" },
    { "M-3.2", ";\r\n policy", "; policy" },
    { "M-3.2", "id=0123", "id=012A" },
    { "M-3.2", "aabbccdd;", "aabbccdd0;" },
    { "M-3.2", "in=3", "in=03" },
    { "M-3.2", "in=3", "in=-3" },
    { "M-3.2", "withheld=1", "withheld=1;" },
    { "M-3.2", "in=3", "in=10000000" },
    { NULL, "withheld=1\r\n",
      AMBIGUITY "ambiguity=high; withheld=1;\r\n class=header,content\r\n" },
    { NULL, "withheld=1\r\n",
      AMBIGUITY "ambiguity=low; withheld=0;\r\n "
                "class=header,type,encoding,boundary,content,parameter,line-end,readers\r\n" },
    { "M-3.4", "withheld=1\r\n",
      AMBIGUITY "ambiguity=high; withheld=1;\r\n class=content,header\r\n" },
    { "M-3.4", "withheld=1\r\n",
      AMBIGUITY "ambiguity=high; withheld=1;\r\n class=header,header\r\n" },
    { "M-3.4", "withheld=1\r\n", AMBIGUITY "ambiguity=high; withheld=1;\r\n class=\r\n" },
    { "M-3.4", "withheld=1\r\n", AMBIGUITY "ambiguity=high; withheld=1; class=header\r\n" },
    { "M-3.4", "withheld=1\r\n", AMBIGUITY "ambiguity=no; withheld=0;\r\n class=header\r\n" },
    { "M-3.4", "withheld=1\r\n", AMBIGUITY "ambiguity=low; withheld=0;\r\n class=header,\r\n" },
    { "M-3.5", "withheld=1\r\n", AMBIGUITY "ambiguity=low; withheld=1;\r\n class=header\r\n" },
    { "M-3.5", "withheld=1\r\n", AMBIGUITY "ambiguity=high; withheld=0;\r\n class=header\r\n" },
    { "M-3.5", "withheld=1\r\n", AMBIGUITY "ambiguity=high; withheld=2;\r\n class=header\r\n" },
    { "M-2.2", "withheld=1\r\n",
      AMBIGUITY "ambiguity=low; withheld=0;\r\n class=type\r\nMIME-Ambiguity-Results: mugai\r\n" },
    { "M-3.3", "withheld=1", "withheld=2" },
    { "M-3.3", "in=3", "in=9999999" },
    { "M-4.1", "text/plain; charset=utf-8", "text/html; charset=utf-8" },
    { "M-4.1", "text/plain; charset=utf-8", "text/plain; charset=UTF-8" },
    { "M-4.1", "text/plain; charset=utf-8", "text/plain; charset=\"utf-8\"" },
    { "M-4.1", "text/plain; charset=utf-8", "text/plain" },
    { "H-1", "by unknown; Thu, 01 Jan 1970", "by unknown; Fri, 01 Jan 1970" },
    { "H-1", "by unknown; ", "by ; " },
    { "H-1", "by unknown; ", "; " },
    { "H-1", "by unknown; ", "by unknown (comment); " },
    { "H-1", "by unknown; ", "by unknown for <a@example.jp>; " },
    { "H-1", "by unknown; ", "with ESMTP by unknown; " },
    { "H-1", "by unknown; ", "by " SIXTY "12345; " },
    { "H-1", "with ESMTPS", "with esmtps" },
    { NULL, "by unknown; ", "from [IPv6:2001:db8::1] by\r\n unknown; " },
    { NULL, "by unknown; ", "id 1; " },
    { "H-1", "by unknown; ", "from [1.2.3.4 by unknown; " },
    { "H-2", "auto-generated", "auto-notified" },
    { "H-2", "auto-generated", "auto-generated; x" },
    { "H-2", "Precedence: list", "Precedence: first-class" },
    { "H-3", "<news.example.jp>", "<news example.jp>" },
    { "H-3", "<news.example.jp>", "news" },
    { "H-3", "<news.example.jp>", "<>" },
    { "H-4", "Date: Fri", "Date: Sat" },
    { "H-4", "Date: Fri, 20 Nov", "Date: Fri, 20 nov" },
    { "H-4", "Date: Fri, 20 Nov 2026 19:22:00", "Date: Fri, 20 Nov 2026 24:22:00" },
    { "H-4", "Date: Fri, 20 Nov 2026 19:22:00 +0900", "Date: Fri, 20 Nov 2026 19:22:00 JST" },
    { "H-4", "Date: Fri, 20 Nov 2026 19:22:00 +0900",
      "Date: Fri, 20 Nov 2026 19:22:00 +0900 (JST)" },
    { "H-4", "Date: Fri, 20 Nov 2026 19:22:00 +0900", "Date: Fri, 20 Nov 2026 19:22 +0900" },
    { "H-4", "Date: Fri, 20 Nov 2026", "Date: Mon, 29 Feb 2027" },
    { NULL, "Date: Fri, 20 Nov 2026", "Date: Tue, 29 Feb 2028" },
    { NULL, "Date: Fri, 20 Nov 2026", "Date: Fri,\r\n 20\r\n Nov\r\n 2026" },
    { "H-5", "taro@example.jp>", "taro@example.jp" },
    { "H-5", "c1@example.jp, c2@example.jp", "c1@example.jp c2@example.jp" },
    { "H-6", "To: taro@example.jp", "To: <taro@example.jp>" },
    { "H-5", "news@example.jp>\r\n", "news@example.jp>, a@example.jp\r\n" },
    { "H-6", "Cc: c1@example.jp", "Cc: undisclosed-recipients:;" },
    { "H-6", "Cc: c1@example.jp", "Cc: undisclosed-recipients:; x" },
    { "H-6", "Cc: c1@example.jp", "Cc: c1@example..jp" },
    { "H-6", "Cc: c1@example.jp", "Cc: c1@-example.jp" },
    { "H-6", "Cc: c1@example.jp", "Cc: c1@example.jp." },
    { "H-6", "Cc: c1@example.jp", "Cc: c1@[192.0.2.1]" },
    { "H-5", "Cc: c1@example.jp", "Cc: c1@a_b.jp" },
    { "H-6", "Cc: c1@example.jp", "Cc: c1" },
    { "H-6", "Cc: c1@example.jp", "Cc: .c1@example.jp" },
    { "H-6", "Cc: c1@example.jp", "Cc: c1.@example.jp" },
    { "H-6", "Cc: c1@example.jp", "Cc: a=?b@example.jp" },
    { "H-6", "Cc: c1@example.jp", "Cc: a?=@example.jp" },
    { "H-6", "Cc: c1@example.jp", "Cc: " SIXTY "12345@example.jp" },
    { "H-6", "Cc: c1@example.jp", "Cc: c1@" SIXTY "1234.jp" },
    { "H-5", "Cc: c1@example.jp", "Cc: \"c1\"@example.jp" },
    { "H-6", "Cc: c1@example.jp", "Cc: a (c) b@example.jp" },
    { NULL, "Cc: c1@example.jp", "Cc: \"a@b\"@example.jp" },
    { NULL, "Cc: c1@example.jp", "Cc: \"c1.\"@example.jp" },
    { NULL, "Cc: c1@example.jp", "Cc: !#$%&'*+-/?^=_`{|}~@EXAMPLE.jp" },
    { "H-7", "<20261120.1@mail.example.jp>", "20261120.1@mail.example.jp" },
    { "H-7", "<20261120.1@mail.example.jp>", "<20261120.1>" },
    { "H-7", "<20261120.1@mail.example.jp>", "<20261120.1@>" },
    { "H-7", "<20261120.1@mail.example.jp>", "<1@[a b]>" },
    { "H-7", "<20261120.1@mail.example.jp>", "<=?1@a>" },
    { "H-7", "<20261120.1@mail.example.jp>", "<1@a> <2@a>" },
    { "H-7", "<20261120.1@mail.example.jp>", "<" SIXTY SIXTY SIXTY SIXTY "1234567890@mail>" },
    { "H-8", "\"Office, News\"", "\" Office, News\"" },
    { "H-8", "\"Office, News\"", "\"Office, \\\"News\"" },
    { "H-8", "\"Office, News\"", "\"Office =?utf-8?B?QQ==?=\"" },
    { "H-8", "\"Office, News\"", "\"Office <a@b>\"" },
    { "H-8", "\"Office, News\"", "\"\"" },
    { "H-8", "\"Office, News\"", "\"Office,\r\n News\"" },
    { "H-8", "\"Office, News\"", "\"" SIXTY "12345\"" },
    { "H-8", "\"Office, News\"", "=?UTF-8?B?T2ZmaWNl?=" },
    { NULL, "\"Office, News\"", "=?UTF-8?B?T2ZmaWNlIiE=?=" },
    { "H-6", "\"Office, News\"", "Office News" },
    { "H-9", "?UTF-8?B?44GK", "?utf-8?B?44GK" },
    { "H-9", "?UTF-8?B?44GK", "?ISO-2022-JP?B?44GK" },
    { "H-9", "?UTF-8?B?44GK", "?UTF-8?Q?44GK" },
    { "H-9", "44Gb?=", "44Gb=" },
    { "H-9", "44Gb?=", "44G?=" },
    { "H-9", "44Gb?=", "4?=" },
    { "H-9", "44GK55+l44KJ44Gb", "" },
    { "H-9", "5bGx55SwIOWkqumDjg==", "5bGx55SwIOWkqumDjh==" },
    { "H-9", "5bGx55SwIOWkqumDjg==",
      "5bGx5bGx5bGx5bGx5bGx5bGx5bGx5bGx5bGx5bGx5bGx5bGx5bGx5bGx5bGx5bGx5bGx" },
    { "H-9", "5Lya6K2w44Gu?= =?UTF-8?B?44GK", "5Lya6K2w44A=?= =?UTF-8?B?44GK" },
    { "H-10", "[news 12]", "[news=?12]" },
    { "H-10", "[news 12]", "[news?=12]" },
    { "H-10", "44Gb?=", "44Gb?=x" },
    { "H-10", "(Re: report)\r\nDate", "(Re: report)\r\n Date" },
    { NULL, "(Re: report)", "(Re: report)\r\n Dates: Date: x" },
    { "H-11", "[news 12] =?UTF-8?B?5Lya6K2w44Gu?=", "=?UTF-8?B?IOS8mg==?=" },
    { "H-11", "5Lya6K2w44Gu", "YQpi" },
    { "H-11", "5Lya6K2w44Gu", "YQli" },
    { "U-2", "5Lya6K2w44Gu", "YQBi" },
    { "U-2", "5Lya6K2w44Gu", "YeKArmI=" },
    { "U-2", "5Lya6K2w44Gu", "YQ1i" },
    { "U-3", "5Lya6K2w44Gu", "YeKAjWI=" },
    { "U-2", "5bGx55SwIOWkqumDjg==", "5bGx7oCA" },
    { "B-1", "44GT", "44G*" },
    { "B-1", "44GT", "44GT\r\n\r\n" },
    { "B-1", "44GT", "44G" },
    { "B-1", "44GT", " 44GT" },
    { "B-1", "44GT", "44GT44GT" },
    { "B-1", "44GT", "44GT\r\n" },
    { "B-2", "44GT", "44==" },
};

static const Change full_change[] = {
    { "M-4.1", "multipart/mixed", "multipart/alternative" },
    { "M-4.1", "multipart/mixed;\r\n", "multipart/mixed;" },
    { "M-4.2", "boundary=\"=_mugai_0", "boundary=\"=_mugai_1" },
    { "M-2.3", "\"\r\n\r\n--", "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n--" },
    { "M-4.3", "\"\r\n\r\n--", "\"\r\n\r\n\r\n--" },
    { "M-4.3", "\"\r\n\r\n--", "\"\r\n\r\npreamble\r\n--" },
    { "M-4.3", "\r\n\r\n" DELIMITER, "\r\n\r\n--=_mugai_" },
    { "M-4.4", DELIMITER "--\r\n", DELIMITER "--" },
    { "M-4.4", DELIMITER "--\r\n", DELIMITER "-- \r\n" },
    { "M-4.4", DELIMITER "--\r\n", DELIMITER "--\r\n\r\n" },
    { "M-4.4", DELIMITER "--\r\n", DELIMITER "--\r\n" DELIMITER "--\r\n" },
    { "M-4.4", DELIMITER "--\r\n", "" },
    { "M-5.1",
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" },
    { "M-5.1", "Content-Transfer-Encoding: base64\r\nContent-D", "Content-D" },
    { "M-5.1", "Content-Disposition: attachment", "Content-Disposition: inline" },
    { "M-5.1", "report 1.txt\"\r\n", "report 1.txt\"\r\nContent-ID: <1>\r\n" },
    { "M-5.1", "\r\nContent-Type: text/csv", "\r\nContent-type: text/csv" },
    { "M-5.2", "Content-Type: text/csv; charset=utf-8", "Content-Type: text/html; charset=utf-8" },
    { "M-5.2", "Content-Type: text/csv; charset=utf-8", "Content-Type: text/csv" },
    { "M-5.2", "Content-Type: image/png", "Content-Type: application/x-zip" },
    { "M-5.2", "Content-Type: image/png", "Content-Type: image/png; name=a.png" },
    { "N-1", "filename=\"report 1.txt\"", "filename=report1.txt" },
    { "N-1", "filename=\"report 1.txt\"", "filename=\"report(1).txt\"" },
    { "N-1", "filename=\"report 1.txt\"", "filename*=UTF-8''report.txt" },
    { "N-1", "filename=\"report 1.txt\"", "filename=\"" SIXTY "1.txt\"" },
    { NULL, "filename=\"report 1.txt\"", "filename=\"" SIXTY ".txt\"" },
    { "N-1", "filename*=UTF-8''%E9", "filename*=utf-8''%E9" },
    { "N-1", "filename*=UTF-8''%E9", "filename*=UTF-8'ja'%E9" },
    { "N-1", "filename*=UTF-8''%E9", "filename*=UTF-8''%e9" },
    { "N-1", "filename*=UTF-8''%E9", "filename*=UTF-8''%41%E9" },
    { "N-1", "filename*=UTF-8''%E9", "filename*=UTF-8''a b%E9" },
    { "N-1", "filename*=UTF-8''%E9", "filename*=UTF-8''%C3%E9" },
    { "N-1", "filename*=UTF-8''%E9%87%91",
      "filename*=UTF-8''%E9%87%91%E9%87%91%E9%87%91%E9%87%91%E9%87%91a" },
    { "N-1", "filename*=UTF-8''%E9%87%91", "filename*0*=UTF-8''%E9%87%91" },
    { "N-1", "%B4%E5%BA%A6;\r\n filename*1*=", "%B4%E5%BA%A6;\r\n filename*2*=" },
    { "N-1", "%B4%E5%BA%A6;\r\n filename*1*=", "%B4%E5%BA;\r\n filename*1*=%A6" },
    { "N-1", "%B4%E5%BA%A6;\r\n filename*1*=", "%B4%E5%BA%A6;\r\n filename*1*=;\r\n filename*2*=" },
    { NULL, "%B4%E5%BA%A6;\r\n filename*1*=", "%B4%E5%BA%A6;\r\n filename*1*=a;\r\n filename*2*=" },
    { "N-1", "filename*0*=UTF-8''", "filename*0*=UTF-8''%E4%BB%A4%E4%BB%A4%E4%BB%A4" },
    { "N-1", "%A6;\r\n filename*1*=%E4%BA%88%E7%AE%97%E6%A6%82%E8%A6%81.png",
      "%A6;\r\n filename*1*=.png" },
    { "N-2", "filename*0*=UTF-8''%E4%BB%A4%E5%92%8C8%E5%B9%B4%E5%BA%A6;\r\n filename*1*=",
      "filename*0*=UTF-8''" FIFTY ";\r\n filename*1*=" FIFTY ";\r\n filename*2*=" FIFTY
      ";\r\n filename*3*=" FIFTY ";\r\n filename*4*=" FIFTY ";\r\n filename*5*=" },
    { "N-3", "%E9%87%91", "%22" },
    { "N-3", "%E9%87%91", "a%3A" },
    { "N-3", "%E9%87%91", "..%2F" },
    { "N-3", "%E9%87%91", "a%5C" },
    { "N-3", "%E9%87%91", "a%0A" },
    { "U-2", "%E9%87%91", "a%00" },
    { "U-2", "%E9%87%91", "fdp%E2%80%AE" },
    { "U-2", "%E9%87%91", "%EE%80%80" },
    { "U-3", "%E9%87%91", "%EF%B8%8F" },
    { "N-4", "report 1.txt", " report.txt" },
    { "N-4", "report 1.txt", ".report.txt" },
    { "N-4", "report 1.txt", "report.txt." },
    { "N-4", "report 1.txt", "report        .txt" },
    { NULL, "report 1.txt", "report       .txt" },
    { "N-4", "%E9%87%91", "%E3%80%80%E9%87%91" },
    { "N-5", "%E9%87%91", "%E3%81%8B%E3%82%99" },
    { NULL, "%E9%87%91", "%E3%81%8C" },
    { "N-5", "%E9%87%91", "%EF%A8%99" },
    { "N-5", "%E9%87%91", "a%CC%81%CC%A3" },
    { "N-5", "%E9%87%91", "%C3%A1%CC%A3" },
    { "N-5", "%E9%87%91", "%E1%BE%80%CC%81" },
    { NULL, "%E9%87%91", "%E1%BA%A1%CC%81" },
    { "N-5", "%E9%87%91", "%E1%84%80%E1%85%A1" },
    { "N-5", "%E9%87%91", "%EA%B0%80%E1%86%A8" },
    { NULL, "%E9%87%91", "%EF%A8%8E%CC%A3b" },
    { "N-6", "report 1.txt", "CON.txt" },
    { "N-6", "report 1.txt", "aux  .b.txt" },
    { "N-6", "report 1.txt", "Lpt1.txt" },
    { NULL, "report 1.txt", "console.txt" },
    { NULL, "report 1.txt", "lpt10.txt" },
    { "N-6", "%E9%87%91%E9%A1%8D.csv", "COM%C2%B9.csv" },
    { "N-6", "%E9%87%91%E9%A1%8D.csv", "%EF%BC%A3on.csv" },
    { "N-6", "%E9%87%91%E9%A1%8D.csv", "%E3%8F%9An.csv" },
    { "N-6", "%E9%87%91%E9%A1%8D.csv", "con%EF%BC%8E.csv" },
    { "N-7", "report 1.txt", "report.exe" },
    { "N-7", "report 1.txt", "report.TXT" },
    { "N-7", "report 1.txt", "report" },
    { "N-4", "report 1.txt", ".txt" },
    { "N-7", "%E9%A1%8D.csv", "%E9%A1%8D.txt" },
    { NULL, "report 1.txt", "a.xlsm.txt" },
};

static void
test_changes (const char *what, Buf (*make) (void), const Change *change, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Buf b = make();
        char name[100];
        snprintf (name, sizeof name, "%s: %s -> %s", what, change[i].find, change[i].replace);
        for (char *c = name; *c != '\0'; c++)
            *c = *c < ' ' || *c > '~' ? '.' : *c;
        if (!buf_replace (&b, change[i].find, change[i].replace))
            CHECK_NAMED (0, "sample holds what is to be changed: %s", name);
        expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, change[i].clause, name);
        buf_clear (&b);
    }
}

static Buf
make_single (void)
{
    return mail_single (HEADER, BODY, strlen (BODY));
}

/* A base64 block of 200 bytes that begin with @magic, in lines of 76, each behind @quote. */
static char *
block (const char *magic, size_t size, const char *quote)
{
    uint8_t raw[200] = { 0 };
    Buf b = { 0 }, out = { 0 };

    memset (raw, 'x', sizeof raw);
    memcpy (raw, magic, size);
    buf_base64 (&b, raw, sizeof raw, 76);
    for (char *line = strtok ((char *)b.data, "\r\n"); line != NULL; line = strtok (NULL, "\r\n"))
        buf_printf (&out, "%s%s\n", quote, line);
    buf_clear (&b);
    return (char *)out.data;
}

/* Texts as body (b), text file (t) or both (*). */
static const struct {
    const char *clause;
    char place;
    const char *text;
} text_sample[] = {
    { NULL, '*', "あいうえお\n\n  漢字 ｶﾀｶﾅ ①㈱ Ⅳ ∑ ~‾¥ é\tx\n" },
    { NULL, 't', "" },
    { "M-5.3", 'b', "" },
    { NULL, '*',
      "👨‍👩‍👧‍👦 👍🏽 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣ #️⃣ ❤️ "
      "☎︎ "
      "葛󠄀 "
      "辻󠄀 "
      "神︀ "
      "。︀ ㊗️ 🏳️‍🌈 →↔️\n" },
    { NULL, '*',
      "PGP\n-----BEGIN PGP MESSAGE-----\n> begin 644 a.exe\nbegin 9 things\n beginning\nbegin "
      "644\n" },
    { NULL, '*',
      "https://example.jp/a:b?c=d file: a.txt metadata:x javascript: 入門 ms-dos:x C:\\dir\\a "
      "12:30\n" },
    { NULL, '*', "\\\\ 1,000 a\\\\b\\c \\\\-\\ profile://x\n" },
    { "T-1", '*',
      "\xef\xbb\xbf"
      "a\n" },
    { "T-2", '*', "a\r\nb\r\n" },
    { "T-2", '*', "a\rb\n" },
    { "T-2", '*', "a" },
    { "U-1", '*', "\xc0\xbc\n" },
    { "U-1", '*', "\xed\xa0\x80\n" },
    { "U-1", '*', "\xf4\x90\x80\x80\n" },
    { "U-1", '*', "\xe3\x81\n" },
    { "U-1", '*', "\x80\n" },
    { "U-1", '*', "\xe0\x80\x80\n" },
    { "U-1", '*', "\xf0\x80\x80\x80\n" },
    { "U-2", '*', "a\x1b$B\n" },
    { "U-2", '*', "a\x7f\n" },
    { "U-2", '*', "a\xc2\x85\n" },
    { "U-2", '*', "so\u00adft\n" },
    { "U-2", '*', "a\u200b\n" },
    { "U-2", '*',
      "a\u202e"
      "b\n" },
    { "U-2", '*',
      "a\u2066"
      "b\n" },
    { "U-2", '*', "a\u2060\n" },
    { "U-2", '*', "a\u3164\n" },
    { "U-2", '*', "a\ufeff\n" },
    { "U-2", '*', "a\ufffd\n" },
    { "U-2", '*', "a\ufffc\n" },
    { "U-2", '*', "\ue000\n" },
    { "U-2", '*', "\U000f0000\n" },
    { "U-2", '*', "\U0010ffff\n" },
    { "U-2", '*', "\U0001ffff\n" },
    { "U-2", '*', "\ufdd0\n" },
    { "U-2", '*', "\U000e0001\n" },
    { "U-2", '*', "\U0001d173\n" },
    { "U-3", '*',
      "a\u200d"
      "b\n" },
    { "U-3", '*', "a\ufe0f\n" },
    { "U-3", '*', "\ufe0f\n" },
    { "U-3", '*', "1\ufe0f\n" },
    { "U-3", '*', "❤\ufe0f\ufe0f\n" },
    { "U-3", '*', "👨\u200d\n" },
    { "U-3", '*', "👨\u200d\u200d👩\n" },
    { "U-3", '*', "a\u200d👨\n" },
    { "U-3", '*', "葛\U000e0100\U000e0100\n" },
    { "U-3", '*', "葛\ufe03\n" },
    { "U-3", '*', "あ\U000e0100\n" },
    { "U-3", '*', "🏴\U000e0067\U000e0062\U000e007f\n" },
    { "U-3", '*', "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\n" },
    { "U-3", '*', "👍\U000e0061\n" },
    { "U-3", '*', "😀‍😀‍😀‍😀‍😀‍😀‍😀‍😀‍😀‍😀‍😀\n" },
    { NULL, '*', "😀‍😀‍😀‍😀‍😀‍😀‍😀‍😀‍😀‍😀\n" },
    { "T-3", '*', "a\nbegin 644 a.exe\nM...\n" },
    { "T-3", '*', "begin  0755  a.exe\n" },
    { "T-3", '*', "begin-base64 644 a.exe\n" },
    { "T-4", '*', "=ybegin line=128 size=1 name=a.exe\n" },
    { "T-4", '*', "(This file must be converted with BinHex 4.0)\n\n:abc\n" },
    { NULL, '*', "(This file must be converted with BinHex 4.0)\n\nabc:\n" },
    { "T-6", '*', "see data:image/png;base64,AAAA\n" },
    { "T-6", '*', "DATA:text/html;charset=utf-8; base64 ,AAAA\n" },
    { NULL, '*', "see data:image/png;base64 AAAA\n" },
    { "T-7", 'b', "file:///etc/passwd\n" },
    { "T-7", 'b', "<FILE:C:\\a.exe>\n" },
    { "T-7", 'b', "f\u0131le:\\\\host\\a\n" },
    { "T-7", 'b', "\u017fmb://host/\n" },
    { "T-7", 'b', "ldaps://host/\n" },
    { "T-7", 'b', "jar:http://host/\n" },
    { "T-7", 'b', "onenote:\\\\host\n" },
    { "T-7", 'b', "search-ms:query=x\n" },
    { "T-7", 'b', "見よ shell:startup\n" },
    { "T-7", 'b', "SKYPE:x?call\n" },
    { "T-7", 'b', "search:query=x\n" },
    { "T-7", 'b', "ms-word:ofe|u|http://x\n" },
    { "T-7", 'b', "x-ms-msdt:/id\n" },
    { "T-7", 'b', "jar:ms-vbscript:word\n" },
    { "T-7", 'b', "javascript:alert(1)\n" },
    { "T-7", 'b', "java\u017fcript: //x\n" },
    { NULL, 'b', "vbscript:%61 vbscript: \n" },
    { "T-7", 'b', "vbscript:a%61\n" },
    { "T-7", 'b', "data:text/html,<b>\n" },
    { "T-7", 'b', "data:text/html;charset=a,<b>\n" },
    { "T-7", 'b', "see \\\\server\\share\\a.exe\n" },
    { "T-7", 'b', "共有\\\\10.0.0.1\\c$\n" },
    { NULL, 't', "file:///etc/passwd \\\\server\\share javascript:alert(1)\n" },
    { "M-6.2", 'b', "無害化の結果\nSanitization result\n" },
    { "M-6.2", 'b', "無害化の結果\n無害化の結果\n" },
    { NULL, 'b', "x 無害化の結果 x Sanitization result\n> 無害化の結果\n> Sanitization result\n" },
    { NULL, 't', "無害化の結果\n無害化の結果\n" },
    { "T-8", 't', "MZさん\n" },
    { "T-8", 't', "%PDF-1.4\n" },
    { NULL, 'b', "MZさん\n" },
    { NULL, 't', "\nMZさん\n" },
};

static void
expect_body (const char *text, const char *clause, const char *name)
{
    bool noticed = strstr (text, "無害化の結果") != NULL;
    Buf body = { 0 };

    buf_text (&body, text);
    if (!noticed && body.size > 0)
        buf_text (&body, "無害化の結果\n");
    Buf b = mail_single (HEADER, body.data, body.size);
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, clause, name);
    buf_clear (&b);
    buf_clear (&body);
}

static void
test_texts (void)
{
    for (size_t i = 0; i < LENGTH (text_sample); i++) {
        const char *text = text_sample[i].text, *clause = text_sample[i].clause;
        char name[64];
        snprintf (name, sizeof name, "text sample %zu, place %c", i, text_sample[i].place);
        bool open = strlen (text) > 0 && text[strlen (text) - 1] != '\n';
        if (text_sample[i].place != 't' && !open)
            expect_body (text, clause, name);
        if (text_sample[i].place != 'b')
            expect (MUGAI_GRAMMAR_TEXT, text, strlen (text), clause, name);
    }
    Buf b = mail_single (HEADER, "a\n", 2);
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, "M-6.3", "withheld, but no notice");
    buf_replace (&b, "converted=1; withheld=1", "converted=2; withheld=0");
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, NULL, "nothing withheld, no notice");
    buf_clear (&b);
    b = mail_single (HEADER, "無害化の結果", strlen ("無害化の結果"));
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, "T-2", "body without last line end");
    buf_clear (&b);
}

static void
test_blocks (void)
{
    static const struct {
        const char *magic;
        size_t size;
        const char *quote;
        const char *clause;
    } sample[] = {
        { "MZ\x90", 3, "", "T-5" },
        { "PK\x03\x04", 4, "  ", "T-5" },
        { "\xd0\xcf\x11\xe0", 4, "\u3000", "T-5" },
        { "  <!DocType", 11, "", "T-5" },
        { "ab-lh5-", 7, "", "T-5" },
        { "\0asm", 4, "", "T-5" },
        { "%PDF-1", 6, "> ", NULL },
        { "hello", 5, "", NULL },
    };
    char *text;

    for (size_t i = 0; i < LENGTH (sample); i++) {
        text = block (sample[i].magic, sample[i].size, sample[i].quote);
        expect (MUGAI_GRAMMAR_TEXT, text, strlen (text), sample[i].clause, "base64 block");
        free (text);
    }
    Buf b = { 0 };
    uint8_t raw[150] = "MZ";
    buf_text (&b, "see (");
    buf_base64 (&b, raw, sizeof raw, 0);
    buf_text (&b, ")\n");
    expect (MUGAI_GRAMMAR_TEXT, b.data, b.size, "T-5", "base64 within a long line");
    buf_clear (&b);
    buf_base64 (&b, raw, 90, 0);
    buf_text (&b, "\nshort+line\n");
    expect (MUGAI_GRAMMAR_TEXT, b.data, b.size, NULL, "run that is too short");
    buf_clear (&b);
    buf_base64 (&b, raw, 90, 0);
    buf_text (&b, "\n" SIXTY " and more words\n");
    expect (MUGAI_GRAMMAR_TEXT, b.data, b.size, "T-5", "run that counts with the line after it");
    buf_clear (&b);
    buf_base64 (&b, raw, sizeof raw, 0);
    expect (MUGAI_GRAMMAR_CSV, b.data, b.size, "C-1", "CSV without byte order mark");
    buf_clear (&b);
}

#define BOM "\xef\xbb\xbf"
static const struct {
    const char *clause;
    const char *text;
} csv_sample[] = {
    { NULL, BOM },
    { NULL, BOM "ID,氏名\r\n1,\"山田, \"\"太郎\"\"\"\r\n,\r\n\"a\nb\",-1,200\r\n" },
    { NULL, BOM "-1200,+81-3-1234-5678,-1.5e-3,-,'=1+1,'-項目,−5%,a=b,'+A1\r\n" },
    { "C-1", "a,b\r\n" },
    { "C-2", BOM "a,b\n" },
    { "C-2", BOM "a,b" },
    { "C-2", BOM "a,b," },
    { "C-2", BOM "a\rb\r\n" },
    { "C-2", BOM "\"a,\r\nb\"\r\n" },
    { "C-3", BOM "\"a\",b\r\n" },
    { "C-3", BOM "a\"b\r\n" },
    { "C-2", BOM "\"a,b\r\n" },
    { "C-3", BOM "\"a,b" },
    { "C-2", BOM "\"a,b\"c\r\n" },
    { "C-4", BOM "=1+1\r\n" },
    { "C-4", BOM "a,@SUM(1)\r\n" },
    { "C-4", BOM "a, =1\r\n" },
    { "C-4", BOM "a,\u3000＝1\r\n" },
    { "C-4", BOM "a,\"\"\"=1,\"\r\n" },
    { "C-4", BOM "+A1\r\n" },
    { "C-4", BOM "-項目\r\n" },
    { "C-4", BOM "−5(3)\r\n" },
    { "C-4", BOM "-1+2\r\n" },
    { "C-5", BOM "\"a\n=HYPERLINK(1)\"\r\n" },
    { "C-5", BOM "a;＝ＣＭＤ /c|x\r\n" },
    { "C-5", BOM "a;@ +_xlfn.WebService (1)\r\n" },
    { NULL, BOM "a;=ABC(1)\r\n" },
    { "C-6", BOM "sep=;\r\n" },
    { "C-6", BOM "ID;x\r\n" },
    { "C-6", BOM "  <HTML>\r\n" },
    { "T-3", BOM "begin 644 a\r\n" },
    { "T-4", BOM "=ybegin \r\n" },
    { "T-6", BOM "\"data:a/b;base64,x\"\r\n" },
    { "U-2", BOM "a\u200b\r\n" },
    { "U-2", BOM "a\x0b\r\n" },
};

static void
test_csv (void)
{
    for (size_t i = 0; i < LENGTH (csv_sample); i++) {
        char name[64];
        snprintf (name, sizeof name, "CSV sample %zu", i);
        const char *clause = csv_sample[i].clause;
        expect (MUGAI_GRAMMAR_CSV, csv_sample[i].text, strlen (csv_sample[i].text),
                clause != NULL && strcmp (clause, "T-4") == 0 ? "C-4" : clause, name);
    }
}

/* An image of @rows bytes of pixels whose chunks before IDAT @middle adds. */
static Buf
image (uint32_t width, uint32_t height, uint8_t depth, uint8_t colour, const char *type,
       const void *data, size_t size, size_t rows)
{
    Buf b = { 0 };
    uint8_t *pixels = calloc (1, rows + 1);

    png_ihdr (&b, width, height, depth, colour);
    if (colour == 3)
        png_chunk (&b, "PLTE", "\0\0\0\1\1\1", 6);
    if (type != NULL)
        png_chunk (&b, type, data, size);
    png_pixels (&b, pixels, rows, 100);
    free (pixels);
    return b;
}

static const struct {
    const char *clause;
    uint32_t width, height;
    uint8_t depth, colour;
    const char *type, *data;
    size_t size, rows;
} image_sample[] = {
    { NULL, 4, 2, 8, 2, NULL, NULL, 0, 26 },
    { NULL, 4, 2, 1, 0, "tRNS", "\0\1", 2, 4 },
    { NULL, 9, 2, 1, 3, "tRNS", "\0\1", 2, 6 },
    { NULL, 4, 2, 8, 4, NULL, NULL, 0, 18 },
    { NULL, 4, 2, 8, 6, "pHYs", "\0\0\1\0\0\0\1\0\0", 9, 34 },
    { NULL, 4, 2, 8, 2, "tRNS", "\0\1\0\1\0\1", 6, 26 },
    { "P-2", 4, 2, 8, 2, "tEXt", "a\0b", 3, 26 },
    { "P-2", 4, 2, 8, 2, "eXIf", "a", 1, 26 },
    { "P-2", 4, 2, 8, 2, "IHDR", "a", 1, 26 },
    { "P-2", 4, 2, 8, 2, "IEND", "", 0, 26 },
    { "P-4", 0, 2, 8, 2, NULL, NULL, 0, 26 },
    { "P-4", 40000, 2, 8, 2, NULL, NULL, 0, 26 },
    { "P-4", 32000, 32000, 8, 2, NULL, NULL, 0, 26 },
    { "P-4", 4, 2, 16, 2, NULL, NULL, 0, 26 },
    { "P-4", 4, 2, 4, 2, NULL, NULL, 0, 26 },
    { "P-4", 4, 2, 8, 1, NULL, NULL, 0, 26 },
    { "P-4", 4, 2, 8, 7, NULL, NULL, 0, 26 },
    { "P-5", 4, 2, 8, 2, "sRGB", "\4", 1, 26 },
    { "P-5", 4, 2, 8, 2, "sRGB", "\0\0", 2, 26 },
    { "P-5", 4, 2, 8, 2, "pHYs", "\0\0\1\0\0\0\1\0\2", 9, 26 },
    { "P-5", 4, 2, 8, 2, "pHYs", "\0\0\0\0\0\0\1\0\1", 9, 26 },
    { "P-5", 4, 2, 8, 2, "PLTE", "\0\0\0", 3, 26 },
    { "P-5", 4, 2, 8, 3, "tRNS", "\0\0\0", 3, 10 },
    { "P-5", 4, 2, 8, 6, "tRNS", "\0\0\0\0\0\0", 6, 34 },
    { "P-5", 4, 2, 1, 0, "tRNS", "\0\2", 2, 4 },
    { "P-5", 4, 2, 8, 2, "IDAT", "", 0, 26 },
    { "P-6", 4, 2, 8, 2, NULL, NULL, 0, 27 },
    { "P-6", 4, 2, 8, 2, NULL, NULL, 0, 25 },
};

static void
test_images (void)
{
    for (size_t i = 0; i < LENGTH (image_sample); i++) {
        char name[64];
        snprintf (name, sizeof name, "image sample %zu", i);
        Buf b = image (image_sample[i].width, image_sample[i].height, image_sample[i].depth,
                       image_sample[i].colour, image_sample[i].type, image_sample[i].data,
                       image_sample[i].size, image_sample[i].rows);
        expect (MUGAI_GRAMMAR_PNG, b.data, b.size, image_sample[i].clause, name);
        buf_clear (&b);
    }
    Buf b = png_small();
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size - 1, "P-2", "image cut");
    expect (MUGAI_GRAMMAR_PNG, b.data, 7, "P-1", "image cut in its signature");
    buf_text (&b, "x");
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size, "P-8", "byte after IEND");
    b.data[20]++;
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size, "P-3", "CRC");
    b.data[0] = 0x88;
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size, "P-1", "signature");
    buf_clear (&b);
}

/* Images that are wrong inside their pixel stream. */
static void
test_pixels (void)
{
    uint8_t rows[34 * 2] = { 0 };
    Buf b = { 0 };

    rows[17] = 5;
    png_ihdr (&b, 4, 4, 8, 6);
    png_pixels (&b, rows, sizeof rows, 1000);
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size, "P-7", "filter 5");
    buf_clear (&b);
    rows[17] = 1;
    png_ihdr (&b, 4, 4, 8, 6);
    png_pixels (&b, rows, sizeof rows, 1000);
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size, "P-7", "filter 1");
    buf_clear (&b);
    rows[17] = 0;
    rows[18] = 9;
    png_ihdr (&b, 4, 4, 8, 6);
    png_pixels (&b, rows, sizeof rows, 1000);
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size, "P-7", "colour behind transparency");
    buf_clear (&b);
    rows[18] = 0;
    rows[2] = 1;
    png_ihdr (&b, 9, 1, 1, 0);
    png_pixels (&b, rows, 3, 1000);
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size, "P-7", "unused bits");
    buf_clear (&b);
    rows[2] = 0;
    rows[1] = 0x80;
    png_ihdr (&b, 4, 1, 2, 3);
    png_chunk (&b, "PLTE", "\0\0\0\1\1\1", 6);
    png_pixels (&b, rows, 2, 1000);
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size, "P-7", "index past the palette");
    buf_clear (&b);
    rows[1] = 0;

    Buf z = zlib_stream (rows, 26);
    buf_text (&z, "x");
    png_ihdr (&b, 4, 2, 8, 2);
    png_chunk (&b, "IDAT", z.data, z.size);
    png_chunk (&b, "IEND", "", 0);
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size, "P-6", "byte behind the zlib stream");
    buf_clear (&b);
    png_ihdr (&b, 4, 2, 8, 2);
    png_chunk (&b, "IDAT", z.data, z.size - 1);
    png_chunk (&b, "IEND", "x", 1);
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size, "P-5", "IEND with content");
    buf_clear (&b);
    z.data[z.size - 2] ^= 1;
    png_ihdr (&b, 4, 2, 8, 2);
    png_chunk (&b, "IDAT", z.data, z.size - 1);
    png_chunk (&b, "IEND", "", 0);
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size, "P-6", "Adler-32");
    buf_clear (&b);
    buf_clear (&z);

    /* an archive of nothing but its directory, in a stored block */
    uint8_t zip[2 + 5 + 120 + 4] = { 0x78, 0x01, 1, 120, 0, (uint8_t)~120, 0xff };
    memcpy (zip + 7 + 10, "PK\x01\x02", 4);
    memcpy (zip + 7 + 56, "PK\x05\x06\0\0\0\0\1\0\1\0\56\0\0\0", 16);
    png_ihdr (&b, 119, 1, 8, 0);
    png_chunk (&b, "IDAT", zip, sizeof zip);
    png_chunk (&b, "IEND", "", 0);
    expect (MUGAI_GRAMMAR_PNG, b.data, b.size, "P-9", "ZIP in an image");
    buf_clear (&b);
}

static void
test_limits (void)
{
    Buf b = mail_full();
    MugaiVerifyLimits limits = mugai_verify_limits_default();

    limits.output = b.size;
    limits.parts = 4;
    expect_with (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, NULL, "at the limits");
    limits.output--;
    expect_with (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, "L-1", "limits.output");
    limits.output++;
    limits.parts = 3;
    expect_with (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, "L-2", "limits.parts");
    limits.memory = 100;
    expect_with (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, "L-3", "limits.memory");
    limits = mugai_verify_limits_default();
    limits.expanded = 47;
    expect_with (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, "P-6", "limits.expanded");
    expect ((MugaiGrammar)99, b.data, b.size, "L-3", "no such grammar");
    buf_clear (&b);

    for (unsigned received = 50; received <= 51; received++) {
        Buf head = { 0 };
        for (unsigned i = 2; i < received; i++)
            buf_text (&head, "Received: by unknown; Thu, 01 Jan 1970 00:00:00 +0000\r\n");
        buf_text (&head, HEADER);
        b = mail_single ((char *)head.data, BODY, strlen (BODY));
        expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, received == 50 ? NULL : "M-2.2",
                "number of Received");
        buf_clear (&b);
        buf_clear (&head);
    }
    for (unsigned count = 2000; count <= 2001; count++) {
        Buf list = { 0 };
        b = make_single();
        buf_text (&list, "Cc: c1@example.jp");
        for (unsigned i = 3; i < count; i++)
            buf_printf (&list, ",\r\n %u@example.jp", i);
        buf_replace (&b, "Cc: c1@example.jp", (char *)list.data);
        expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, count == 2000 ? NULL : "H-5",
                "number of addresses");
        buf_clear (&b);
        buf_clear (&list);
    }
}

static void
test_edges (void)
{
    Buf b = make_single();

    for (size_t size = 0; size < b.size; size++) {
        MugaiVerifyLimits limits = mugai_verify_limits_default();
        MugaiVerifyResult result;
        mugai_verify (MUGAI_GRAMMAR_MAIL, b.data, size, &limits, &result);
        if (result.verdict.ok || size == 0)
            CHECK_NAMED (!result.verdict.ok, "mail cut at %zu refused", size);
        note_clause (result.verdict.clause);
        mugai_verify_result_clear (&result);
    }
    expect (MUGAI_GRAMMAR_MAIL, b.data, strlen (HEADER), "M-1.5", "header without end");
    buf_text (&b, "--\r\n");
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, "M-1.5", "line after the end");
    buf_clear (&b);

    b = mail_multi (HEADER, BODY, strlen (BODY));
    mail_close (&b);
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, "M-4.5", "multipart with a body alone");
    buf_clear (&b);
    for (size_t extra = 1; extra <= 60;
         extra++) { /* a last line of every length before a delimiter */
        char text[64 + sizeof BODY];
        memset (text, 'x', extra);
        memcpy (text + extra, BODY, sizeof BODY);
        b = mail_multi (HEADER, text, strlen (text));
        mail_attach (&b, "text/plain; charset=utf-8", " filename=\"a.txt\"", "a\n", 2);
        mail_close (&b);
        expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, NULL, "last line of any length");
        buf_clear (&b);
    }
    b = mail_single (HEADER, "", 0);
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, "M-5.3", "no body");
    buf_clear (&b);

    /* spare bits and padding of the last group: a body of 3n + 1 bytes */
    Buf body = { 0 };
    buf_text (&body, BODY);
    do
        buf_text (&body, "\n");
    while (body.size % 3 != 1);
    b = mail_single (HEADER, body.data, body.size);
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, NULL, "padded body");
    b.data[b.size - 5]++;
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, "B-3", "unused bits");
    b.data[b.size - 5]--;
    buf_text (&b, "QUFB\r\n");
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, "B-2", "line after the padding");
    buf_clear (&b);
    buf_clear (&body);
}

/* Every length of the last line of a body that a delimiter follows. */
static void
test_line_lengths (void)
{
    char body[200];

    for (size_t size = strlen (BODY) + 2; size < sizeof body; size++) {
        memset (body, 'a', size);
        memcpy (body, BODY, strlen (BODY));
        body[size - 1] = '\n';
        Buf b = mail_multi (HEADER, body, size);
        mail_attach (&b, "text/plain; charset=utf-8", " filename=\"a.txt\"", "x\n", 2);
        mail_close (&b);
        expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, NULL, "body of another length");
        buf_clear (&b);
    }
}

static void
test_result (void)
{
    Buf b = mail_full();
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult r;
    uint8_t digest[32];
    MugaiSha256 h;

    mugai_verify (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, &r);
    CHECK (r.verdict.ok);
    CHECK (r.verdict.leaves == 4);
    CHECK (r.verdict.in == 3 && r.verdict.delivered == 1 && r.verdict.converted == 1 &&
           r.verdict.withheld == 1);
    mugai_sha256 (BODY, strlen (BODY), digest);
    CHECK (r.leaf != NULL && memcmp (r.leaf[0].sha256, digest, 32) == 0 &&
           r.leaf[0].size == strlen (BODY));
    Buf png = png_small();
    mugai_sha256 (png.data, png.size, digest);
    CHECK (r.leaf != NULL && memcmp (r.leaf[3].sha256, digest, 32) == 0 &&
           r.leaf[3].size == png.size);
    mugai_sha256_init (&h);
    for (unsigned i = 0; i < r.verdict.leaves; i++)
        mugai_sha256_update (&h, r.leaf[i].sha256, 32);
    mugai_sha256_final (&h, digest);
    CHECK (memcmp (r.verdict.leaves_sha256, digest, 32) == 0);
    mugai_verify_result_clear (&r);
    mugai_verify_result_clear (&r);

    buf_replace (&b, "report 1.txt", "report:1.txt");
    mugai_verify (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, &r);
    CHECK (!r.verdict.ok && strcmp (r.verdict.path, "2") == 0);
    const uint8_t *line = memmem (b.data, b.size, " filename=", 10);
    CHECK (line != NULL && r.verdict.offset == (uint64_t)(line - b.data));
    mugai_verify_result_clear (&r);
    mugai_verify (MUGAI_GRAMMAR_PNG, png.data, png.size, &limits, &r);
    CHECK (r.verdict.ok && r.verdict.leaves == 1 && r.leaf[0].size == png.size &&
           r.verdict.in == 0);
    mugai_verify_result_clear (&r);
    buf_clear (&png);
    buf_clear (&b);
}

static const struct {
    const char *clause;
    const char *prefix;
} prefix_sample[] = {
    { NULL, "" },
    { NULL,
      "Return-Path: <a@example.jp>\r\nX-Original-To: b@example.jp\r\nDelivered-To: b@example.jp\r\n"
      "Received: from x (y [192.0.2.1])\r\n\tby z (Postfix) with ESMTP id 1\r\n\tfor <b>; Fri, 20 "
      "Nov 2026\r\n" },
    { "M-2.1", "X-Spam: a\r\n" },
    { "D-3", "Received: a\r\n \r\n" },
    { "D-3", "Received: \xe3\x81\x82\r\n" },
    { "D-3", "Received: a\rb\r\n" },
};

static void
test_delivered (void)
{
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    Buf b;

    limits.delivered = true;
    for (size_t i = 0; i < LENGTH (prefix_sample); i++) {
        Buf full = mail_full();
        b = (Buf){ 0 };
        buf_text (&b, prefix_sample[i].prefix);
        buf_add (&b, full.data, full.size);
        expect_with (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, prefix_sample[i].clause,
                     prefix_sample[i].prefix);
        if (i == 1)
            expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, "M-1.1", "a prefix where none may be");
        while (buf_replace (&b, "\r\n", "\n"))
            ;
        const char *clause = i == 5 ? "D-3" : prefix_sample[i].clause;
        if (i != 5) /* that one holds a CR of its own */
            expect_with (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, clause,
                         "the same with LF alone");
        buf_clear (&b);
        buf_clear (&full);
    }
    b = (Buf){ 0 };
    for (int i = 0; i < 201; i++)
        buf_text (&b, "Received: x\r\n");
    expect_with (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, "D-2", "201 fields");
    buf_clear (&b);
    b = make_single();
    buf_replace (&b, "c1@example.jp, c2@example.jp", "c1@example.jp,\r\n\t        c2@example.jp");
    expect_with (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, NULL, "fields folded again");
    buf_replace (&b, ";\r\n policy", ";\r\n\tpolicy");
    expect_with (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, "M-3.2", "Mugai-Result folded again");
    limits.memory = b.size;
    while (buf_replace (&b, "\r\n", "\n"))
        ;
    limits.memory = b.size;
    expect_with (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, "L-3", "no memory for line ends");
    buf_clear (&b);
}

int
main (void)
{
    Buf b = make_single(), full = mail_full();

    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, NULL, "canonical mail, body alone");
    expect (MUGAI_GRAMMAR_MAIL, full.data, full.size, NULL, "canonical mail with attachments");
    buf_clear (&b);
    buf_clear (&full);
    test_changes ("single", make_single, single_change, LENGTH (single_change));
    test_changes ("full", mail_full, full_change, LENGTH (full_change));
    test_texts();
    test_blocks();
    test_csv();
    test_images();
    test_jis();
    test_card();
    test_jpeg();
    test_pdf();
    test_office();
    test_odf();
    test_pixels();
    test_zip();
    test_limits();
    test_edges();
    test_line_lengths();
    test_result();
    test_delivered();
    verify_coverage();
    return tap_done();
}
