/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report-shown.h"

void
mugai_report_checks (const MugaiReportShown *shown, MugaiReportCheck checks[MUGAI_REPORT_CHECKS])
{
    const MugaiTally *tally = shown->tally;
    guint64 reports = tally->items - tally->no_report;

    checks[0] = (MugaiReportCheck){
        "nothing-lost",
        "Nothing is lost: in every report, parts received = delivered + converted + withheld",
        "失われたものはない：どの記録でも、受けた数＝そのまま＋変換＋渡さなかった数",
        reports,
        tally->wrong_sums,
        true
    };
    checks[1] = (MugaiReportCheck){
        "verified",
        "Nothing unverified went on: every item that went on bears the digest of what the "
        "verifier passed",
        "検査を経ずに渡したものはない：渡したものすべてに、検査済みの内容のハッシュがある",
        tally->handed_over,
        tally->handed_over - tally->digests,
        true
    };
    checks[2] = (MugaiReportCheck){ "readable",
                                    "Every item of the index and its report can be read",
                                    "索引のどの項目も、その記録も読める",
                                    tally->items,
                                    tally->unreadable,
                                    true };
    checks[3] = (MugaiReportCheck){
        "audit-log",
        "The audit log is whole: each line holds the hash of the line before it",
        "監査ログは改ざんされていない：各行が直前の行のハッシュを持つ",
        shown->log.lines,
        shown->log.problems,
        shown->log_checked
    };
}

const char *
mugai_report_check_words (const MugaiReportCheck *check, bool ja)
{
    if (!check->checked)
        return ja ? "調べられなかった" : "could not be checked";
    return check->wrong == 0 ? (ja ? "適合" : "holds") : (ja ? "不適合" : "DOES NOT HOLD");
}

char *
mugai_report_time (int64_t us)
{
    g_autoptr (GDateTime) t = g_date_time_new_from_unix_local (us / G_USEC_PER_SEC);

    return t != NULL ? g_date_time_format (t, "%Y-%m-%d %H:%M:%S %z") : g_strdup ("?");
}
