/* SPDX-License-Identifier: Apache-2.0
 *
 * Source: CSS Counter Styles 3, 6 and 7.
 */
#include "html-text/numbering.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

HtmlNumbering
html_numbering (const char *name)
{
    static const struct {
        const char *name;
        HtmlNumbering is;
    } names[] = {
        { "none", HTML_NUMBERING_NONE },
        { "disc", HTML_NUMBERING_BULLET },
        { "circle", HTML_NUMBERING_BULLET },
        { "square", HTML_NUMBERING_BULLET },
        { "decimal", HTML_NUMBERING_DECIMAL },
        { "decimal-leading-zero", HTML_NUMBERING_DECIMAL_ZERO },
        { "lower-alpha", HTML_NUMBERING_LOWER_ALPHA },
        { "lower-latin", HTML_NUMBERING_LOWER_ALPHA },
        { "upper-alpha", HTML_NUMBERING_UPPER_ALPHA },
        { "upper-latin", HTML_NUMBERING_UPPER_ALPHA },
        { "lower-roman", HTML_NUMBERING_LOWER_ROMAN },
        { "upper-roman", HTML_NUMBERING_UPPER_ROMAN },
        { "cjk-ideographic", HTML_NUMBERING_KANJI },
        { "japanese-informal", HTML_NUMBERING_KANJI },
        { "trad-chinese-informal", HTML_NUMBERING_KANJI },
        { "hiragana", HTML_NUMBERING_HIRAGANA },
        { "katakana", HTML_NUMBERING_KATAKANA },
        { "hiragana-iroha", HTML_NUMBERING_HIRAGANA_IROHA },
        { "katakana-iroha", HTML_NUMBERING_KATAKANA_IROHA },
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp (name, names[i].name) == 0)
            return names[i].is;
    }
    return HTML_NUMBERING_COUNT;
}

HtmlNumbering
html_numbering_type (const char *type, size_t size)
{
    static const struct {
        char letter;
        HtmlNumbering is;
    } letters[] = {
        { '1', HTML_NUMBERING_DECIMAL },     { 'a', HTML_NUMBERING_LOWER_ALPHA },
        { 'A', HTML_NUMBERING_UPPER_ALPHA }, { 'i', HTML_NUMBERING_LOWER_ROMAN },
        { 'I', HTML_NUMBERING_UPPER_ROMAN },
    };
    static const char *const bullets[] = { "disc", "circle", "square" };
    for (size_t i = 0; i < sizeof letters / sizeof letters[0] && size == 1; i++) {
        if (*type == letters[i].letter)
            return letters[i].is;
    }
    for (size_t i = 0; i < sizeof bullets / sizeof bullets[0]; i++) {
        if (size == strlen (bullets[i]) && strncasecmp (type, bullets[i], size) == 0)
            return HTML_NUMBERING_BULLET;
    }
    return HTML_NUMBERING_UNSET;
}

/* a to z, aa to zz and so on: bijective base 26. @ret: 8 bytes or more. */
static void
alphabetic (int number, char first, char *ret)
{
    char reversed[8];
    size_t n = 0;
    for (; number > 0 && n < sizeof reversed; number = (number - 1) / 26)
        reversed[n++] = (char)(first + (number - 1) % 26);
    for (size_t i = 0; i < n; i++)
        ret[i] = reversed[n - 1 - i];
    ret[n] = '\0';
}

/* 1 to 3999 takes at most 15 bytes. */
static void
roman (int number, bool upper, char *ret)
{
    static const struct {
        int value;
        const char *lower, *upper;
    } digits[] = {
        { 1000, "m", "M" }, { 900, "cm", "CM" }, { 500, "d", "D" }, { 400, "cd", "CD" },
        { 100, "c", "C" },  { 90, "xc", "XC" },  { 50, "l", "L" },  { 40, "xl", "XL" },
        { 10, "x", "X" },   { 9, "ix", "IX" },   { 5, "v", "V" },   { 4, "iv", "IV" },
        { 1, "i", "I" },
    };
    *ret = '\0';
    for (size_t i = 0; number > 0 && i < sizeof digits / sizeof digits[0];) {
        if (number < digits[i].value) {
            i++;
            continue;
        }
        strcat (ret, upper ? digits[i].upper : digits[i].lower);
        number -= digits[i].value;
    }
}

