//! Guesses at passwords: POST /api/auth/login until it says 429.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::*;

const WRONG: &str = "not the password";

impl Client {
    /// The same person from another address, behind the proxy that is trusted here.
    fn from(&self, address: &str) -> Self {
        self.with("x-forwarded-for", address)
    }

    fn bearing(&self, device: &str) -> Self {
        self.with("cookie", &format!("device={device}"))
    }

    fn guess(&self) -> Answer {
        let wrong = Self {
            password: WRONG.into(),
            ..self.clone()
        };
        wrong.log_in("json")
    }

    /// Guesses that are compared with something, and wrong.
    #[track_caller]
    fn guesses(&self, count: usize) {
        for _ in 0..count {
            self.guess().expect_problem(401, "invalid_credentials");
        }
    }

    /// Signs in by cookie and tells the cookie `device`.
    #[track_caller]
    fn known_device(&self) -> String {
        self.log_in("cookie").expect(200).cookie("device").unwrap()
    }
}

/// Refused for so many seconds, and nothing is compared or written.
#[track_caller]
fn refused(app: &RunningServer, answer: Answer, seconds: &str) {
    let answer = answer.expect_problem(429, "too_many_attempts");
    assert_eq!(answer.header("retry-after"), Some(seconds));
    assert_eq!(app.hashes_for(&answer), [] as [u64; 0]);
}

fn behind_a_proxy(kind: Kind) -> App {
    let setup = Setup::default().set("SERVER__TRUSTED_PROXIES", "127.0.0.1");
    setup.set("LIMITS__CREDENTIALS_BURST", "1000").start(kind)
}

#[apply(on_both_databases!)]
fn after_five_in_a_row_each_further_one_waits_longer(app: &App) {
    let mina = app.registered("mina");
    mina.guesses(5);
    for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        refused(app, mina.guess(), &wait.to_string());
        app.advance(TimeDelta::seconds(wait) - TimeDelta::milliseconds(300));
        refused(app, mina.log_in("json"), "1");
        app.advance(TimeDelta::milliseconds(300));
        mina.guesses(1);
    }
    assert_eq!(
        app.database.count("audit_events"),
        1 + 5 + 12,
        "of refusals nothing is kept"
    );
}

#[apply(on_both_databases!)]
fn a_right_password_begins_anew(app: &App) {
    let mina = app.registered("mina");
    for _ in 0..3 {
        mina.guesses(4);
        mina.log_in("json").expect(200);
    }
    mina.guesses(5);
    refused(app, mina.log_in("json"), "1");
    app.advance(TimeDelta::seconds(1));
    mina.log_in("json").expect(200);
    mina.guesses(5);
}

#[apply(on_both_databases!)]
fn a_right_password_leaves_no_count_behind(app: &App) {
    let mina = app.registered("mina");
    for _ in 0..3 {
        mina.log_in("json").expect(200);
    }
    assert_eq!(app.database.count("attempts"), 0);
}

#[apply(on_both_databases!)]
fn an_address_without_an_account_is_counted_and_answered_alike(app: &App) {
    let (mina, nobody) = (app.registered("mina"), app.stranger("nobody"));
    for _ in 0..5 {
        let (known, unknown) = (mina.guess(), nobody.guess());
        assert_eq!(app.hashes_for(&known), app.hashes_for(&unknown));
        assert_eq!(known.snapshot(), unknown.snapshot());
    }
    let (known, unknown) = (mina.guess(), nobody.guess());
    assert_eq!(known.snapshot(), unknown.snapshot());
    refused(app, unknown, "1");
    // However it is spelled.
    let mut shouting = nobody.clone();
    shouting.email = " NOBODY@example.com".into();
    refused(app, shouting.guess(), "1");
}

/// CVE-2025-64102: an attempt is counted before it is compared, so a race gains nothing.
#[apply(on_both_databases!)]
fn of_fifty_at_once_five_are_compared(app: &App) {
    let other = Setup::default().clock(&app.clock).start_on(&app.database);
    for person in [app.registered("mina"), app.stranger("nobody")] {
        // A second instance only where two may be: on PostgreSQL.
        let elsewhere = Client {
            base: other.anonymous().base,
            ..person.clone()
        };
        let is_shared = app.database.url.starts_with("postgres");
        let answers = race(50, |number| {
            if number % 2 == 0 || !is_shared {
                person.guess()
            } else {
                elsewhere.guess()
            }
        });
        let hashes: usize = answers.iter().map(|it| app.hashes_for(it).len()).sum();
        assert_eq!(hashes, 5, "for {}", person.nickname);
        let wrong = answers.iter().filter(|it| it.status == 401).count();
        assert_eq!(
            (wrong, answers.iter().filter(|it| it.status == 429).count()),
            (5, 45)
        );
    }
}

