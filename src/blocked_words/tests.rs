use proptest::prelude::*;

use super::*;
use crate::normalize::spellings::spelling;

fn word(typed: &str) -> BlockedWord {
    BlockedWord::parse(typed).unwrap_or_else(|invalid| panic!("{typed:?} {invalid}"))
}

fn list(typed: &[&str]) -> WordList {
    let words = BlockedWords::new(typed.iter().copied().map(word).collect());
    WordList::from(&words.expect("few"))
}

fn is_in(typed: &str, text: &str) -> bool {
    list(&[typed]).is_in(&FoldedText::new(text))
}

#[test]
fn a_word_is_one_line_with_something_to_see() {
    for typed in ["a", "두 낱말", " a ", "#1", "😀", &"바".repeat(50), "ㅗ"] {
        assert_eq!(word(typed).as_str(), typed);
    }
    assert_eq!(word(&"e\u{301}".repeat(50)).as_str(), "é".repeat(50));
    for typed in ["", " ", "\u{200b}", "\u{3000}\u{301}", "´", "¨", "\u{2800}"] {
        assert_eq!(BlockedWord::parse(typed), Err(Invalid::Blank), "{typed:?}");
    }
    let too_long = Err(Invalid::TooLong { max: 50 });
    assert_eq!(BlockedWord::parse(&"a".repeat(51)), too_long);
    for control in ('\0'..=char::MAX).filter(|it| it.is_control()) {
        let typed = format!("a{control}b");
        assert_eq!(BlockedWord::parse(&typed), Err(Invalid::NotOneLine));
    }
    assert_eq!(BlockedWord::parse("a\r\nb"), Err(Invalid::NotOneLine));
}

#[test]
fn the_pattern_of_the_document_says_of_no_word_that_it_is_none() {
    let pattern = regex_lite::Regex::new(PATTERN).expect("a pattern");
    for character in '\0'..='\u{ffff}' {
        let typed = format!("{character}");
        if BlockedWord::parse(&typed).is_ok() {
            assert!(pattern.is_match(&typed), "{character:?}");
        }
        let typed = format!("a{character}b");
        let is_taken = !character.is_control();
        assert_eq!(pattern.is_match(&typed), is_taken, "{character:?}");
    }
    assert!(!pattern.is_match("") && !pattern.is_match("  "));
}

#[test]
fn a_session_has_a_bounded_number_of_words_in_one_column() {
    let words = |count| vec![word("a"); count];
    assert!(BlockedWords::new(words(200)).is_some());
    assert_eq!(BlockedWords::new(words(201)), None);
    for (column, expected) in [
        ("", Some(vec![])),
        ("바보", Some(vec!["바보"])),
        (" b \na\u{2028}c\nb", Some(vec![" b ", "a\u{2028}c", "b"])),
        ("\n", None),
        ("a\n", None),
        ("a\r\nb", None),
        ("a\n\u{200b}", None),
    ] {
        let read = BlockedWords::from_column(column);
        let texts = read
            .as_ref()
            .map(|it| it.as_slice().iter().map(BlockedWord::as_str).collect());
        assert_eq!(texts, expected, "{column:?}");
        let written = read.map(|it| it.to_column());
        assert!(written.is_none_or(|it| it == column));
    }
    assert_eq!(BlockedWords::from_column(&"a\n".repeat(201)), None);
}

#[test]
fn words_with_spaces_between_them_are_found_whole() {
    for text in [
        "ass",
        "an ass!",
        "(ASS)",
        "ass-hat",
        "ass_hat",
        "ass’s",
        "ass's",
        "https://ass.example",
        "바보ass바보",
        "馬ass鹿",
        "ばーassー",
        "😀ass😀",
        "class ass",
        "assass ass",
    ] {
        assert!(is_in("ass", text), "{text:?}");
    }
    for text in [
        "",
        "class",
        "assign",
        "ass1",
        "1ass",
        "assé",
        "asse\u{301}",
        "assа",
        "as s",
    ] {
        assert!(!is_in("ass", text), "{text:?}");
    }
    assert!(is_in("18", "나이 18세") && !is_in("18", "2018년") && !is_in("18", "１８０"));
    assert!(is_in("дура", "Ты ДУРА?") && !is_in("дура", "дурацкий"));
    assert!(is_in("дурак", "Ты ДУРАК?") && is_in("дурак", "дурака"));
    assert!(is_in("μαλάκας", "ΜΑΛΆΚΑΣ!"));
    assert!(is_in("a.b", "xa a.b") && !is_in("a.b", "a.bc"));
    assert!(is_in(".b", "a.b") && is_in("!", "a!b"));
}

