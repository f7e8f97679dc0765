/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts of many languages in the charsets their mail comes in, without a label: whole, sentence by
 * sentence and in short pieces. iconv of this host writes them. With "list", each miss is shown.
 */
#include "tap.h"

#include "message/charset.h"

#include <glib.h>
#include <iconv.h>
#include <string.h>

typedef struct Text {
    const char *charsets; /* of iconv */
    const char *text;     /* sentences, one a line */
} Text;

static const Text texts[] = {
    { "CP932 EUC-JP-MS", "いつもお世話になっております。総務課の山田です。\n"
                         "来月の説明会について、下記のとおりご案内いたします。\n"
                         "日時：十二月三日（水）午後一時から三時まで\n"
                         "場所：市役所本庁舎三階大会議室\n"
                         "ご不明な点がございましたら、担当までお問い合わせください。\n"
                         "添付のファイルをご確認のうえ、今週中にご返信をお願いします。\n"
                         "東京都千代田区霞が関一丁目二番三号\n"
                         "令和八年度当初予算要求資料提出依頼\n"
                         "システム更新作業に伴うサービス停止のお知らせ\n" },
    { "CP932 EUC-JP-MS",
      "報告書\n議事録確認\n電話番号変更届\n会議資料送付\n株式会社日本商事営業部第二課\n"
      "見積書\n参加申込\nメール\nお礼\n大阪府大阪市中央区\n" },
    { "CP932",
      "ｺﾝﾆﾁﾊ､ﾃｽﾄﾃﾞｽ｡ 半角カナを含むメールです。\n口座名義 ﾔﾏﾀﾞ ﾀﾛｳ 様、振込のお知らせです\n" },
    { "EUC-JP-MS",
      "ｺﾝﾆﾁﾊ､ﾃｽﾄﾃﾞｽ｡ 半角カナを含むメールです。\n口座名義 ﾔﾏﾀﾞ ﾀﾛｳ 様、振込のお知らせです\n" },
    { "GB18030",
      "您好，附件是本月的发票，请查收。\n会议时间改为下周三下午三点，请大家准时参加。\n"
      "我们已经收到您的订单，预计三天之内发货。\n如果有任何问题，请随时与我们联系，谢谢。\n"
      "这个项目的负责人是张先生，电话号码如下。\n北京市海淀区中关村大街\n" },
    { "BIG5-HKSCS",
      "您好，附件是本月的發票，請查收。\n會議時間改為下週三下午三點，請大家準時參加。\n"
      "我們已經收到您的訂單，預計三天之內出貨。\n如果有任何問題，請隨時與我們聯絡，謝謝。\n"
      "這個專案的負責人是張先生，電話號碼如下。\n台北市信義區市府路\n" },
    { "UHC", "안녕하세요, 첨부한 견적서를 확인해 주시기 바랍니다.\n회의는 다음 주 수요일 오후 세 "
             "시에 열립니다.\n"
             "주문하신 상품은 내일 발송될 예정입니다.\n궁금한 점이 있으시면 언제든지 연락해 "
             "주세요. 감사합니다.\n"
             "서울특별시 강남구 테헤란로\n" },
    { "WINDOWS-1251 KOI8-R ISO-8859-5 CP866",
      "Здравствуйте! Высылаем вам счёт за прошлый месяц.\nСовещание переносится на среду, три часа "
      "дня.\n"
      "Пожалуйста, подтвердите получение этого письма.\nС уважением, отдел продаж\n"
      "Ваш заказ отправлен и будет доставлен завтра.\n" },
    { "WINDOWS-1251 KOI8-U", "Доброго дня! Надсилаємо вам рахунок за минулий місяць.\nБудь ласка, "
                             "підтвердьте отримання цього листа.\n"
                             "Ваше замовлення буде доставлене завтра, дякуємо за довіру.\n" },
    { "WINDOWS-1251", "Здравейте, изпращаме ви фактурата за миналия месец.\nМоля, потвърдете "
                      "получаването на това писмо.\n" },
    { "ISO-8859-7 WINDOWS-1253",
      "Καλημέρα σας, σας στέλνουμε το τιμολόγιο του προηγούμενου μήνα.\n"
      "Παρακαλώ επιβεβαιώστε τη λήψη του μηνύματος.\nΗ παραγγελία σας θα παραδοθεί αύριο.\n" },
    { "WINDOWS-1255 ISO-8859-8", "שלום רב, מצורפת החשבונית של החודש שעבר.\nנא לאשר את קבלת ההודעה "
                                 "הזאת.\nההזמנה שלך תגיע מחר בבוקר.\n" },
    { "WINDOWS-1256 ISO-8859-6", "مرحبا، نرسل إليكم فاتورة الشهر الماضي.\nيرجى تأكيد استلام هذه "
                                 "الرسالة.\nسيتم تسليم طلبكم غدا إن شاء الله.\n" },
    { "WINDOWS-874",
      "สวัสดีครับ กรุณาดูเอกสารแนบและยืนยัน\nขอบคุณสำหรับการสั่งซื้อของคุณ\nการประชุมเลื่อนไปเป็นวันพุธหน้า\n" },
    { "WINDOWS-1252", "Bonjour, veuillez trouver ci-joint la facture du mois passé.\nLa réunion "
                      "est reportée à mercredi, à trois heures.\n"
                      "Merci de confirmer la réception de ce message dès que possible.\nVotre "
                      "commande a été expédiée hier, très cordialement.\n"
                      "L’équipe vous remercie d’avance\nle café où l'on déjeune\n" },
    { "WINDOWS-1252", "Guten Tag, anbei erhalten Sie die Rechnung für den letzten Monat.\nBitte "
                      "bestätigen Sie den Empfang.\n"
                      "Die Lieferung erfolgt nächste Woche, mit freundlichen Grüßen.\nStraße, "
                      "Größe, Übung, Ärger\n" },
    { "WINDOWS-1252", "Buenos días, adjuntamos la factura del mes pasado.\n¿Podría confirmar la "
                      "recepción de este correo?\n"
                      "La reunión será mañana por la mañana en la oficina de atención.\n" },
    { "WINDOWS-1252", "Bom dia, segue em anexo a fatura do mês passado.\nA reunião não será "
                      "amanhã, mas na terça-feira.\n"
                      "Obrigado pela atenção, até já.\n" },
    { "WINDOWS-1252", "Buongiorno, la fattura del mese scorso è allegata.\nPerché la riunione è "
                      "stata spostata a martedì?\n"
                      "Così potrà confermare la sua disponibilità.\n" },
    { "WINDOWS-1252", "Hej, här kommer fakturan för förra månaden.\nMötet är flyttat till onsdag "
                      "på eftermiddagen.\n"
                      "Vänligen bekräfta att ni har fått brevet.\n" },
    { "WINDOWS-1252", "Goddag, hermed fremsendes fakturaen for sidste måned.\nMødet er flyttet til "
                      "på onsdag, så vi ses.\nVenlig hilsen Søren, København\n" },
    { "WINDOWS-1252", "It’s the “final” version – please read it again…\nPrice: £20, about €23 (½ "
                      "paid) ©2026\nDon’t forget tomorrow’s meeting\n" },
    { "WINDOWS-1250 ISO-8859-2", "Dzień dobry, w załączniku przesyłamy fakturę za zeszły "
                                 "miesiąc.\nProszę potwierdzić otrzymanie tej wiadomości.\n"
                                 "Spotkanie zostało przełożone na środę, życzę miłego dnia.\n" },
    { "WINDOWS-1250 ISO-8859-2", "Dobrý den, v příloze zasíláme fakturu za minulý měsíc.\nProsím "
                                 "potvrďte přijetí této zprávy.\n"
                                 "Schůzka se přesouvá na středu, děkuji za pochopení.\n" },
    { "WINDOWS-1250 ISO-8859-2",
      "Tisztelt Uram, mellékelten küldjük a múlt havi számlát.\nKérjük, erősítse meg az üzenet "
      "kézhezvételét.\n"
      "A megbeszélést szerdára tettük át, köszönjük a türelmét, jövő héten jelentkezünk.\n" },
    { "WINDOWS-1254",
      "Merhaba, geçen ayın faturasını ekte gönderiyoruz.\nLütfen bu mesajı aldığınızı onaylayın.\n"
      "Toplantı çarşamba gününe ertelendi, iyi çalışmalar dileriz.\n" },
    { "WINDOWS-1257", "Laba diena, siunčiame praėjusio mėnesio sąskaitą.\nPrašome patvirtinti, kad "
                      "gavote šį laišką, ačiū už jūsų laiką.\n" },
};