#[apply(on_both_databases!)]
fn a_failed_sign_in_is_in_the_audit_trail_without_the_address(app: &App) {
    let (mina, gone) = (app.registered("mina"), app.registered("gone"));
    app.database
        .execute("UPDATE users SET active = FALSE WHERE nickname = 'gone'");
    mina.guesses(1);
    gone.log_in("json")
        .expect_problem(401, "invalid_credentials");
    app.stranger("nobody").guesses(2);
    let count = |condition: &str| {
        app.database.number(&format!(
            "SELECT count(*) AS number FROM audit_events \
         WHERE action = 'sign_in_failed' AND login_id IS NULL AND ip = '127.0.0.1' AND {condition}"
        ))
    };
    for name in ["mina", "gone"] {
        assert_eq!(
            count(&format!(
                "address_hash IS NULL AND user_id = \
            (SELECT user_id FROM users WHERE nickname = '{name}')"
            )),
            1,
            "{name}"
        );
    }
    assert_eq!(count("user_id IS NULL AND length(address_hash) = 43"), 2);
    let hashes = "SELECT count(DISTINCT address_hash) AS number FROM audit_events";
    assert_eq!(app.database.number(hashes), 1, "one address, one hash");
}

#[apply(on_both_databases!)]
fn counts_are_forgotten_a_day_after_the_last_guess(app: &App) {
    let mina = app.registered("mina");
    mina.guesses(5);
    app.advance(TimeDelta::hours(23));
    mina.guesses(1);
    app.advance(TimeDelta::days(1) - TimeDelta::seconds(1));
    assert_eq!(app.purge().unwrap().removed["attempts"], 0);
    app.advance(TimeDelta::seconds(1));
    assert_eq!(app.purge().unwrap().removed["attempts"], 2);
    assert_eq!(app.database.count("attempts"), 0);
    mina.guesses(5);
}

#[apply(on_both_databases!)]
fn a_known_device_keeps_its_id_and_signing_out_leaves_it(app: &App) {
    let mina = app.registered("mina");
    let answer = mina.log_in("cookie").expect(200);
    let attributes = " HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000";
    let line = answer.set_cookie("device").unwrap();
    assert_eq!(line.split_once(';').unwrap().1, attributes);
    let device = answer.cookie("device").unwrap();
    assert_eq!(mina.bearing(&device).known_device(), device);
    assert_ne!(mina.known_device(), device);
    assert_eq!(mina.log_in("json").expect(200).set_cookie("device"), None);
    let out = mina
        .bearing(&device)
        .send("POST", "/api/auth/logout", None)
        .expect(200);
    assert_eq!(out.set_cookie("device"), None);
    assert_eq!(mina.guess().set_cookie("device"), None);
}

#[apply(on_both_databases!)]
fn strangers_cannot_lock_out_a_known_device(kind: Kind) {
    let app = &behind_a_proxy(kind);
    let mina = app.registered("mina");
    let device = mina.known_device();
    // All that strangers may guess in an hour, and all that one of them may in a row.
    for network in 0..10 {
        mina.from(&format!("203.0.113.{network}")).guesses(5);
    }
    refused(app, mina.from("203.0.113.0").guess(), "1");
    refused(app, mina.from("198.51.100.1").log_in("json"), "3600");

    let known = mina.from("203.0.113.0").bearing(&device);
    known.log_in("cookie").expect(200);
    known.guesses(5);
    refused(app, known.log_in("cookie"), "1");
    refused(app, known.from("198.51.100.1").guess(), "1");
    app.advance(TimeDelta::seconds(1));
    known.log_in("cookie").expect(200);
}

#[apply(on_both_databases!)]
fn a_device_that_is_forged_or_known_to_another_address_is_a_stranger(kind: Kind) {
    let app = &behind_a_proxy(kind);
    let (mina, noah) = (app.registered("mina"), app.registered("noah"));
    let (device, of_noah) = (mina.known_device(), noah.known_device());
    mina.guesses(5);
    let mut forged = device.clone();
    let first = if forged.starts_with('A') { "B" } else { "A" };
    forged.replace_range(..1, first);
    for strange in [&forged, &of_noah, "", "junk"] {
        refused(app, mina.bearing(strange).guess(), "1");
    }
    mina.bearing(&device).log_in("cookie").expect(200);
    // What is no device of this address is replaced.
    app.advance(TimeDelta::seconds(1));
    let renewed = mina.bearing(&of_noah).known_device();
    assert_ne!(renewed[..22], of_noah[..22]);
}

