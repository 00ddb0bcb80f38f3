use proptest::prelude::*;

use super::*;
use crate::password::refusal::HashRefusal;

const fn refused(what: &'static str, max: u32) -> Option<HashRefusal> {
    Some(HashRefusal::TooCostly { what, max })
}

/// Schemes, and what there is too much of.
const BOUNDS: &[(&str, Option<HashRefusal>)] = &[
    ("$argon2id$v=19$m=131072,t=10,p=16", None),
    (
        "$argon2id$v=19$m=131073,t=10,p=16",
        refused("the memory of Argon2, in KiB,", 131_072),
    ),
    (
        "$argon2id$v=19$m=131072,t=11,p=16",
        refused("the passes of Argon2", 10),
    ),
    (
        "$argon2id$v=19$m=131072,t=10,p=17",
        refused("the lanes of Argon2", 16),
    ),
    (
        "$argon2id$v=19$m=99999999999999999999,t=1,p=1",
        refused("the memory of Argon2, in KiB,", 131_072),
    ),
    ("$scrypt$ln=17,r=8,p=16", None),
    (
        "$scrypt$ln=18,r=8,p=16",
        refused("the memory of scrypt, in KiB,", 131_072),
    ),
    (
        "$scrypt$ln=17,r=9,p=16",
        refused("the memory of scrypt, in KiB,", 131_072),
    ),
    ("$scrypt$ln=17,r=8,p=17", refused("p of scrypt", 16)),
    ("$scrypt$ln=1,r=65,p=1", refused("r of scrypt", 64)),
    (
        "$scrypt$ln=64,r=1,p=1",
        refused("the memory of scrypt, in KiB,", 131_072),
    ),
    (
        "$scrypt$ln=4294967295,r=1,p=1",
        refused("the memory of scrypt, in KiB,", 131_072),
    ),
    ("$pbkdf2-sha1$5000000", None),
    (
        "$pbkdf2-sha1$5000001",
        refused("the iterations of PBKDF2", 5_000_000),
    ),
    ("$pbkdf2-sha256$5000000", None),
    (
        "$pbkdf2-sha256$5000001",
        refused("the iterations of PBKDF2", 5_000_000),
    ),
    ("$pbkdf2-sha512$2000000", None),
    (
        "$pbkdf2-sha512$2000001",
        refused("the iterations of PBKDF2", 2_000_000),
    ),
    ("$2b$14", None),
    ("$2b$15", refused("the cost of bcrypt", 14)),
];

#[test]
fn a_scheme_is_read_from_its_own_text() {
    for text in [
        "$argon2id$v=19$m=19456,t=2,p=1",
        "argon2$argon2i$v=16$m=4096,t=3,p=1",
        "argon2$argon2id$v=19$m=102400,t=2,p=8",
        "$scrypt$ln=14,r=8,p=5",
        "$pbkdf2-sha1$1000000",
        "$pbkdf2-sha256$29000",
        "$pbkdf2-sha512$25000",
        "$2b$12",
    ] {
        let scheme: Scheme = text.parse().expect(text);
        assert_eq!(scheme.to_string(), text);
    }
}

#[test]
fn bounds_hold_to_the_number() {
    for (text, beyond) in BOUNDS {
        assert_eq!(text.parse::<Scheme>().err(), *beyond, "{text}");
    }
}

#[test]
fn what_no_program_writes_is_refused() {
    for text in [
        "",
        "$",
        "$argon2id$v=19$m=4,t=1,p=1",
        "$argon2id$v=19$m=64,t=0,p=1",
        "$argon2id$v=19$m=64,t=1,p=0",
        "$argon2id$v=20$m=64,t=1,p=1",
        "$argon2id$v=19$t=1,m=64,p=1",
        "$argon2id$v=19$m=64,t=1,p=1,keyid=x",
        "$argon2id$v=19$m=+64,t=1,p=1",
        "$argon2d$v=19$m=64,t=1,p=1",
        "$scrypt$ln=0,r=8,p=1",
        "$scrypt$ln=14,r=0,p=1",
        "$scrypt$ln=14,r=8,p=0",
        "$scrypt$ln=14,r=8",
        "$pbkdf2-sha256$0",
        "$pbkdf2-sha256$-1",
        "$pbkdf2-md5$1000",
        "$2b$03",
        "$2b$",
        "$2b$١٢",
    ] {
        assert!(text.parse::<Scheme>().is_err(), "{text}");
    }
}

#[test]
fn memory_is_what_a_hash_takes() {
    for (text, kib) in [
        ("$argon2id$v=19$m=19456,t=2,p=1", 19_456),
        ("$scrypt$ln=14,r=8,p=5", 16 * 1024),
        ("$scrypt$ln=1,r=1,p=1", 0),
        ("$scrypt$ln=17,r=8,p=1", 128 * 1024),
        ("$pbkdf2-sha256$29000", 0),
        ("$2b$12", 0),
    ] {
        let scheme: Scheme = text.parse().expect(text);
        assert_eq!(scheme.memory_kib(), kib, "{text}");
    }
}

#[test]
fn ours_are_renewed_when_their_memory_is_another_and_those_of_others_always() {
    let wanted = Scheme::own(64, 2).expect("a cost");
    for (text, is_outdated) in [
        ("$argon2id$v=19$m=64,t=2,p=1", false),
        ("$argon2id$v=19$m=64,t=3,p=1", false),
        ("$argon2id$v=19$m=63,t=3,p=1", true),
        ("$argon2id$v=19$m=64,t=1,p=1", true),
        ("$argon2id$v=19$m=128,t=3,p=1", true),
        ("argon2$argon2id$v=19$m=64,t=2,p=1", true),
        ("$2b$14", true),
    ] {
        let scheme: Scheme = text.parse().expect(text);
        assert_eq!(scheme.is_outdated_by(&wanted), is_outdated, "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_is_read_is_written_alike(
        text in r"(\$|argon2\$)?(argon2id?|scrypt|pbkdf2-sha(1|256|512)|2b)(\$v=19)?\$[mln=rtp0-9,]{0,20}|\PC{0,40}"
    ) {
        if let Ok(scheme) = text.parse::<Scheme>() {
            let written = scheme.to_string();
            prop_assert_eq!(written.parse(), Ok(scheme));
        }
    }
}
