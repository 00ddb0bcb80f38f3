//! Which lines are accounts, and what is said of others.

use super::{MINAS_HASH, account, import};
use crate::support::*;

/// So many bytes of zeros, in base64 without padding.
fn zeros(bytes: usize) -> String {
    "A".repeat((bytes * 4).div_ceil(3))
}

fn argon2(params: &str) -> String {
    argon2_of(params, 16, 32)
}

fn argon2_of(params: &str, salt: usize, output: usize) -> String {
    format!("$argon2id$v=19${params}${}${}", zeros(salt), zeros(output))
}

fn scrypt(params: &str) -> String {
    format!("$scrypt${params}${}${}", zeros(16), zeros(32))
}

fn django_scrypt(n: u32) -> String {
    format!("scrypt${n}$salt$8$5${}=", zeros(64))
}

fn passlib(digest: &str, iterations: u32, output: usize) -> String {
    let (salt, output) = (zeros(16), zeros(output));
    format!("$pbkdf2-{digest}${iterations}${salt}${output}")
}

fn django(digest: &str, iterations: u32, salt: usize, output: usize) -> String {
    let (salt, output) = ("s".repeat(salt), zeros(output));
    format!("pbkdf2_{digest}${iterations}${salt}${output}")
}

fn bcrypt(begin: &str) -> String {
    format!("{begin}{}", ".".repeat(53))
}

/// Numbers the accounts, so that they differ in nothing but the hash.
fn accounts(hashes: &[String]) -> String {
    let lines = hashes.iter().enumerate().map(|(number, hash)| {
        let name = format!("person{number}");
        account(&format!("{name}@example.com"), &name, hash) + "\n"
    });
    lines.collect()
}

#[apply(on_both_databases!)]
fn a_hash_at_the_bounds_is_taken(app: &App) {
    let hashes = [
        argon2("m=131072,t=1,p=1"),
        argon2("m=1024,t=10,p=16"),
        argon2_of("m=64,t=1,p=1", 8, 16),
        argon2_of("m=64,t=1,p=1", 64, 64),
        argon2("m=64,t=1,p=1").replace("argon2id", "argon2i"),
        argon2("m=64,t=1,p=1").replace("v=19", "v=16"),
        format!("argon2{}", argon2("m=64,t=1,p=1").replace("v=19$", "")),
        scrypt("ln=17,r=8,p=16"),
        scrypt("ln=14,r=64,p=1"),
        django_scrypt(1 << 17),
        bcrypt("$2a$04$"),
        bcrypt("$2y$14$"),
        bcrypt("bcrypt$$2b$14$"),
        bcrypt("bcrypt_sha256$$2b$14$"),
        passlib("sha256", 5_000_000, 32),
        passlib("sha256", 2_500_000, 64),
        passlib("sha512", 2_000_000, 64),
        django("sha256", 5_000_000, 64, 32),
        django("sha1", 5_000_000, 0, 20),
    ];
    let said = import(app, accounts(&hashes).as_bytes(), &[]);
    assert_eq!(said.refused, [""; 0]);
    assert_eq!(app.database.count("users"), hashes.len() as i64);
}