#[apply(on_both_databases!)]
fn each_network_has_its_own_count(kind: Kind) {
    let app = &behind_a_proxy(kind);
    let mina = app.registered("mina");
    let pairs = [
        ("203.0.113.9", "::ffff:203.0.113.9", "203.0.113.8"),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::", "2001:db8:0:2::1"),
    ];
    for (address, same, other) in pairs {
        mina.from(address).guesses(5);
        refused(app, mina.from(address).guess(), "1");
        refused(app, mina.from(same).guess(), "1");
        mina.from(other).guesses(1);
    }
}

#[test]
fn who_is_no_trusted_proxy_cannot_choose_a_network() {
    let app = App::start(Kind::Sqlite);
    let mina = app.registered("mina");
    mina.from("203.0.113.1").guesses(3);
    mina.from("203.0.113.2").guesses(2);
    refused(&app, mina.from("203.0.113.3").guess(), "1");
}

#[apply(on_both_databases!)]
fn from_everywhere_fifty_an_hour(kind: Kind) {
    let app = &behind_a_proxy(kind);
    let mina = app.registered("mina");
    let everyone = |count: u32| (0..count).map(|number| format!("203.0.113.{number}"));
    for address in everyone(30) {
        mina.from(&address).guesses(1);
        // A right password is no guess.
        mina.from("198.51.100.1").log_in("json").expect(200);
    }
    app.advance(TimeDelta::minutes(20));
    for address in everyone(20) {
        mina.from(&address).guesses(1);
    }
    refused(app, mina.from("198.51.100.1").log_in("json"), "2400");
    app.advance(TimeDelta::minutes(40));
    mina.from("198.51.100.1").log_in("json").expect(200);
}

/// As many sign-ins at once as there is no room for.
#[apply(on_both_databases!)]
fn an_attempt_for_which_there_is_no_place_is_not_counted(kind: Kind) {
    let app = Setup::default()
        .set("PASSWORD__THREADS", "1")
        .set("PASSWORD__QUEUE", "1")
        .set("PASSWORD__MEMORY_KIB", "65536")
        .set("LIMITS__ATTEMPTS_IN_A_ROW", "100")
        .start(kind);
    let nobody = app.stranger("nobody");
    let answers = race(16, |_| nobody.guess());
    let wrong = answers.iter().filter(|it| it.status == 401).count();
    let overloaded = answers.iter().filter(|it| it.status == 503).count();
    assert!(overloaded > 0, "16 sign-ins fit a queue of one");
    assert_eq!(wrong + overloaded, 16);
    for count in ["min", "max"] {
        let counted = format!("SELECT {count}(counted) AS number FROM attempts");
        assert_eq!(app.database.number(&counted), wrong as i64);
    }
}

#[apply(on_both_databases!)]
fn an_attempt_that_the_database_failed_is_given_back(app: &App) {
    let mina = app.registered("mina");
    // So that the purge of the start is over: without its table it would take the writes down that
    // SQLite commits with it.
    app.purge().unwrap();
    app.database
        .execute("ALTER TABLE audit_events RENAME TO lost");
    for _ in 0..7 {
        let answer = mina.log_in("json");
        assert!(answer.status >= 500, "{}", answer.text);
    }
    app.database
        .execute("ALTER TABLE lost RENAME TO audit_events");
    mina.log_in("json").expect(200);
    assert_eq!(app.database.count("attempts"), 0);
}

#[test]
fn without_limits_nothing_is_counted() {
    let app = Setup::default()
        .set("LIMITS__ENABLED", "false")
        .start(Kind::Sqlite);
    let mina = app.registered("mina");
    mina.guesses(60);
    assert_eq!(app.database.count("attempts"), 0);
    assert_eq!(app.database.count("audit_events"), 61);
    let body = json!({ "email": mina.email, "password": mina.password });
    mina.post("/api/auth/login", body).expect(200);
}

/// As an owner does who waited, tried, and was told 503.
#[apply(on_both_databases!)]
fn what_is_given_back_takes_its_wait_along(kind: Kind) {
    let app = &behind_a_proxy(kind);
    let instance = crate::keys::quiet_instance(app);
    let guess = || {
        let email = askit::users::FoldedEmail::of("mina@example.com");
        instance.guesses.of(&email, &askit::auth::Device::default())
    };
    let run = actix_web::rt::System::new();
    let reserve = || run.block_on(instance.guesses.reserve(guess()));
    for _ in 0..8 {
        app.advance(TimeDelta::minutes(15));
        reserve().unwrap();
    }
    assert!(reserve().is_err());
    app.advance(TimeDelta::minutes(15));
    for _ in 0..3 {
        let reserved = reserve().unwrap();
        assert!(reserve().is_err(), "it counts until it is given back");
        run.block_on(instance.guesses.give_back(&reserved));
    }
    reserve().unwrap();
    assert!(reserve().is_err());
}
