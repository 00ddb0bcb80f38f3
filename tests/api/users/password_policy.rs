//! What a new password may be: POST /api/users, POST /api/authentication/register and
//! POST /api/users/me/password

use actix_web::rt::System;
use askit::client_network::Network;
use askit::config::{Settings, Sources};
use askit::password::{NewPassword, Passwords};
use askit::random::Random;
use serde_json::json;

use crate::support::*;

/// `password` is refused for this reason wherever `owner` could set it, before it costs a hash.
#[track_caller]
fn refused(app: &App, owner: &Client, password: &str, code: &str) {
    let mut person = owner.signed_out();
    person.password = password.into();
    let body = json!({ "email": owner.email, "name": owner.nickname, "password": password });
    let accounts = app.database.count("users");
    for (field, answer) in [
        ("password", person.register()),
        (
            "password",
            person.post("/api/authentication/register", body),
        ),
        ("newPassword", owner.change_password(password)),
    ] {
        let answer = answer.expect_problem(400, "validation_failed");
        let errors = answer.json()["errors"].clone();
        assert_eq!(errors.as_array().unwrap().len(), 1, "{errors}");
        let told = (errors[0]["field"].as_str(), errors[0]["code"].as_str());
        assert_eq!(told, (Some(field), Some(code)), "{password:?}");
        assert!(app.hashes_for(&answer).is_empty(), "{password:?}: hashed");
    }
    let made = app.database.count("users") - accounts;
    assert_eq!(made, 0, "{password:?} made an account");
}

/// `owner` may change to the password and signs in with it, and a friend may register with it.
#[track_caller]
fn taken(owner: &Client, password: &str) -> Client {
    let mut friend = owner.signed_out();
    friend.password = password.into();
    friend.email = "friend@example.com".into();
    friend.nickname = "friend".into();
    friend.register().expect(201);
    friend.signed_in().delete_account().expect(204);
    let mut changed = owner.holding(&owner.change_password(password).expect(200));
    changed.password = password.into();
    changed.signed_in()
}

#[apply(on_both_databases!)]
fn a_common_password_is_refused_everywhere_and_not_hashed(app: &App) {
    let mina = app.user("mina");
    for password in [
        "sunshine",
        "SUNSHINE1!",
        "s u n s h i n e",
        "ｓｕｎｓｈｉｎｅ",
        "aaaaaaaaaaaa",
        "9876543210",
        "가가가가가가가가",
        "        ",
    ] {
        refused(app, &mina, password, "too_common");
    }
}

#[apply(on_both_databases!)]
fn a_password_of_ones_own_words_is_refused_and_not_hashed(app: &App) {
    let mina = app.user("mina");
    for password in [
        "mina2024!",
        "mina@example.com",
        "askit1234",
        "minamina",
        "MINA-mina-1",
        "Example2024",
        "mina password",
        "localhost!",
    ] {
        refused(app, &mina, password, "too_similar");
    }
}

/// The rule is about the account as it is now.
#[apply(on_both_databases!)]
fn a_new_nickname_counts_from_the_moment_of_the_change(app: &App) {
    let mina = app.user("mina");
    mina.patch("/api/users/me", json!({ "nickname": "Quizzard" }))
        .expect(200);
    let answer = mina
        .change_password("quizzard-2024")
        .expect_problem(400, "validation_failed");
    assert_eq!(answer.json()["errors"][0]["code"], "too_similar");
    mina.change_password("annie likes purple boats").expect(200);
}

/// It tells nothing about the password that is set, so it is no guess at it.
#[apply(on_both_databases!)]
fn a_refused_new_password_is_no_guess(app: &App) {
    let mut mina = app.user("mina");
    let right = mina.password.clone();
    mina.password = "not the password".into();
    for _ in 0..8 {
        mina.change_password("password1!")
            .expect_problem(400, "validation_failed");
    }
    assert_eq!(app.database.count("attempts"), 0);
    mina.password = right;
    mina.change_password("another long enough one").expect(200);
}

/// It may be older than the rule, or imported.
#[apply(on_both_databases!)]
fn a_password_that_is_set_already_signs_in_whatever_it_is(app: &App) {
    let mut mina = app.registered("mina");
    mina.password = "password".into();
    let settings = Settings::load(&Sources::default()).settings.unwrap();
    let random = Random::from_seed(7);
    let passwords = Passwords::start(
        &settings.password,
        &settings.server.public_url,
        [7; 32],
        random,
    )
    .unwrap();
    let mut place = passwords.enter(Network::Unknown).unwrap();
    let hash = passwords.hash(&mut place, NewPassword::parse(&mina.password).unwrap());
    let hash = System::new().block_on(hash).unwrap();
    app.database.execute(&format!(
        "UPDATE users SET password_hash = '{}'",
        hash.expose()
    ));
    let mina = mina.signed_in();
    mina.change_password("another long enough one").expect(200);
}

