use serde::Deserialize;

use super::*;

/// Made by the programs that they name.
const VECTORS: &str = include_str!("../../../../tests/data/password_hashes.json");

#[derive(Deserialize)]
struct Vector {
    scheme: String,
    made_by: String,
    password: String,
    hash: String,
}

fn memory() -> Memory {
    Memory::reserve(128 * 1024).expect("memory")
}

#[test]
fn hashes_of_other_programs_know_their_password_and_no_other() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).expect("vectors");
    assert_eq!(vectors.len(), 51);
    let mut memory = memory();
    for vector in vectors {
        let Vector {
            scheme,
            made_by,
            password,
            hash,
        } = &vector;
        let stored = StoredHash::import(hash).expect("a hash of a known scheme");
        let hash = StoredHash::parse(stored.expose()).expect("a hash that was taken");
        assert!(
            hash.matches(password.as_bytes(), &mut memory),
            "{scheme} by {made_by} does not know {password:?}"
        );
        let wrong = format!("{password}.");
        assert!(
            !hash.matches(wrong.as_bytes(), &mut memory),
            "{scheme} by {made_by} takes {wrong:?} for {password:?}"
        );
    }
}