#[test]
fn words_without_spaces_between_them_are_found_anywhere() {
    for (typed, text) in [
        ("바보", "이바보야"),
        ("바보", "바보들은"),
        ("바보", "abc바보123"),
        ("바보", "ㅋㅋ바보ㅋㅋ"),
        ("ㅅㅂ", "아ㅅㅂ진짜"),
        ("馬鹿", "大馬鹿者"),
        ("ばか", "おばかさん"),
        ("バカ", "バカー"),
        ("バー", "バーカ"),
        ("ควาย", "ไอ้ควายนี่"),
        ("bad바보", "so bad바보야"),
        ("바보x", "이바보x!"),
    ] {
        assert!(is_in(typed, text), "{typed:?} in {text:?}");
    }
    for (typed, text) in [
        ("바보", "바다 보"),
        ("바보", "바본"),
        ("바보", "밥오"),
        ("ㅅㅂ", "사발"),
        ("bad바보", "sobad바보야"),
        ("바보x", "바보xy"),
        ("か", "が"),
    ] {
        assert!(!is_in(typed, text), "{typed:?} in {text:?}");
    }
}

#[test]
fn what_looks_alike_hides_no_word() {
    for (typed, text) in [
        ("ass", "ＡｓＳ"),
        ("ass", "a\u{200b}s\u{ad}s"),
        ("ass", "\u{2060}ass\u{fe0f}"),
        ("ass", "ⓐⓢⓢ"),
        ("ass", "𝐚𝘴𝕤"),
        ("a\u{200b}ss", "ass"),
        ("élan", "E\u{301}LAN"),
        ("straße", "STRASSE"),
        ("바보", "\u{1107}\u{1161}\u{1107}\u{1169}"),
        ("바보", "ㅂㅏㅂㅗ"),
        ("바보", "바\u{200b}\u{3164}보"),
        ("바보", "바\u{115f}보"),
        ("바보", "바보ㄳ"),
        ("바보", "바보\u{ffa3}"),
        ("ㅂㅅ", "ㅄ"),
        ("ㅄ", "이ㅂㅅ아"),
        ("ㅄ", "\u{ffb4}"),
        ("ㅅㅂ", "\u{1109}\u{1107}"),
        ("バカ", "ﾊﾞｶ"),
        ("두 낱말", "두\u{3000}\n\t 낱말"),
        ("두   낱말", "이 두 낱말"),
        (" 두 ", "두"),
    ] {
        assert!(is_in(typed, text), "{typed:?} in {text:?}");
    }
}

#[test]
fn marks_on_letters_that_are_read_without_them_hide_no_word() {
    for (typed, text) in [
        ("bad", "bad\u{301}"),
        ("bad", "\u{301}b\u{336}a\u{336}d\u{336}!"),
        ("bad", "b\u{20dd}ád"),
        ("bad", "가\u{301}bad"),
        ("가\u{301}", "가\u{301}bad"),
        ("bad", "+\u{301}bad"),
        ("bad", "B\u{308}\u{34f}\u{301}AD"),
        ("bad", "so ba\u{e31}d\u{3099}"),
        ("bád", "bad"),
        ("élan", "elan"),
        ("elan", "Élan"),
        ("18", "1\u{336}8\u{301}"),
        ("1\u{301}8", "18"),
        ("дурак", "ду\u{301}рак\u{306}"),
        ("ёлка", "елка"),
        ("μαλακας", "μαλάκα\u{342}ς"),
        ("istanbul", "İstanbul"),
        ("bad바보", "bád바보야"),
    ] {
        assert!(is_in(typed, text), "{typed:?} in {text:?}");
    }
    for (typed, text) in [
        ("か", "が"),
        ("が", "か"),
        ("は\u{309a}", "は"),
        ("ที่", "ที"),
        ("की", "का"),
        ("שׁ", "שׂ"),
        ("bad", "bade\u{301}"),
        ("bad", "ébad"),
    ] {
        assert!(!is_in(typed, text), "{typed:?} in {text:?}");
    }
}

