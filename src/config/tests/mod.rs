use std::collections::HashMap;
use std::fs;

use tempfile::TempDir;

use super::*;

mod blocked_words;

struct Given {
    directory: TempDir,
    sources: Sources,
}

fn given(environment: &[(&str, &str)]) -> Given {
    let directory = tempfile::tempdir().expect("a temporary folder");
    let environment: HashMap<_, _> = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let sources = Sources {
        environment,
        directory: directory.path().into(),
        ..Sources::default()
    };
    Given { directory, sources }
}

fn problems(given: &Given) -> Vec<String> {
    match Settings::load(&given.sources).settings {
        Ok(_) => Vec::new(),
        Err(Problems(problems)) => problems.iter().map(SettingProblem::to_string).collect(),
    }
}

fn effective(given: &Given, key: &str) -> (String, String) {
    let loaded = Settings::load(&given.sources);
    let line = loaded.effective.into_iter().find(|line| line.key == key);
    let line = line.unwrap_or_else(|| panic!("{key} is not among the effective settings"));
    (line.value, line.origin)
}

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn nothing_needs_to_be_set_in_development() {
    assert_eq!(problems(&given(&[])), Vec::<String>::new());
}

/// One that is not in the file and not among these stops the start, which the test above sees.
#[test]
fn every_default_is_in_the_file_but_those_that_are_found_or_computed() {
    let loaded = Settings::load(&given(&[]).sources);
    let from_code = loaded.effective.into_iter();
    let from_code = from_code.filter(|line| line.origin != "built-in default.toml");
    let from_code: Vec<_> = from_code.map(|line| line.key).collect();
    let found_or_computed = [
        "secret",
        "database.url",
        "database.pool_size",
        "password.threads",
        "password.queue",
    ];
    assert_eq!(from_code, found_or_computed);
}

#[test]
fn later_layers_win_and_each_value_knows_its_origin() {
    let mut given = given(&[("ASKIT__AUTH__REFRESH_GRACE", "5s")]);
    let file = given.directory.path().join("mine.toml");
    fs::write(
        &file,
        "[auth]\nrefresh_grace = \"7s\"\npurge_interval = \"2h\"",
    )
    .expect("written");
    given.sources.file = Some(file.clone());

    let environment = "ASKIT__AUTH__REFRESH_GRACE".to_owned();
    assert_eq!(
        effective(&given, "auth.refresh_grace"),
        ("5s".into(), environment)
    );
    let file = file.display().to_string();
    assert_eq!(
        effective(&given, "auth.purge_interval"),
        ("2h".into(), file)
    );
    let built_in = "built-in default.toml".to_owned();
    assert_eq!(
        effective(&given, "auth.refresh_lifetime"),
        ("90d".into(), built_in)
    );
}

#[test]
fn the_profile_brings_its_own_layer() {
    let given = given(&[
        ("ASKIT__PROFILE", "production"),
        ("ASKIT__SECRET", SECRET),
        ("ASKIT__SERVER__PUBLIC_URL", "https://ask.example.com"),
    ]);
    let built_in = "built-in production.toml".to_owned();
    assert_eq!(problems(&given), Vec::<String>::new());
    assert_eq!(
        effective(&given, "telemetry.format"),
        ("json".into(), built_in.clone())
    );
    assert_eq!(
        effective(&given, "server.allowed_origins"),
        (String::new(), built_in)
    );
}

#[test]
fn every_problem_is_told_at_once_with_its_origin_and_what_is_allowed() {
    let given = given(&[
        ("ASKIT__PROFILE", "production"),
        ("ASKIT__SECRET", "short"),
        ("ASKIT__SERVER__PUBLIC_URL", "http://ask.example.com"),
        (
            "ASKIT__SERVER__ALLOWED_ORIGINS",
            "https://app.example.com, *",
        ),
        ("ASKIT__AUTH__REFRESH_GRACE", "soon"),
        ("ASKIT__PASSWORD__MEMORY_KIB", "8"),
        ("ASKIT__SERVER__PROT", "80"),
        ("DATABASE_URL", "postgers://user:hunter2@host/db"),
    ]);
    insta::assert_snapshot!(problems(&given).join("\n"));
}

#[test]
fn a_numeric_secret_stays_text() {
    let digits = "00000000000000000000000000000012";
    let given = given(&[("ASKIT__SECRET", digits)]);
    let settings = Settings::load(&given.sources)
        .settings
        .expect("no problems");
    let loaded = settings.secret.load([0; 32]).expect("a secret").current;
    let same = MasterSecret::new(digits.into()).expect("long enough");
    assert_eq!(
        loaded.derive(KeyPurpose::Decoys),
        same.derive(KeyPurpose::Decoys)
    );
}

