use proptest::prelude::*;
use serde::Deserialize;

use super::forms::PADDED;
use super::*;

/// Made by the programs that they name.
const VECTORS: &str = include_str!("../../../tests/data/password_hashes.json");

#[derive(Deserialize)]
struct Vector {
    scheme: String,
    made_by: String,
    password: String,
    hash: String,
    parameters: Option<Map<String, Value>>,
}

fn import(text: &str) -> Result<PasswordHash, HashRefusal> {
    StoredHash::import(text, None)
}

fn memory() -> Memory {
    Memory::reserve(128 * 1024).expect("memory")
}

#[test]
fn hashes_of_other_programs_know_their_password_and_no_other() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).expect("vectors");
    assert_eq!(vectors.len(), 93);
    let mut memory = memory();
    for vector in vectors {
        let Vector {
            scheme,
            made_by,
            password,
            hash,
            parameters,
        } = &vector;
        let stored = StoredHash::import(hash, parameters.as_ref());
        let stored = stored.unwrap_or_else(|error| panic!("{scheme} by {made_by} {error}"));
        let hash = StoredHash::parse(stored.expose()).expect("a hash that was taken");
        assert_eq!(hash.scheme().to_string(), stored.scheme());
        assert!(
            hash.matches(password, &mut memory),
            "{scheme} by {made_by} does not know {password:?}"
        );
        let wrong = format!("{password}.");
        assert!(
            !hash.matches(&wrong, &mut memory),
            "{scheme} by {made_by} takes {wrong:?} for {password:?}"
        );
    }
}

/// Made by the reference program: `printf 'correct horse' | argon2 saltsalt -id -t 2 -k 64 -p 1`.
const OURS: &str =
    "$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHQ$IWJR6forQfRjS4Y1mffdqnUx3GwYyJwSZsDZt9LHzUM";

fn matches(password: &str, stored: &str) -> bool {
    let stored = StoredHash::parse(stored).expect("a hash");
    stored.matches(password, &mut memory())
}

#[test]
fn a_hash_of_the_reference_program_is_understood() {
    assert!(matches("correct horse", OURS));
    assert!(!matches("correct horses", OURS));
}

#[test]
fn every_byte_of_the_output_counts() {
    let stored = StoredHash::parse(OURS).expect("a hash");
    for index in 0..stored.output.len() {
        let mut changed = stored.clone();
        changed.output[index] ^= 1;
        assert!(
            !changed.matches("correct horse", &mut memory()),
            "byte {index}"
        );
    }
}

#[test]
fn our_own_hash_knows_its_password_and_no_other() {
    let scheme = Scheme::own(64, 2).expect("a cost");
    let stored = hash(&scheme, b"correct horse", &[7; 16], &mut memory()).expect("hashed");
    assert!(
        stored
            .expose()
            .starts_with("$argon2id$v=19$m=64,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$")
    );
    assert_eq!(stored.scheme(), "$argon2id$v=19$m=64,t=2,p=1");
    assert!(matches("correct horse", stored.expose()));
    assert!(!matches("Correct horse", stored.expose()));
}

#[test]
fn argon2_of_another_program_is_told_from_ours() {
    let stored = import(OURS).expect("a hash");
    assert_eq!(stored.expose(), format!("argon2{OURS}"));
    assert_eq!(stored.scheme(), "argon2$argon2id$v=19$m=64,t=2,p=1");
    assert!(matches("correct horse", stored.expose()));
    // As Django writes it.
    let again = import(stored.expose()).expect("a hash");
    assert_eq!(again.expose(), stored.expose());
}

#[test]
fn bcrypt_looks_at_72_bytes_and_spare_bits_do_not_count() {
    let scheme: Scheme = "$2b$04".parse().expect("a scheme");
    let of = |password: &[u8]| {
        let mut output = [0; 23];
        let done = scheme.compute(password, &[7; 16], &mut output, &mut memory());
        done.map(|()| output).expect("computed")
    };
    let long = [b'x'; 80];
    assert_eq!(of(&long), of(&long[..72]));
    assert_ne!(of(&long), of(&long[..71]));
    assert_ne!(of(b""), of(b"x"));
    // The last character of a salt has four bits to spare, that of an output two.
    let parsed = |text: &str| {
        let hash = StoredHash::parse(text).expect("a hash");
        (hash.salt, hash.output)
    };
    let of = |salt: &str, output: &str| {
        parsed(&format!(
            "$2b$04$.....................{salt}kgD1XtJNdCgRqXdaT5bDkpZ5rXDOlY{output}"
        ))
    };
    assert_eq!(of(".", "C"), of("/", "D"));
    assert_ne!(of(".", "C"), of("O", "C"));
    assert_ne!(of(".", "C"), of(".", "G"));
}