#[test]
fn a_long_word_is_found_in_longer_ones() {
    for text in ["idiots", "xidioty", "IDIOTIC", "un-idiot-like"] {
        assert!(is_in("idiot", text), "{text:?}");
    }
    assert!(!is_in("idio", "idiot"));
}

#[test]
fn a_word_is_read_as_a_reader_reads_it() {
    for text in [
        "S P A M W O R D",
        "oh: s.p.a.m.w.o.r.d!",
        "s-p-a-m-w-o-r-d",
        "ЅРАМWОRD",
        "SP4MWORD",
        "SP@MW0RD",
        "spαmwοrd",
        "\u{202e}DROWMAPS",
        "\u{202e}drowmaps\u{202c} it is",
    ] {
        assert!(is_in("spamword", text), "{text:?}");
    }
    for text in ["S P A", "a b c", "2 4 6", "see page 4", "\u{202e}spamword"] {
        assert!(!is_in("pas", text) && !is_in("ab", text), "{text:?}");
    }
    assert!(is_in("ass", "a s s") && !is_in("as", "a s"));
    for text in [
        "바 보",
        "바.보!",
        "바_보",
        "너, 바-보?",
        "바1보",
        "ㅂ ㅅ",
        "이 바 보",
    ] {
        assert!(is_in("바보", text) || is_in("ㅂㅅ", text), "{text:?}");
    }
    assert!(!is_in("바보", "바다 보다") && !is_in("바보", "바다 보"));
}

#[test]
fn a_word_that_begins_like_another_does_not_hide_it() {
    let words = list(&["as", "ass", "assign me", "바보", "바보야"]);
    for text in ["as", "ass", "assign, as", "assign me", "바보요"] {
        assert!(words.is_in(&FoldedText::new(text)), "{text:?}");
    }
    assert!(!words.is_in(&FoldedText::new("asp assi")));
    assert!(!WordList::default().is_in(&FoldedText::new("ass")));
    assert_ne!(words, WordList::default());
}

#[test]
fn a_file_has_one_word_a_line() {
    let file = "\u{feff}# Words\r\n\r\nass\r\n  \r\n두 낱말\n#바보\nno end";
    let words = WordList::from_file(file);
    assert_eq!(words, Ok(list(&["ass", "두 낱말", "no end"])));
    for nothing in ["", "\u{feff}", "\n\n", "# only\n  "] {
        assert_eq!(WordList::from_file(nothing), Ok(WordList::default()));
    }
    for (file, expected) in [
        ("a\n\u{200b}\n", (2, Invalid::Blank)),
        ("# a\n\na\tb", (3, Invalid::NotOneLine)),
        ("a\rb", (1, Invalid::NotOneLine)),
        (&"a".repeat(51), (1, Invalid::TooLong { max: 50 })),
    ] {
        assert_eq!(WordList::from_file(file), Err(expected), "{file:?}");
    }
    let many: Vec<_> = (0..10_000).map(|it| it.to_string()).collect();
    let many = format!("# Numbers\n{}\n", many.join("\n"));
    let found = WordList::from_file(&many).expect("as many as may be");
    assert!(found.is_in(&FoldedText::new("of 9999.")));
    assert!(!found.is_in(&FoldedText::new("of 10000.")));
    let max = 10_000;
    let refused = WordList::from_file(&(many + "#\na"));
    assert_eq!(refused, Err((10_003, Invalid::TooMany { max })));
}

/// Few letters, so that words are found often.
const LETTERS: &str = "[ab1é바보ㅂばー.　 ]{1,4}";