static unsigned long tried, right;

/* Is @text read again from its bytes in @charset? */
static void
try (const char *text, gssize size, const char *charset, bool list)
{
    MugaiLimits limits = mugai_limits_default();
    g_autoptr (GError) error = NULL;
    gsize n_bytes = 0, n;
    g_autofree char *bytes = g_convert (text, size, charset, "UTF-8", NULL, &n_bytes, &error);
    g_autofree char *back =
        bytes != NULL ? g_convert (bytes, (gssize)n_bytes, "UTF-8", charset, NULL, &n, NULL) : NULL;
    if (bytes == NULL || back == NULL)
        return; /* the charset lacks a character of it */
    g_autoptr (MugaiCharsetResult) result =
        mugai_charset_decode ((const uint8_t *)bytes, n_bytes, NULL, &limits, NULL);
    gsize got;
    const char *read = g_bytes_get_data (result->text, &got);
    bool same = got == n && memcmp (read, back, n) == 0;
    tried++;
    right += same;
    if (list && !same)
        printf ("# %s as %s: %.*s\n#   %.*s\n", charset, result->charset, (int)n, back, (int)got,
                read);
}

/* Whole, by sentence, and in pieces of @piece characters. */
static void
try_text (const Text *text, const char *charset, bool list)
{
    try (text->text, -1, charset, list);
    g_auto (GStrv) lines = g_strsplit (text->text, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        if (**line != '\0')
            try (*line, -1, charset, list);
}

int
main (int argc, char **argv)
{
    bool list = argc > 1 && strcmp (argv[1], "list") == 0;
    unsigned long all = 0, good = 0;

    for (size_t i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_auto (GStrv) charsets = g_strsplit (texts[i].charsets, " ", -1);
        for (char **charset = charsets; *charset != NULL; charset++) {
            tried = right = 0;
            try_text (&texts[i], *charset, list);
            printf ("# %-14s %lu of %lu\n", *charset, right, tried);
            all += tried;
            good += right;
        }
    }
    printf ("# all: %lu of %lu\n", good, all);
    CHECK_NAMED (good * 100 >= all * 97, "%lu of %lu texts are read as they were written", good,
                 all);
    return tap_done();
}
