/* SPDX-License-Identifier: Apache-2.0 */
#include "message/notice-text.h"

static const struct {
    const char *ja, *en;
} table[MUGAI_TEXT_COUNT] = {
    [MUGAI_TEXT_TITLE] = { "──────── 無害化の結果 ────────",
                           "-------- Sanitization result --------" },
    [MUGAI_TEXT_NUMBER] = { "受付番号：%s", "Reference number: %s" },
    [MUGAI_TEXT_TEMPLATE] = { "──────── 無害化の結果 ────────\n"
                              "受付番号：{number}\n"
                              "そのまま {delivered}件、変換 {converted}件、保留 {withheld}件\n"
                              "{authentication}\n"
                              "\n"
                              "{withheld-list}\n"
                              "{original}\n"
                              "\n"
                              "{converted-list}\n"
                              "\n"
                              "{findings}\n",
                              "-------- Sanitization result --------\n"
                              "Reference number: {number}\n"
                              "delivered {delivered}, converted {converted}, withheld {withheld}\n"
                              "{authentication}\n"
                              "\n"
                              "{withheld-list}\n"
                              "{original}\n"
                              "\n"
                              "{converted-list}\n"
                              "\n"
                              "{findings}\n" },
    [MUGAI_TEXT_CONVERTED] = { "■形を変えてお届けしたもの", "Delivered in another form:" },
    [MUGAI_TEXT_BODY_AS_TEXT] = { "HTML形式の本文（文字だけにしました）",
                                  "the HTML text (as plain text)" },
    [MUGAI_TEXT_DATA_AS_TEXT] = { "配送の通知や予定など（読める文章にしました）",
                                  "a delivery report, an invitation or the like (as readable "
                                  "text)" },
    [MUGAI_TEXT_POINTER] = { "──── 無害化の結果：保留%u件（受付番号 %s） ────",
                             "---- Sanitization result: %u withheld (reference number %s) ----" },
    [MUGAI_TEXT_POINTER_ATTACHED] = { "──── 無害化の結果：保留%u件（受付番号 "
                                      "%s）。くわしくは添付「%s」 ────",
                                      "---- Sanitization result: %u withheld (reference number "
                                      "%s); "
                                      "see the attachment %s ----" },
    [MUGAI_TEXT_NOTICE_NAME] = { "無害化の結果", "sanitization-result" },
    [MUGAI_TEXT_WITHHELD] = { "■保留したもの（お届けしていません）", "Withheld (not delivered):" },
    [MUGAI_TEXT_ENTRY] = { "%s（%s、%s）", "%s (%s, %s)" },
    [MUGAI_TEXT_NO_NAME] = { "名前のない部分", "part without a name" },
    [MUGAI_TEXT_MORE] = { "ほか%u件", "and %u more" },
    [MUGAI_TEXT_HOW] = { "原本は保管しています。必要な場合は、受付番号を添えてシステム管理者にお問"
                         "い合わせください。",
                         "The originals are kept. If you need them, ask your system administrator "
                         "and give the reference "
                         "number." },
    [MUGAI_TEXT_FINDINGS] = { "■お知らせ", "Please note:" },
    [MUGAI_TEXT_ITEM_WITHHELD] = { "あなた宛てのメール1通を保留しました。内容はお届けしていません"
                                   "。",
                                   "One mail addressed to you was withheld. Nothing of its content "
                                   "was delivered." },
    [MUGAI_TEXT_ITEM_HELD] = { "あなた宛てのメール1通は、担当者の確認を待っています。確認が済みしだ"
                               "いお届けします。",
                               "One mail addressed to you waits for a person's decision and will "
                               "follow if it is released." },
    [MUGAI_TEXT_REASON] = { "理由：%s", "Reason: %s" },
    [MUGAI_TEXT_SENDER] = { "送信元：%s", "Sender: %s" },
    [MUGAI_TEXT_SIZE] = { "大きさ：%s", "Size: %s" },
    [MUGAI_TEXT_GATEWAY] = { "無害化ゲートウェイ", "Sanitization gateway" },
    [MUGAI_TEXT_SUBJECT_WITHHELD] = { "【無害化】メールを保留しました（受付番号 %s）",
                                      "[Sanitization] A mail was withheld (reference number %s)" },
    [MUGAI_TEXT_SUBJECT_HELD] = { "【無害化】メールは担当者の確認待ちです（受付番号 %s）",
                                  "[Sanitization] A mail waits for a decision (reference number "
                                  "%s)" },
    [MUGAI_TEXT_CUT] = { "［本文が長いため、ここで切りました］",
                         "[The text was cut here because of its length]" },
    [MUGAI_TEXT_NO_BODY] = { "［このメールには表示できる本文がありません］",
                             "[This mail has no text that can be shown]" },
    [MUGAI_TEXT_FORM_PLAIN] = { "【テキスト版】", "[Plain text version]" },
    [MUGAI_TEXT_FORM_HTML] = { "【HTML版】", "[HTML version]" },
    [MUGAI_TEXT_FORM_OTHER] = { "【別の形式の本文】", "[Version in another form]" },
    [MUGAI_TEXT_BYTES] = { "%u バイト", "%u bytes" },
};

const char *
mugai_text (MugaiText text, MugaiLanguage language)
{
    return language == MUGAI_LANGUAGE_EN ? table[text].en : table[text].ja;
}