proptest! {
    #[test]
    fn whatever_is_a_word_is_in_itself_and_between_spaces(typed in "\\PC{1,12}", text in "\\PC{0,12}") {
        if let Ok(word) = BlockedWord::parse(&typed) {
            let words = WordList::from(&BlockedWords::new(vec![word]).expect("one"));
            prop_assert!(words.is_in(&FoldedText::new(&typed)));
            let text = format!("{text} {typed} {text}");
            prop_assert!(words.is_in(&FoldedText::new(&text)), "{:?}", text);
        }
    }

    #[test]
    fn every_spelling_of_a_word_is_found(
        typed in "[a-zäöüß바보가-힣ㅂㅗガ-ヶά-ώ0-9][a-zäöüß바보가-힣ガ-ヶά-ώ0-9 ]{0,8}",
        spelling in spelling(), text in "\\PC{0,12}",
    ) {
        let text = format!("{text}. {} .{text}", spelling.of(&typed));
        prop_assert!(is_in(&typed, &text), "{:?}", text);
    }

    #[test]
    fn no_marks_hide_a_word_in_letters_that_are_read_without_them(
        typed in "[a-zäöüßéа-яёά-ώ0-9]{1,8}",
        marks in prop::collection::vec("[\\p{M}]{0,3}", 1..4), text in "[\\p{L} ]{0,8}",
    ) {
        let marked = typed.chars().zip(marks.iter().cycle());
        let marked: String = marked.flat_map(|(it, marks)| [it.to_string(), marks.clone()]).collect();
        let text = format!("{text} {marked} {text}");
        prop_assert!(is_in(&typed, &text), "{:?}", text);
    }

    #[test]
    fn a_korean_word_is_found_whatever_stands_around_it(
        typed in "[가-힣]{1,6}", before in "\\PC{0,8}", after in "[^\u{1100}-\u{11ff}\u{3099}\u{309a}]{0,8}",
    ) {
        let text = format!("{before}{typed}{after}");
        prop_assert!(is_in(&typed, &text), "{:?}", text);
    }

    #[test]
    fn a_word_in_latin_letters_is_not_found_in_a_longer_one(
        typed in "[a-z]{1,4}", before in "[a-zà-ö0-9]{0,2}", after in "[a-zà-ö0-9]{0,2}",
    ) {
        let text = format!("{before}{typed}{after}");
        prop_assert_eq!(is_in(&typed, &text), text == typed, "{:?} in {:?}", typed, text);
    }

    /// The same by another way: at each place where a word stands, its neighbours are looked at.
    #[test]
    fn a_list_finds_what_stands_there_as_one_of_its_words(
        words in prop::collection::vec(LETTERS, 1..6), text in "[ab1é바보ㅂばー.　 ]{0,30}",
    ) {
        let words: Vec<_> = words.iter().filter(|it| BlockedWord::parse(it).is_ok()).collect();
        let words: Vec<&str> = words.into_iter().map(String::as_str).collect();
        let found = list(&words).is_in(&FoldedText::new(&text));
        let bare = |text: &str| fold(text).replace('é', "e");
        let plain = |text: &str| bare(text).split_whitespace().collect::<Vec<_>>().join(" ");
        let text = plain(&text);
        let is_spaced = |it: Option<char>| it.is_some_and(|it| "ab1e".contains(it));
        let by_places = words.iter().any(|word| {
            let word = plain(word);
            let mut places = (0..text.len()).filter(|at| text.is_char_boundary(*at));
            places.any(|at| {
                let (before, rest) = text.split_at(at);
                let Some(after) = rest.strip_prefix(&word) else { return false };
                let left = [before.chars().next_back(), word.chars().next()];
                let right = [word.chars().next_back(), after.chars().next()];
                !left.into_iter().all(is_spaced) && !right.into_iter().all(is_spaced)
            })
        });
        // It finds some more: spelled letters, and long words in longer ones.
        prop_assert!(found || !by_places, "{:?} in {:?}", words, text);
    }

    #[test]
    fn a_column_gives_back_its_words(typed in prop::collection::vec("\\PC{1,12}", 0..9)) {
        let words = typed.iter().filter_map(|it| BlockedWord::parse(it).ok()).collect();
        let words = BlockedWords::new(words).expect("few");
        prop_assert_eq!(BlockedWords::from_column(&words.to_column()), Some(words));
    }

    #[test]
    fn any_file_is_read_or_its_line_is_told(file in any::<String>()) {
        if let Err((line, _)) = WordList::from_file(&file) {
            prop_assert!((1..=file.lines().count()).contains(&line));
        }
    }
}