#[apply(on_both_databases!)]
fn a_hash_that_cannot_be_verified_in_time_is_refused_with_the_reason(app: &App) {
    let unknown = "uses a scheme that Askit cannot verify";
    let malformed = "does not have the form of its scheme";
    let too_long = "is too long: salt and output must have at most 64 bytes each";
    let costs = |what: &str| format!("costs too much: {what}");
    let hashes = [
        ("a long enough one".into(), unknown),
        (String::new(), unknown),
        ("!".into(), unknown),
        ("5f4dcc3b5aa765d61d8327deb882cf99".into(), unknown),
        ("md5$salt$5f4dcc3b5aa765d61d8327deb882cf99".into(), unknown),
        (
            "sha1$salt$5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8".into(),
            unknown,
        ),
        (
            "$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwM\
             uTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g."
                .into(),
            unknown,
        ),
        (bcrypt("$2x$10$"), unknown),
        (bcrypt("$2$10$"), unknown),
        (
            argon2("m=64,t=1,p=1").replace("argon2id", "argon2d"),
            unknown,
        ),
        (passlib("sha384", 1000, 48), unknown),
        (bcrypt("$2b$03$"), malformed),
        (bcrypt("$2b$10$").replacen("..", "..!", 1), malformed),
        (bcrypt("$2b$10$") + ".", malformed),
        (argon2("m=64,t=1,p=1") + "=", malformed),
        (argon2("m=64,t=1,p=1").replace("AA$", "A!$"), malformed),
        (argon2_of("m=64,t=1,p=1", 7, 32), malformed),
        (argon2("m=64,t=1"), malformed),
        (django("sha256", 1000, 4, 32) + "!", malformed),
        (django("sha256", 0, 4, 32), malformed),
        (django_scrypt(1 << 14).replace("16384", "16383"), malformed),
        (argon2_of("m=64,t=1,p=1", 65, 32), too_long),
        (argon2_of("m=64,t=1,p=1", 16, 65), too_long),
        (django("sha256", 1000, 65, 32), too_long),
        (passlib("sha512", 1000, 65), too_long),
        (
            django("sha256", 1000, 4, 15),
            "is too short: the output must have at least 16 bytes",
        ),
        (
            argon2("m=131073,t=1,p=1"),
            &costs("the memory of Argon2, in KiB, must be at most 131072"),
        ),
        (
            argon2("m=64,t=11,p=1"),
            &costs("the passes of Argon2 must be at most 10"),
        ),
        (
            argon2("m=1024,t=1,p=17"),
            &costs("the lanes of Argon2 must be at most 16"),
        ),
        (
            format!("argon2{}", argon2("m=4294967296,t=1,p=1")),
            &costs("the memory of Argon2, in KiB, must be at most 131072"),
        ),
        (
            scrypt("ln=18,r=8,p=1"),
            &costs("the memory of scrypt, in KiB, must be at most 131072"),
        ),
        (
            scrypt("ln=99,r=8,p=1"),
            &costs("the memory of scrypt, in KiB, must be at most 131072"),
        ),
        (
            scrypt("ln=10,r=65,p=1"),
            &costs("r of scrypt must be at most 64"),
        ),
        (
            scrypt("ln=10,r=8,p=17"),
            &costs("p of scrypt must be at most 16"),
        ),
        (
            django_scrypt(1 << 18),
            &costs("the memory of scrypt, in KiB, must be at most 131072"),
        ),
        (
            bcrypt("$2b$15$"),
            &costs("the cost of bcrypt must be at most 14"),
        ),
        (
            bcrypt("bcrypt_sha256$$2b$15$"),
            &costs("the cost of bcrypt must be at most 14"),
        ),
        (
            passlib("sha256", 5_000_001, 32),
            &costs("the iterations of PBKDF2 must be at most 5000000"),
        ),
        (
            passlib("sha256", 2_500_001, 33),
            &costs("the iterations of PBKDF2 must be at most 5000000"),
        ),
        (
            passlib("sha512", 2_000_001, 64),
            &costs("the iterations of PBKDF2 must be at most 2000000"),
        ),
        (
            django("sha256", 5_000_001, 4, 32),
            &costs("the iterations of PBKDF2 must be at most 5000000"),
        ),
        (
            django("sha1", 5_000_001, 4, 20),
            &costs("the iterations of PBKDF2 must be at most 5000000"),
        ),
        (
            django("sha256", 1000, 0, 32).replace("$$", "$a\0b$"),
            "contains the character U+0000",
        ),
    ];
    let (hashes, reasons): (Vec<String>, Vec<&str>) = hashes.into_iter().unzip();
    let said = import(app, accounts(&hashes).as_bytes(), &[]);
    let refused = reasons.iter().enumerate();
    let refused: Vec<_> = refused
        .map(|(index, reason)| format!("line {}: the password hash {reason}", index + 1))
        .collect();
    assert_eq!(said.refused, refused);
    assert_eq!((said.code, app.database.count("users")), (Some(1), 0));
}