#[test]
fn good_long_passwords_are_taken_whatever_they_are_made_of() {
    let app = App::start(Kind::Sqlite);
    let mut mina = app.user("mina");
    for password in [
        "correct horse battery staple",
        "mina likes purple boats",
        "x7Kq!9pLw2",
        "오늘은 비가 온다",
        "🐘🦒🌵🐙🚀🎸🍋🧭",
        "\u{1}\t\u{202e} quail \u{7f} \\\" ' ; --",
    ] {
        mina = taken(&mina, password);
    }
}

#[test]
fn lengths_are_counted_in_characters_after_composition() {
    let app = App::start(Kind::Sqlite);
    let first = |text: &str, count: usize| -> String { text.chars().cycle().take(count).collect() };
    let letters = |count| first("qaswzxderfcvtgbynhujmikolp", count);
    let emoji = |count| first("🐘🦒🌵🐙🚀🎸🍋🧭🎈", count);
    // Each is two characters until it is composed.
    let marked = |count: usize| first("a\u{308}e\u{301}o\u{302}u\u{300}i\u{303}", 2 * count);
    assert_eq!((marked(120).chars().count(), emoji(128).len()), (240, 512));
    let mut mina = app.user("mina");
    for password in [
        letters(8),
        letters(128),
        marked(4) + "quiz",
        marked(120) + &letters(8),
        emoji(8),
        emoji(128),
    ] {
        mina = taken(&mina, &password);
    }
    for (password, code) in [
        (letters(7), "too_short"),
        (letters(129), "too_long"),
        (marked(4) + "qui", "too_short"),
        (marked(120) + &letters(9), "too_long"),
        (emoji(7), "too_short"),
        (emoji(129), "too_long"),
    ] {
        refused(&app, &mina, &password, code);
    }
}

#[test]
fn a_password_may_be_typed_composed_or_decomposed() {
    let app = App::start(Kind::Sqlite);
    let mut mina = app.stranger("mina");
    mina.password = "Caf\u{e9} zur Ko\u{308}nigin 한글".into();
    mina.register().expect(201);
    mina.password = "Cafe\u{301} zur K\u{f6}nigin \u{1112}\u{1161}\u{11ab}글".into();
    mina.log_in("json").expect(200);
    mina.password = "cafe\u{301} zur K\u{f6}nigin 한글".into();
    mina.log_in("json")
        .expect_problem(401, "invalid_credentials");
}

#[test]
fn spaces_are_part_of_a_password() {
    let app = App::start(Kind::Sqlite);
    let mut mina = app.stranger("mina");
    mina.password = "  purple  boats ".into();
    mina.register().expect(201);
    mina.log_in("json").expect(200);
    for other in ["purple  boats", "  purple boats ", "purpleboats"] {
        mina.password = other.into();
        mina.log_in("json")
            .expect_problem(401, "invalid_credentials");
    }
}

#[test]
fn the_servers_own_name_is_no_password_either() {
    let app = Setup::default()
        .set("SERVER__PUBLIC_URL", "https://ask.quizabend.example")
        .start(Kind::Sqlite);
    let mut mina = app.stranger("mina");
    mina.password = "QuizAbend!1".into();
    let answer = mina.register().expect_problem(400, "validation_failed");
    assert_eq!(answer.json()["errors"][0]["code"], "too_similar");
    let elsewhere = App::start(Kind::Sqlite);
    mina.at(&elsewhere).register().expect(201);
}

#[test]
fn the_reason_is_told_in_the_readers_language() {
    let app = App::start(Kind::Sqlite);
    let detail = |language: &str, password: &str| {
        let mut mina = app.stranger("mina").with("accept-language", language);
        mina.password = password.into();
        let answer = mina.register().expect_problem(400, "validation_failed");
        assert_eq!(answer.header("content-language"), Some(language));
        answer.json()["errors"][0]["detail"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    for (password, english, korean) in [
        (
            "password1!",
            "This password is easy to guess: it is common or follows a simple pattern. Combine several \
             unrelated words.",
            "흔하거나 단순해서 추측하기 쉬운 비밀번호예요. 서로 관련 없는 단어를 여러 개 이어 보세요.",
        ),
        (
            "mina2024!",
            "This password is too close to your e-mail address, your nickname or the name of this \
             service. Add unrelated words.",
            "이메일 주소, 닉네임 또는 서비스 이름과 너무 비슷한 비밀번호예요. 관련 없는 단어를 더해 보세요.",
        ),
    ] {
        assert_eq!(detail("en", password), english);
        assert_eq!(detail("ko", password), korean);
    }
}
