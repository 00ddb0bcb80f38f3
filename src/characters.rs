//! Which characters can be seen, by Unicode's properties.

use icu_properties::CodePointSetData;
use icu_properties::props::{
    BinaryProperty, DefaultIgnorableCodePoint, EnumeratedProperty, GeneralCategory,
    GeneralCategoryGroup, NoncharacterCodePoint, PrependedConcatenationMark,
};

/// Letters, marks and symbols that show nothing. No property says so, only their names: Brahmi
/// number joiner, Braille pattern blank, full and half blank of Egyptian hieroglyphs, Khitan
/// filler, musical null notehead.
const NAMED_BLANK: [char; 6] = [
    '\u{1107f}',
    '\u{2800}',
    '\u{13441}',
    '\u{13442}',
    '\u{16fe4}',
    '\u{1d159}',
];

/// Whether a character makes no difference between two names: zero-width and formatting characters,
/// fillers, variation selectors (Unicode's `Default_Ignorable_Code_Point`).
pub fn is_ignorable(character: char) -> bool {
    has::<DefaultIgnorableCodePoint>(character)
}

/// Whether nothing is drawn for a character: it is ignorable, white space, control or format, or
/// none at all. What is private or not yet assigned is drawn: a font may know it.
pub fn is_blank(character: char) -> bool {
    let draws_nothing = match GeneralCategory::for_char(character) {
        GeneralCategory::Control => true,
        GeneralCategory::Format => !has::<PrependedConcatenationMark>(character),
        GeneralCategory::Unassigned => has::<NoncharacterCodePoint>(character),
        _ => character.is_whitespace() || NAMED_BLANK.contains(&character),
    };
    draws_nothing || is_ignorable(character)
}

/// Whether there is something to see in a text. A mark needs something to stand on.
pub fn can_be_seen(text: &str) -> bool {
    text.chars()
        .any(|character| !is_blank(character) && !is_mark(character))
}

/// Whether a character stands on the one before: an accent, a vowel sign, an enclosing circle.
pub fn is_mark(character: char) -> bool {
    GeneralCategoryGroup::Mark.contains(GeneralCategory::for_char(character))
}

fn has<P: BinaryProperty>(character: char) -> bool {
    CodePointSetData::new::<P>().contains(character)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_text_is_seen_if_something_is_drawn() {
        for seen in [
            "a",
            "한",
            "\u{201c}",
            "👩\u{200d}👩\u{200d}👧",
            "1\u{fe0f}\u{20e3}",
            "🇰🇷",
            "🏴\u{e0067}\u{e0062}\u{e007f}",
            "\u{1f3fd}",
            // A sign that stands before Arabic digits: Cf, and drawn.
            "\u{600}",
            // Fonts of a company, and emoji of the next year.
            "\u{f8ff}",
            "\u{1fbfa}",
            "\u{2801}",
            " \u{200b}x\u{301}",
        ] {
            assert!(can_be_seen(seen), "{seen:?}");
        }
        for unseen in [
            "",
            " \t\n\u{85}\u{a0}\u{2028}\u{3000}",
            "\u{ad}\u{34f}\u{61c}\u{180e}\u{200b}\u{200c}\u{200d}\u{202e}\u{2060}\u{2066}\u{feff}",
            "\u{115f}\u{1160}\u{3164}\u{ffa0}\u{17b4}",
            "\u{fe0e}\u{fe0f}\u{180b}\u{e0100}",
            "\u{e0001}\u{e0067}\u{e007f}",
            "\u{fff9}\u{fffa}\u{fffb}\u{13430}",
            "\u{2800}\u{1d159}\u{13441}\u{13442}\u{16fe4}\u{1107f}",
            "\u{301}\u{20dd}\u{93e} \u{308}",
            "\u{fdd0}\u{ffff}\u{10ffff}",
        ] {
            assert!(!can_be_seen(unseen), "{unseen:?}");
        }
    }

    /// Of each category, how many characters can be seen and how many cannot.
    fn count_by_category() -> String {
        let mut counts = BTreeMap::<String, [usize; 2]>::new();
        for character in '\0'..=char::MAX {
            let category = format!("{:?}", GeneralCategory::for_char(character));
            let is_seen = can_be_seen(&character.to_string());
            let [seen, unseen] = counts.entry(category).or_default();
            *(if is_seen { seen } else { unseen }) += 1;
        }
        let lines = counts
            .iter()
            .map(|(category, [seen, unseen])| format!("{category}: {seen} seen, {unseen} unseen"));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn categories_of_unicode_decide_what_can_be_seen() {
        insta::assert_snapshot!(count_by_category(), @"
        ClosePunctuation: 78 seen, 0 unseen
        ConnectorPunctuation: 10 seen, 0 unseen
        Control: 0 seen, 65 unseen
        CurrencySymbol: 67 seen, 0 unseen
        DashPunctuation: 27 seen, 0 unseen
        DecimalNumber: 770 seen, 0 unseen
        EnclosingMark: 0 seen, 13 unseen
        FinalPunctuation: 10 seen, 0 unseen
        Format: 13 seen, 157 unseen
        InitialPunctuation: 12 seen, 0 unseen
        LetterNumber: 562 seen, 0 unseen
        LineSeparator: 0 seen, 1 unseen
        LowercaseLetter: 2366 seen, 0 unseen
        MathSymbol: 1005 seen, 0 unseen
        ModifierLetter: 473 seen, 0 unseen
        ModifierSymbol: 127 seen, 0 unseen
        NonspacingMark: 0 seen, 2090 unseen
        OpenPunctuation: 80 seen, 0 unseen
        OtherLetter: 153390 seen, 6 unseen
        OtherNumber: 915 seen, 0 unseen
        OtherPunctuation: 643 seen, 0 unseen
        OtherSymbol: 7559 seen, 2 unseen
        ParagraphSeparator: 0 seen, 1 unseen
        PrivateUse: 137468 seen, 0 unseen
        SpaceSeparator: 0 seen, 17 unseen
        SpacingMark: 0 seen, 477 unseen
        TitlecaseLetter: 31 seen, 0 unseen
        Unassigned: 797888 seen, 3835 unseen
        UppercaseLetter: 1906 seen, 0 unseen
        ");
    }
}
