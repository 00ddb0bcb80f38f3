use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::config::{Settings, Sources};
use crate::normalize::spellings::spelling;

/// The rules of a server as it comes.
static POLICY: LazyLock<Policy> = LazyLock::new(|| policy(&[]));

const MINA: PasswordOwner<'_> = PasswordOwner {
    email: "Mina.Kim-92@mail.example.co.kr",
    nickname: "mina_rose",
};

/// The rules of a server with these settings.
fn policy(settings: &[(&str, &str)]) -> Policy {
    let environment = settings.iter().map(|(name, value)| {
        let name = format!("ASKIT__{name}");
        (name, (*value).to_owned())
    });
    let sources = Sources {
        environment: environment.collect(),
        ..Sources::default()
    };
    let settings = Settings::load(&sources).settings.expect("settings");
    Policy::new(settings.password.min_length, &settings.server.public_url)
}

fn check(policy: &Policy, typed: &str, owner: PasswordOwner<'_>) -> Result<(), Invalid> {
    let password = NewPassword::parse(typed).expect("a well-formed password");
    policy.check(&password, owner)
}

#[track_caller]
fn refused(typed: &str, owner: PasswordOwner<'_>, reason: Invalid) {
    assert_eq!(check(&POLICY, typed, owner), Err(reason), "{typed:?}");
}

#[track_caller]
fn taken(typed: &str, owner: PasswordOwner<'_>) {
    assert_eq!(check(&POLICY, typed, owner), Ok(()), "{typed:?}");
}

#[test]
fn common_passwords_are_refused_however_they_are_dressed_up() {
    for typed in [
        "password",
        "PassWord",
        "ｐａｓｓｗｏｒｄ",
        "pass\u{200b}word",
        "  password  ",
        "p a s s w o r d",
        "password1!",
        "!!password",
        "2024password2024",
        "Password19870312",
        "password????????????????????",
        "passwordpassword",
        "password-password_password",
        "my password",
        "Sunshine!",
        "iloveyou2",
        "1qaz2wsx3e",
        "p@ssw0rd",
        "Qwertyuiop[]",
    ] {
        refused(typed, MINA, Invalid::TooCommon);
    }
}

#[test]
fn repetitions_and_rows_are_common() {
    for typed in [
        "aaaaaaaaaaaa",
        "abababababab",
        "qvrqvrqvr",
        "tomatotomato",
        "abcdefghijkl",
        "9876543210",
        "가가가가가가가가",
        "가각갂갃간갅갆갇",
        "!?!?!?!?",
        "aaaa1234!",
        "zzzzz-99999",
        "        ",
        "\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}",
        "🔑🔑🔑🔑🔑🔑🔑🔑",
    ] {
        refused(typed, MINA, Invalid::TooCommon);
    }
    taken("aaaa 1234 xyz 7", MINA);
    taken("tomato tomato potato", MINA);
}

#[test]
fn what_has_enough_beside_a_common_password_is_taken() {
    for typed in [
        "correct horse battery staple",
        "password of a friend",
        "basketball court",
        "password8273649128",
        "sunshine 🌵🐙🚀🎸🦒",
        "the 12345678 purple boats",
        "x7Kq!9pLw2",
        "충분히 긴 비밀번호",
        "a long enough one",
        "long enough",
    ] {
        taken(typed, MINA);
    }
}

#[test]
fn what_is_made_of_address_nickname_or_service_is_refused() {
    for typed in [
        "mina2024!",
        "mina20240312",
        "Mina.Kim-92@mail.example.co.kr",
        "MINA.KIM-92@MAIL.EXAMPLE.CO.KR",
        "mina.kim-92",
        "minakim1992",
        "kim_mina!",
        "minamina",
        "MINA-mina-1",
        "ｍｉｎａ！２０２４",
        "m i n a 2 0 2 4",
        "mi\u{ad}na2024",
        "rose.mina",
        "mina_rose1",
        "rosemail",
        "example1!",
        "askit1234",
        "Askit-Askit",
        "minaaskitexample",
        "mina + password",
        "mina abcdefgh",
        "mina lalalala",
    ] {
        refused(typed, MINA, Invalid::TooSimilar);
    }
    let sona = PasswordOwner {
        email: "ab@ex.kr",
        nickname: "김소나",
    };
    for typed in [
        "ab@ex.kr",
        "AB@EX.KR 2024",
        "김소나20240312",
        "김소나!!김소나",
    ] {
        refused(typed, sona, Invalid::TooSimilar);
    }
}