#[test]
fn a_secret_shows_nowhere() {
    let given = given(&[
        ("ASKIT__SECRET", SECRET),
        (
            "DATABASE_URL",
            "postgres://user:hunter2@host:5433/db?password=hunter2",
        ),
    ]);
    let loaded = format!("{:?}", Settings::load(&given.sources));
    assert!(
        !loaded.contains(SECRET) && !loaded.contains("hunter2"),
        "{loaded}"
    );
    let shown = effective(&given, "database.url");
    assert_eq!(
        shown,
        ("postgres://host:5433/db".into(), "DATABASE_URL".into())
    );
}

#[test]
fn a_broken_file_is_told_without_what_it_holds() {
    let mut given = given(&[]);
    let file = given.directory.path().join("mine.toml");
    fs::write(
        &file,
        format!("profile = \"development\"\nsecret = \"{SECRET}\n"),
    )
    .expect("written");
    given.sources.file = Some(file);
    let problems = problems(&given).join("\n");
    assert!(
        problems.contains("is not valid TOML: ") && problems.contains("line 2"),
        "{problems}"
    );
    assert!(!problems.contains(SECRET), "{problems}");
}

#[test]
fn every_profile_may_have_a_file_of_its_own() {
    for profile in ["development", "production"] {
        let given = given(&[
            ("ASKIT__PROFILE", profile),
            ("ASKIT__SECRET", SECRET),
            ("ASKIT__SERVER__PUBLIC_URL", "https://ask.example.com"),
        ]);
        let folder = given.directory.path().join("config");
        fs::create_dir(&folder).expect("made");
        let file = folder.join(format!("{profile}.toml"));
        fs::write(&file, "[auth]\nrefresh_grace = \"7s\"").expect("written");
        let file = file.display().to_string();
        assert_eq!(effective(&given, "auth.refresh_grace"), ("7s".into(), file));
    }
}

#[test]
fn a_secret_file_may_end_in_a_newline_and_excludes_the_secret_itself() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("secret");
    fs::write(&file, format!("{SECRET}\n")).expect("written");
    let path = file.display().to_string();

    let alone = given(&[("ASKIT__SECRET_FILE", &path)]);
    let settings = Settings::load(&alone.sources)
        .settings
        .expect("no problems");
    let loaded = settings.secret.load([0; 32]).expect("a secret").current;
    let same = MasterSecret::new(SECRET.into()).expect("long enough");
    assert_eq!(
        loaded.derive(KeyPurpose::Decoys),
        same.derive(KeyPurpose::Decoys)
    );

    let both = given(&[("ASKIT__SECRET_FILE", &path), ("ASKIT__SECRET", SECRET)]);
    assert_eq!(
        problems(&both),
        ["secret_file (ASKIT__SECRET_FILE): secret is also set: set only one of the two"]
    );
}

#[test]
fn the_development_secret_is_made_once_and_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let given = given(&[]);
    let secret = Settings::load(&given.sources)
        .settings
        .expect("no problems")
        .secret;
    let first = secret.load([1; 32]).expect("made").current;
    let second = secret.load([2; 32]).expect("read").current;
    assert_eq!(
        first.derive(KeyPurpose::Decoys),
        second.derive(KeyPurpose::Decoys)
    );
    let path = given.directory.path().join("data/secret");
    let mode = fs::metadata(path).expect("kept").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_mistyped_database_url_is_never_a_new_file() {
    for url in [
        "data/askit.db",
        "sqlite:data.db",
        "sqlite://",
        "sqlite://:memory:",
        "sqlite://data/askit.db?mode=ro",
        "mysql://h/d",
        "",
    ] {
        let given = given(&[("ASKIT__DATABASE__URL", url)]);
        assert_eq!(problems(&given).len(), 1, "{url:?} was taken");
    }
}

#[test]
#[cfg(not(feature = "postgres-tls"))]
fn tls_is_asked_for_in_vain_without_the_feature() {
    let url = "postgres://user:hunter2@host/db?sslmode=verify-full";
    let given = given(&[("DATABASE_URL", url)]);
    assert_eq!(
        problems(&given),
        [
            "database.url (DATABASE_URL): needs TLS for this sslmode, but this askit was \
             built without TLS: rebuild it with --features postgres-tls"
        ]
    );
}

#[test]
fn what_would_be_ignored_in_silence_is_told() {
    let mut given = given(&[("ASKIT_PROFILE", "production")]);
    given.sources.unreadable = vec!["DATABASE_URL".into(), "LESSOPEN".into()];
    assert_eq!(
        problems(&given),
        [
            "DATABASE_URL (environment): is not UTF-8",
            "ASKIT_PROFILE (environment): is not a known setting: names begin with \
             ASKIT__ (two underscores)"
        ]
    );
}