/* 1 to 9999: thousands, hundreds, tens, ones; no 一 before 十, 百, 千. */
static void
kanji (int number, char *ret)
{
    static const char *const digits[] = {
        "", "一", "二", "三", "四", "五", "六", "七", "八", "九"
    };
    static const char *const places[] = { "千", "百", "十", "" };
    int value = 1000;
    *ret = '\0';
    for (int i = 0; i < 4; i++, value /= 10) {
        int digit = number / value % 10;
        if (digit > 1 || (digit == 1 && value == 1))
            strcat (ret, digits[digit]);
        if (digit > 0)
            strcat (ret, places[i]);
    }
}

/* One character, three bytes each, of @all. Returns: false beyond its end. */
static bool
letter (int number, const char *all, char *ret)
{
    if (number < 1 || (size_t)number * 3 > strlen (all))
        return false;
    memcpy (ret, all + ((size_t)number - 1) * 3, 3);
    ret[3] = '\0';
    return true;
}

/* Returns: false when the numbering has no such mark. */
static bool
say (HtmlNumbering numbering, int number, char ret[24])
{
    switch (numbering) {
    case HTML_NUMBERING_LOWER_ALPHA:
        alphabetic (number, 'a', ret);
        return number > 0;
    case HTML_NUMBERING_UPPER_ALPHA:
        alphabetic (number, 'A', ret);
        return number > 0;
    case HTML_NUMBERING_LOWER_ROMAN:
    case HTML_NUMBERING_UPPER_ROMAN:
        if (number > 0 && number < 4000)
            roman (number, numbering == HTML_NUMBERING_UPPER_ROMAN, ret);
        return number > 0 && number < 4000;
    case HTML_NUMBERING_KANJI:
        if (number > 0 && number < 10000)
            kanji (number, ret);
        return number > 0 && number < 10000;
    case HTML_NUMBERING_HIRAGANA:
        return letter (
            number,
            "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよ"
            "らりるれろわゐゑをん",
            ret);
    case HTML_NUMBERING_KATAKANA:
        return letter (
            number,
            "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨ"
            "ラリルレロワヰヱヲン",
            ret);
    case HTML_NUMBERING_HIRAGANA_IROHA:
        return letter (
            number,
            "いろはにほへとちりぬるをわかよたれそつねならむうゐのおくやまけふこえてあさき"
            "ゆめみしゑひもせす",
            ret);
    case HTML_NUMBERING_KATAKANA_IROHA:
        return letter (
            number,
            "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキ"
            "ユメミシヱヒモセス",
            ret);
    case HTML_NUMBERING_DECIMAL_ZERO:
        snprintf (ret, 24, "%02d", number);
        return number >= 0;
    case HTML_NUMBERING_UNSET:
    case HTML_NUMBERING_NONE:
    case HTML_NUMBERING_BULLET:
    case HTML_NUMBERING_DECIMAL:
    case HTML_NUMBERING_COUNT:
        break;
    }
    return false;
}

void
html_numbering_mark (HtmlNumbering numbering, int number, bool japanese, char ret[32])
{
    char text[24] = "";
    if (numbering == HTML_NUMBERING_NONE) {
        *ret = '\0';
    } else if (numbering == HTML_NUMBERING_BULLET || numbering == HTML_NUMBERING_UNSET) {
        strcpy (ret, japanese ? "・" : "* ");
    } else {
        if (!say (numbering, number, text))
            snprintf (text, sizeof text, "%d", number);
        snprintf (ret, 32, "%s%s", text, numbering >= HTML_NUMBERING_KANJI ? "、" : ". ");
    }
}