#[test]
fn a_name_counts_without_its_number_and_before_a_shorter_one_in_it() {
    let jun = PasswordOwner {
        email: "jun88@ex.kr",
        nickname: "jun88",
    };
    refused("Jun19920312", jun, Invalid::TooSimilar);
    let hannah = PasswordOwner {
        email: "hannahmoore@ex.kr",
        nickname: "ann",
    };
    refused("hannahmoore1", hannah, Invalid::TooSimilar);
}

#[test]
fn what_has_enough_beside_those_words_is_taken() {
    let ann = PasswordOwner {
        email: "ann@example.com",
        nickname: "ann",
    };
    taken("mina likes purple boats", MINA);
    taken("annexation treaty", ann);
    taken("annexation", ann);
    taken("ann 🌵🐙🚀🎸🦒", ann);
    taken("ann 827364912", ann);
    taken("askit is where I ask", ann);
    taken("mina2024!", ann);
}

#[test]
fn four_letters_or_eight_letters_and_digits_are_little() {
    for typed in ["minapass", "mina4711abcd", "mina-pass-1122"] {
        refused(typed, MINA, Invalid::TooSimilar);
    }
    for typed in ["minaquail", "mina47110abcd", "mina-quail", "mina471193825"] {
        taken(typed, MINA);
    }
}

#[test]
fn the_names_in_the_servers_own_address_are_its_words() {
    let company = policy(&[("SERVER__PUBLIC_URL", "https://ask.QuizAbend.co.info:8443")]);
    let refusal = |typed| check(&company, typed, MINA).err();
    assert_eq!(refusal("quizabend1"), Some(Invalid::TooSimilar));
    assert_eq!(refusal("askit4711!"), Some(Invalid::TooSimilar));
    assert_eq!(refusal("infoquiz"), None, "a suffix is no name");
    assert_eq!(refusal("askquiz1"), None, "three letters are no name");
    assert_eq!(refusal("https4711"), None);
    taken("quizabend1", MINA);
    refused("localhost1", MINA, Invalid::TooSimilar);
    for address in ["http://127.0.0.1:3000", "http://[2001:db8::4711]"] {
        let numbered = policy(&[("SERVER__PUBLIC_URL", address)]);
        assert_eq!(check(&numbered, "127 quiz 4711", MINA), Ok(()), "{address}");
    }
}

#[test]
fn a_server_may_ask_for_more_characters() {
    let strict = policy(&[("PASSWORD__MIN_LENGTH", "15")]);
    let refusal = |typed| check(&strict, typed, MINA).err();
    let too_short = Some(Invalid::TooShort { min: 15 });
    assert_eq!(refusal("fourteen chars"), too_short);
    assert_eq!(refusal("password"), too_short, "length is told first");
    assert_eq!(refusal("fifteen letters"), None);
    assert_eq!(refusal("passwordpassword"), Some(Invalid::TooCommon));
}

/// Texts of pieces that the rules are about, and of anything.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "password",
            "Sunshine",
            "mina",
            "rose",
            "askit",
            "example",
            "1234",
            "aaaa",
            "!?",
            " ",
            "비밀번호",
            "김",
            "é",
            "ß",
            "ﬁ",
            "\u{200b}",
            "🔑",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,3}",
        "[a-zé0-9 ]{0,4}",
    ];
    prop::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(typed in any::<String>(), email in any::<String>(), nickname in any::<String>()) {
        let owner = PasswordOwner { email: &email, nickname: &nickname };
        if let Ok(password) = NewPassword::parse(&typed) {
            POLICY.check(&password, owner).ok();
        }
    }

    #[test]
    fn the_answer_is_the_same_for_every_spelling(text in texts(), spelling in spelling()) {
        let answer = |typed: &str| NewPassword::parse(typed).map(|it| POLICY.check(&it, MINA)).ok();
        let spelled = spelling.of(&text);
        // It may have another length: SS for ß.
        if let (Some(one), Some(other)) = (answer(&text), answer(&spelled)) {
            prop_assert_eq!(one, other, "{:?} and {:?}", text, spelled);
        }
    }

    #[test]
    fn five_letters_of_ones_own_are_enough(word in "[bcdfghj]{2}[q-z]{2}[bcdfghj]", number in 0_u32..9999) {
        for known in ["mina", "password", "askit"] {
            let typed = format!("{known} {number} {word}");
            let password = NewPassword::parse(&typed).expect("a well-formed password");
            prop_assert_eq!(POLICY.check(&password, MINA), Ok(()), "{}", typed);
        }
    }
}
