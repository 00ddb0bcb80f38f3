//! For tests: other spellings of the same text.

use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};
use proptest::prelude::*;

use crate::characters::is_ignorable;

/// Some of each kind: zero-width, joining, directing, filling, varying, tagging.
const INVISIBLE: &str = "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{180b}\u{180e}\u{200b}\u{200c}\
    \u{200d}\u{202e}\u{2060}\u{2066}\u{3164}\u{fe00}\u{fe0f}\u{feff}\u{ffa0}\u{1bca0}\u{1d173}\u{e0001}\
    \u{e0041}\u{e0100}";
const SPACES: [&str; 7] = ["", "", " ", "  ", "\t\n", "\u{a0}", "\u{3000}"];
/// A letter of its own, whose capital is another letter's.
const DOTLESS_I: char = 'ı';

#[derive(Debug, Clone, Copy)]
enum Case {
    Kept,
    Upper,
    Lower,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Composed,
    Decomposed,
    Compatible,
}

/// How a text is spelled differently. What is listed for each character begins anew when it is
/// over.
#[derive(Debug, Clone)]
pub(crate) struct Spelling {
    cases: Vec<Case>,
    wide: Vec<bool>,
    form: Form,
    invisible: Vec<Option<char>>,
    around: (&'static str, &'static str),
}

/// Any way to spell a text differently.
pub(crate) fn spelling() -> impl Strategy<Value = Spelling> {
    (seen_spelling(), invisible()).prop_map(|(spelling, invisible)| Spelling {
        invisible,
        ..spelling
    })
}

/// Any way without invisible characters.
pub(crate) fn seen_spelling() -> impl Strategy<Value = Spelling> {
    let case = prop::sample::select(vec![Case::Kept, Case::Upper, Case::Lower]);
    let form = vec![Form::Composed, Form::Decomposed, Form::Compatible];
    let spaces = || prop::sample::select(SPACES.to_vec());
    (
        prop::collection::vec(case, 1..6),
        prop::collection::vec(any::<bool>(), 1..6),
        prop::sample::select(form),
        (spaces(), spaces()),
    )
        .prop_map(|(cases, wide, form, around)| Spelling {
            cases,
            wide,
            form,
            invisible: vec![None],
            around,
        })
}

fn invisible() -> impl Strategy<Value = Vec<Option<char>>> {
    let some = prop::sample::select(INVISIBLE.chars().collect::<Vec<_>>());
    prop::collection::vec(prop::option::of(some), 1..8)
}

impl Spelling {
    /// The text, spelled so.
    pub(crate) fn of(&self, text: &str) -> String {
        let text = nfc(text);
        let cased = text.chars().zip(self.cases.iter().cycle());
        let cased: String = cased.map(|(it, case)| case.of(it)).collect();
        let wide = cased.chars().zip(self.wide.iter().cycle());
        let wide: String = wide
            .map(|(it, wide)| if *wide { widened(it) } else { it })
            .collect();
        let formed = self.form.of(&wide);
        let (before, after) = self.around;
        let mut spelled = before.to_owned();
        for (character, invisible) in formed.chars().zip(self.invisible.iter().cycle()) {
            spelled.extend(*invisible);
            spelled.push(character);
        }
        spelled + after
    }
}

impl Case {
    fn of(self, character: char) -> String {
        match self {
            Self::Upper if character != DOTLESS_I => character.to_uppercase().collect(),
            Self::Lower => character.to_lowercase().collect(),
            _ => character.into(),
        }
    }
}

impl Form {
    fn of(self, text: &str) -> String {
        match self {
            Self::Composed => nfc(text),
            Self::Decomposed => DecomposingNormalizer::new_nfd()
                .normalize(text)
                .into_owned(),
            Self::Compatible => DecomposingNormalizer::new_nfkd()
                .normalize(text)
                .into_owned(),
        }
    }
}

fn nfc(text: &str) -> String {
    ComposingNormalizer::new_nfc().normalize(text).into_owned()
}

/// ASCII and its full-width forms are in the same order.
fn widened(character: char) -> char {
    let wide = u32::from(character) + 0xfee0;
    let wide = character.is_ascii_graphic().then(|| char::from_u32(wide));
    wide.flatten().unwrap_or(character)
}

#[test]
fn what_is_inserted_is_invisible() {
    assert!(INVISIBLE.chars().all(is_ignorable));
}