#[test]
fn pbkdf2_costs_by_its_output_too() {
    // 40 bytes of SHA-1 are two blocks, each of all iterations.
    let output = STANDARD_NO_PAD.encode([7; 40]);
    let hash = StoredHash::parse(&format!("pbkdf2_sha1$1000$salt${output}")).expect("a hash");
    assert_eq!(hash.scheme().to_string(), "$pbkdf2-sha1$2000");
    let beyond = StoredHash::parse(&format!("pbkdf2_sha1$2500001$salt${output}"));
    assert!(matches!(
        beyond.err(),
        Some(HashRefusal::TooCostly { max: 5_000_000, .. })
    ));
}

#[test]
fn salt_and_output_have_bounds() {
    let text = |salt: usize, output: usize| {
        let (salt, output) = (vec![7; salt], vec![7; output]);
        let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
        format!("$argon2id$v=19$m=64,t=2,p=1${salt}${output}")
    };
    let refusal = |salt, output| import(&text(salt, output)).err();
    assert_eq!(refusal(8, 16), None);
    assert_eq!(refusal(64, 64), None);
    assert_eq!(refusal(7, 32), Some(HashRefusal::Malformed));
    assert_eq!(refusal(65, 32), Some(HashRefusal::TooLong { max: 64 }));
    assert_eq!(refusal(16, 65), Some(HashRefusal::TooLong { max: 64 }));
    assert_eq!(refusal(16, 15), Some(HashRefusal::TooShort { min: 16 }));
    let django = format!("pbkdf2_sha256$1000${}$", "s".repeat(65));
    let django = django + &PADDED.encode([7; 32]);
    assert_eq!(
        import(&django).err(),
        Some(HashRefusal::TooLong { max: 64 })
    );
}

#[test]
fn what_is_no_hash_that_can_be_verified_is_refused() {
    for text in [
        "",
        "$",
        "plain",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$1$salt$hash",
        "$2x$10$......................kgD1XtJNdCgRqXdaT5bDkpZ5rXDOlYC",
        "$argon2d$v=19$m=64,t=2,p=1$c2FsdHNhbHQ$IWJR6forQfRjS4Y1mffdqnUx3GwYyJwSZsDZt9LHzUM",
        "md5$salt$hash",
        "!unusable",
    ] {
        assert_eq!(
            import(text).err(),
            Some(HashRefusal::UnknownScheme),
            "{text:?}"
        );
    }
}

#[test]
fn what_is_not_in_the_form_of_its_scheme_is_refused() {
    for text in [
        "$2b$10$short",
        "$2b$1$......................kgD1XtJNdCgRqXdaT5bDkpZ5rXDOlYC",
        "$2b$010$......................kgD1XtJNdCgRqXdaT5bDkpZ5rXDOlYC",
        "$2b$10$......................kgD1XtJNdCgRqXdaT5bDkpZ5rXDOlY",
        "$2b$10$......................kgD1XtJNdCgRqXdaT5bDkpZ5rXDOlY!",
        "scrypt$16383$salt$8$5$BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
        "scrypt$0$salt$8$5$BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
        "pbkdf2_sha256$1000$salt$?",
        "pbkdf2_sha256$x$salt$BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
        "$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHQ=$IWJR6forQfRjS4Y1mffdqnUx3GwYyJwSZsDZt9LHzUM",
    ] {
        assert_eq!(import(text).err(), Some(HashRefusal::Malformed), "{text:?}");
    }
    for text in [
        "$2b$10$é.....................kgD1XtJNdCgRqXdaT5bDkpZ5rXDOlYC",
        "$2b$10$\u{10ffff}",
    ] {
        assert!(import(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_decoy_has_no_password_and_the_cost_of_a_hash() {
    let random = Random::from_seed(7);
    for text in [
        "$argon2id$v=19$m=64,t=2,p=1",
        "$2b$04",
        "$pbkdf2-sha512$10",
        "$scrypt$ln=4,r=8,p=1",
    ] {
        let scheme: Scheme = text.parse().expect("a scheme");
        let decoy = StoredHash::decoy(scheme.clone(), &random);
        assert_eq!(decoy.scheme(), &scheme);
        assert_eq!(
            (decoy.salt.len(), decoy.output.len()),
            scheme.usual_lengths()
        );
        for password in ["", "correct horse"] {
            assert!(!decoy.matches(password, &mut memory()), "{text}");
        }
    }
}

/// Any text, and what begins as hashes do.
const TEXTS: &str = "\\PC{0,80}|\
    (\\$|argon2\\$|bcrypt\\$|scrypt[$:]|pbkdf2_sha1\\$|pbkdf2:sha1:|\\$wp\\$2y\\$|AQAAA[A-Z])\
    [a-zA-Z0-9$=,:./+]{0,90}";

proptest! {
    #[test]
    fn no_text_is_too_much(text in TEXTS) {
        if let Ok(stored) = import(&text) {
            let hash = StoredHash::parse(stored.expose()).expect("a hash that was taken");
            prop_assert_eq!(hash.scheme().to_string(), stored.scheme());
        }
    }
}
