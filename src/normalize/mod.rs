//! Which spellings of a text are the same.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;

use crate::characters::is_ignorable;

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
    // First what can be seen: U+0345 folds to a letter, which no longer changes places with other
    // marks.
    let seen = visible(text);
    visible(&CaseMapper::new().fold_string(&seen))
        .trim()
        .to_owned()
}

/// The text in NFKC without invisible characters. Marks between which one stood may change places,
/// so it is composed again.
pub fn visible(text: &str) -> String {
    let normalizer = ComposingNormalizer::new_nfkc();
    let compatible = normalizer.normalize(text);
    let seen: String = compatible.chars().filter(|it| !is_ignorable(*it)).collect();
    normalizer.normalize(&seen).into_owned()
}

#[cfg(test)]
pub(crate) mod spellings;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::spellings::spelling;
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

    /// Of each character there is: random texts come upon few.
    #[test]
    fn no_case_of_any_character_distinguishes_and_folding_again_changes_nothing() {
        let mut distinguished = Vec::new();
        for character in '\0'..=char::MAX {
            let folded = fold(&character.to_string());
            assert_eq!(fold(&folded), folded, "{character:?}");
            let upper: String = character.to_uppercase().collect();
            let lower: String = character.to_lowercase().collect();
            if fold(&lower) != folded || fold(&upper) != folded {
                distinguished.push(character);
            }
        }
        // Turkish and Azerbaijani: a letter of its own, whose capital is the I of all others.
        assert_eq!(distinguished, ['ı']);
    }

    proptest! {
        #[test]
        fn folding_a_folded_text_changes_nothing(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn every_spelling_of_a_text_folds_alike(text in "\\PC{0,12}", spelling in spelling()) {
            let spelled = spelling.of(&text);
            prop_assert_eq!(fold(&spelled), fold(&text), "{:?}", spelled);
        }

        /// Marks are what changes places.
        #[test]
        fn every_spelling_of_letters_with_marks_folds_alike(
            text in "([a-zäöüßéσςάΐᾳǰﬁ가-힣ガ][\\p{Mn}]{0,3}){1,6}", spelling in spelling()
        ) {
            let spelled = spelling.of(&text);
            prop_assert_eq!(fold(&spelled), fold(&text), "{:?}", spelled);
        }

        #[test]
        fn one_letter_makes_a_difference(
            before in "[a-z0-9äöüé가-힣а-яα-ρ]{0,8}", after in "[a-z0-9äöüé가-힣а-яα-ρ]{0,8}",
            one in "[a-z0-9äöüé가-힣а-яα-ρ]", other in "[a-z0-9äöüé가-힣а-яα-ρ]",
        ) {
            let (left, right) = (format!("{before}{one}{after}"), format!("{before}{other}{after}"));
            prop_assert_eq!(fold(&left) == fold(&right), one == other, "{} and {}", left, right);
        }
    }
}