#[apply(on_both_databases!)]
fn a_line_that_is_no_account_is_refused_with_the_reason(app: &App) {
    let mina = |nickname: &str| account("mina@example.com", nickname, MINAS_HASH).into_bytes();
    let without = |field: &str| {
        let line = String::from_utf8(mina("mina")).unwrap();
        line.replace(&format!("\"{field}\":"), "\"other\":")
            .into_bytes()
    };
    let unknown = "is unknown: use email, nickname, passwordHash and hashParameters";
    let cases: [(Vec<u8>, String); 22] = [
        (
            b"mina,mina@example.com".into(),
            "the line is not valid JSON at byte 1".into(),
        ),
        (
            b"{\"email\": \"mina@exam".into(),
            "the line is not valid JSON at byte 20".into(),
        ),
        (
            b"{} {}".into(),
            "the line is not valid JSON at byte 4".into(),
        ),
        (
            "{\"a\":".repeat(1000).into(),
            "the line is not valid JSON at byte 636".into(),
        ),
        (
            b"{\"email\": \"\xff\"}".into(),
            "the line is not UTF-8".into(),
        ),
        (
            format!("\"{MINAS_HASH}\"").into(),
            "the line must be one JSON object with each field once".into(),
        ),
        (
            b"[]".into(),
            "the line must be one JSON object with each field once".into(),
        ),
        (
            b"{\"email\": \"a@b.c\", \"email\": \"mina@example.com\"}".into(),
            "the line must be one JSON object with each field once".into(),
        ),
        (
            without("passwordHash"),
            format!("the field \"other\" {unknown}"),
        ),
        (
            format!("{{\"{MINAS_HASH}\": true}}").into(),
            format!("a field {unknown}"),
        ),
        (
            format!("{{\"{}\": true}}", "x".repeat(33)).into(),
            format!("a field {unknown}"),
        ),
        (b"{}".into(), "the e-mail address is missing".into()),
        (
            b"{\"email\": null}".into(),
            "the e-mail address is missing".into(),
        ),
        (
            b"{\"email\": 7}".into(),
            "the e-mail address must be a string".into(),
        ),
        (
            b"{\"email\": \"mina\"}".into(),
            "the e-mail address must look like name@example.com".into(),
        ),
        (
            b"{\"email\": \"mi\\u0000na@example.com\"}".into(),
            "the e-mail address contains the character U+0000".into(),
        ),
        (
            b"{\"email\": \"mina@example.com\"}".into(),
            "the nickname is missing".into(),
        ),
        (
            mina("mi"),
            "the nickname must have at least 3 characters".into(),
        ),
        (
            mina("mi na"),
            "the nickname contains ' ': use only letters, digits, emoji, \"_\", \"-\" and \".\""
                .into(),
        ),
        (
            mina("mina\0"),
            "the nickname contains the character U+0000".into(),
        ),
        (
            b"{\"email\": \"mina@example.com\", \"nickname\": \"mina\"}".into(),
            "the password hash is missing".into(),
        ),
        (
            b"{\"email\": \"mina@example.com\", \"nickname\": \"mina\", \"passwordHash\": []}"
                .into(),
            "the password hash must be a string".into(),
        ),
    ];
    let (lines, reasons): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
    let mut file = lines.join(&b'\n');
    // The line that ends the file has no end of its own.
    file.extend_from_slice(b"\n");
    file.extend(mina("mina"));
    let said = import(app, &file, &[]);
    let refused = reasons.iter().enumerate();
    let refused: Vec<_> = refused
        .map(|(index, it)| format!("line {}: {it}", index + 1))
        .collect();
    assert_eq!(said.refused, refused);
    assert_eq!(
        said.summary,
        "imported 1 account(s), 0 already there, 22 refused\n"
    );
}

#[apply(on_both_databases!)]
fn empty_lines_crlf_and_a_byte_order_mark_do_no_harm(app: &App) {
    let line = |name: &str| account(&format!("{name}@example.com"), name, MINAS_HASH);
    let (mina, noah) = (line("mina"), line("noah"));
    let file = format!("\u{feff}{mina}\r\n\r\n   \n\n  {noah}\r\nnonsense\r\n\u{feff}{mina}\n\n");
    let said = import(app, file.as_bytes(), &[]);
    let no_json = "the line is not valid JSON at byte";
    assert_eq!(
        said.refused,
        [
            format!("line 6: {no_json} 2"),
            format!("line 7: {no_json} 1")
        ]
    );
    assert_eq!(
        said.summary,
        "imported 2 account(s), 0 already there, 2 refused\n"
    );
}

#[apply(on_both_databases!)]
fn a_line_of_more_than_64_kib_is_refused_and_the_next_one_read(app: &App) {
    let padded = |name: &str, bytes: usize| {
        let line = account(&format!("{name}@example.com"), name, MINAS_HASH);
        let spaces = bytes.saturating_sub(line.len());
        line + &" ".repeat(spaces)
    };
    let lines = [
        "\u{feff}".to_owned() + &padded("one", 65_536),
        padded("two", 65_537),
        padded("three", 65_536),
        padded("four", 200_000),
        padded("five", 0),
        padded("six", 65_537),
    ];
    let said = import(app, lines.join("\n").as_bytes(), &[]);
    let too_long = "the line has more than 65536 bytes";
    assert_eq!(
        said.refused,
        [2, 4, 6].map(|it| format!("line {it}: {too_long}"))
    );
    let names = "SELECT min(nickname) || max(nickname) AS text FROM users";
    assert_eq!(
        (app.database.count("users"), app.database.text(names)),
        (3, "fivethree".into())
    );
}

#[apply(on_both_databases!)]
fn every_one_of_many_refused_lines_is_told_in_its_order(app: &App) {
    let mut file = String::new();
    let mut refused = Vec::new();
    for number in 1..=3_000 {
        file += &match number % 3 {
            0 => account(&format!("{number}@example.com"), "mina", MINAS_HASH),
            1 => account(
                &format!("{number}@example.com"),
                &format!("mina{number}"),
                MINAS_HASH,
            ),
            _ => "nonsense".into(),
        };
        file += "\n";
        match number {
            3 => {}
            _ if number % 3 == 0 => refused.push(format!("line {number}: the nickname is taken")),
            _ if number % 3 == 2 => refused.push(format!(
                "line {number}: the line is not valid JSON at byte 2"
            )),
            _ => {}
        }
    }
    let said = import(app, file.as_bytes(), &[]);
    assert_eq!(said.refused, refused);
    assert_eq!(
        said.summary,
        "imported 1,001 account(s), 0 already there, 1,999 refused\n"
    );
}