#[test]
fn a_secret_file_that_is_not_there_is_told_once() {
    let given = given(&[
        ("ASKIT__PROFILE", "production"),
        ("ASKIT__SERVER__PUBLIC_URL", "https://ask.example.com"),
        ("ASKIT__SECRET_FILE", "/nowhere/secret"),
    ]);
    let problems = problems(&given);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("secret_file (ASKIT__SECRET_FILE): /nowhere/secret"));
}

#[test]
fn a_previous_secret_is_optional_as_long_as_the_secret_and_another_one() {
    let load = |given: &Given| {
        let settings = Settings::load(&given.sources).settings;
        let secrets = settings.expect("no problems").secret.load([0; 32]);
        let previous = secrets.expect("a secret").previous;
        previous.map(|it| it.derive(KeyPurpose::Decoys))
    };
    assert_eq!(load(&given(&[("ASKIT__SECRET", SECRET)])), None);

    let other = "fedcba9876543210fedcba9876543210";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("previous");
    fs::write(&file, format!("{other}\n")).expect("written");
    let path = file.display().to_string();
    let same = MasterSecret::new(other.into()).map(|it| it.derive(KeyPurpose::Decoys));
    for (name, value) in [
        ("ASKIT__SECRET_PREVIOUS", other),
        ("ASKIT__SECRET_PREVIOUS_FILE", &path),
    ] {
        let given = given(&[("ASKIT__SECRET", SECRET), (name, value)]);
        assert_eq!(load(&given), same);
        assert_eq!(effective(&given, "secret_previous").0, "(hidden)");
        let shown = format!("{:?}", Settings::load(&given.sources));
        assert!(!shown.contains(other), "{shown}");
    }

    for (value, message) in [
        (
            "short",
            "must have at least 32 bytes; `openssl rand -base64 32` makes a good one",
        ),
        (
            SECRET,
            "must differ from secret: set the old or the next secret, or remove this setting",
        ),
    ] {
        let given = given(&[("ASKIT__SECRET", SECRET), ("ASKIT__SECRET_PREVIOUS", value)]);
        let expected = format!("secret_previous (ASKIT__SECRET_PREVIOUS): {message}");
        assert_eq!(problems(&given), [expected]);
    }
}

#[test]
fn production_refuses_to_be_without_limits_and_nobody_may_guess_without_end() {
    let without = given(&[("ASKIT__LIMITS__ENABLED", "false")]);
    assert_eq!(problems(&without), Vec::<String>::new());
    let given = given(&[
        ("ASKIT__PROFILE", "production"),
        ("ASKIT__SECRET", SECRET),
        ("ASKIT__SERVER__PUBLIC_URL", "https://ask.example.com"),
        ("ASKIT__LIMITS__ENABLED", "false"),
        ("ASKIT__LIMITS__ATTEMPTS_AN_HOUR", "101"),
        ("ASKIT__LIMITS__TOKEN_BURST", "0"),
    ]);
    assert_eq!(
        problems(&given),
        [
            "limits.enabled (ASKIT__LIMITS__ENABLED): must be true in production: without limits, \
             anyone can guess passwords",
            "limits.attempts_an_hour (ASKIT__LIMITS__ATTEMPTS_AN_HOUR): \"101\" is not a whole number \
             from 1 to 100",
            "limits.token_burst (ASKIT__LIMITS__TOKEN_BURST): \"0\" is not a whole number from 1 to \
             100000",
        ]
    );
}

#[test]
fn what_ends_sooner_is_not_set_to_end_later() {
    let given = given(&[
        ("ASKIT__AUTH__ACCESS_TOKEN_LIFETIME", "1h"),
        ("ASKIT__AUTH__GUEST_IDLE_LIFETIME", "30m"),
        ("ASKIT__AUTH__REFRESH_IDLE_LIFETIME", "20m"),
        ("ASKIT__AUTH__REFRESH_LIFETIME", "10m"),
    ]);
    let expected = [
        "auth.refresh_idle_lifetime (ASKIT__AUTH__REFRESH_IDLE_LIFETIME): must not be longer than \
         auth.refresh_lifetime",
        "auth.guest_idle_lifetime (ASKIT__AUTH__GUEST_IDLE_LIFETIME): must not be longer than \
         auth.refresh_idle_lifetime",
        "auth.access_token_lifetime (ASKIT__AUTH__ACCESS_TOKEN_LIFETIME): must not be longer than \
         auth.guest_idle_lifetime",
    ];
    assert_eq!(problems(&given), expected);
}
