//! Which spellings of a text are the same.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// Folding a folded text changes nothing. Two rounds suffice for every character there is; the
/// bound is there for those to come.
const FOLDING_ROUNDS: usize = 4;

/// The form under which texts that differ only in case, width, composition, invisible characters or
/// surrounding spaces are the same. Not for showing.
pub fn fold(text: &str) -> String {
    let mut folded = fold_once(text);
    for _ in 1..FOLDING_ROUNDS {
        let again = fold_once(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

fn fold_once(text: &str) -> String {
    // First what can be seen: U+0345 folds to a letter, which no longer changes places with other marks.
    let seen = visible(text);
    visible(&CaseMapper::new().fold_string(&seen))
        .trim()
        .to_owned()
}

/// The text in NFKC without invisible characters. Marks between which one stood may change places, so
/// it is composed again.
pub fn visible(text: &str) -> String {
    let normalizer = ComposingNormalizer::new_nfkc();
    let compatible = normalizer.normalize(text);
    let seen: String = compatible.chars().filter(|it| !is_invisible(*it)).collect();
    normalizer.normalize(&seen).into_owned()
}

/// Whether a character shows nothing by itself: zero-width and formatting characters, fillers,
/// variation selectors (Unicode's `Default_Ignorable_Code_Point`).
pub fn is_invisible(character: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_that_look_the_same_are_the_same() {
        for (one, other) in [
            ("MINA", "mina"),
            ("  mina ", "mina"),
            ("ｍｉｎａ", "mina"),
            ("mi\u{200b}na\u{fe0f}", "mina"),
            ("e\u{301}lan", "Élan"),
            ("STRASSE", "straße"),
            ("\u{1112}\u{1161}\u{11ab}글", "한글"),
            ("ſilent", "Silent"),
        ] {
            assert_eq!(fold(one), fold(other), "{one:?} and {other:?}");
        }
    }

    #[test]
    fn different_names_stay_different() {
        for (one, other) in [("mina", "mino"), ("mina", "mína"), ("한글", "한굴")] {
            assert_ne!(fold(one), fold(other), "{one:?} and {other:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_a_folded_text_changes_nothing(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }
    }
}
