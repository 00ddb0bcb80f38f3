//! Argon2id and its PHC strings.

use std::cell::RefCell;

use argon2::password_hash::Error;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

/// Bounds of a stored hash. It is input like any other: beyond them nothing is computed.
const MAX_MEMORY_KIB: u32 = 128 * 1024;
const MAX_ITERATIONS: u32 = 10;
const MAX_LANES: u32 = 16;

/// Bytes of a salt; RFC 9106, section 3.1, recommends 16.
pub const SALT_BYTES: usize = 16;

/// What one hash costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost(Params);

impl Cost {
    /// In KiB of memory and passes over it, on one lane.
    ///
    /// # Errors
    /// When argon2 does not know such a cost.
    pub fn new(memory_kib: u32, iterations: u32) -> argon2::Result<Self> {
        Params::new(memory_kib, iterations, 1, None).map(Self)
    }
}

thread_local! {
    /// Each hashing thread's memory, used for one hash after the other. Allocated anew each time, two
    /// threads held 225 MB after twenty sign-ins: glibc keeps what was freed.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// Hashes to a PHC string.
///
/// # Errors
/// When argon2 refuses its input, which it does for none of ours.
pub fn hash(password: &[u8], salt: &[u8; SALT_BYTES], cost: &Cost) -> Result<String, Error> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.0.clone());
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    compute(&argon2, password, salt, &mut output)?;
    phc(salt, &output, cost)
}

/// The PHC string of a hash that no password has, made without computing one: comparing with it
/// costs what comparing with a real one does.
///
/// # Errors
/// When argon2 refuses its input, which it does for none of ours.
pub fn decoy(
    salt: &[u8; SALT_BYTES],
    unguessable: &[u8; 32],
    cost: &Cost,
) -> Result<String, Error> {
    phc(salt, unguessable, cost)
}

fn phc(salt: &[u8], output: &[u8], cost: &Cost) -> Result<String, Error> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&cost.0)?,
        salt: Some(Salt::new(salt)?),
        hash: Some(Output::new(output)?),
    };
    Ok(hash.to_string())
}

/// Whether `password` is the one behind the PHC string. False for a string that is none, or whose
/// cost is out of bounds. The outputs are compared in constant time.
pub fn verify(password: &[u8], phc: &str) -> bool {
    parse(phc).is_some_and(|(hash, params)| matches(password, &hash, params).unwrap_or(false))
}

fn matches(password: &[u8], hash: &PasswordHash, params: Params) -> Result<bool, Error> {
    let algorithm = Algorithm::try_from(hash.algorithm.as_str())?;
    let version = hash.version.map(Version::try_from).transpose()?;
    let argon2 = Argon2::new(algorithm, version.unwrap_or_default(), params);
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Ok(false);
    };
    let mut output = vec![0; expected.len()];
    compute(&argon2, password, salt, &mut output)?;
    Ok(Output::new(&output)? == *expected)
}

fn compute(
    argon2: &Argon2<'_>,
    password: &[u8],
    salt: &[u8],
    output: &mut [u8],
) -> argon2::Result<()> {
    let params = argon2.params();
    let needed = params.block_count();
    MEMORY.with_borrow_mut(|memory| {
        if memory.len() < needed {
            memory.resize(needed, Block::default());
        }
        let blocks = memory.get_mut(..needed).unwrap_or_default();
        argon2.hash_password_into_with_memory(password, salt, output, blocks)
    })?;
    // One line per hash, so that work can be counted.
    tracing::debug!(
        memory_kib = params.m_cost(),
        iterations = params.t_cost(),
        "password hashed"
    );
    Ok(())
}

/// Whether the string was made with less than `cost`.
pub fn needs_rehash(phc: &str, cost: &Cost) -> bool {
    parse(phc).is_none_or(|(hash, params)| {
        hash.algorithm != Algorithm::Argon2id.ident()
            || params.m_cost() < cost.0.m_cost()
            || params.t_cost() < cost.0.t_cost()
    })
}

fn parse(phc: &str) -> Option<(PasswordHash, Params)> {
    let hash = PasswordHash::new(phc).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let within_bounds = params.m_cost() <= MAX_MEMORY_KIB
        && params.t_cost() <= MAX_ITERATIONS
        && params.p_cost() <= MAX_LANES;
    within_bounds.then_some((hash, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(memory_kib: u32, iterations: u32) -> Cost {
        Cost::new(memory_kib, iterations).expect("a cost")
    }

    /// Made by the reference program: `printf 'correct horse' | argon2 saltsalt -id -t 2 -k 64 -p 1`.
    #[test]
    fn a_hash_of_the_reference_program_is_understood() {
        let phc = "$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHQ\
             $IWJR6forQfRjS4Y1mffdqnUx3GwYyJwSZsDZt9LHzUM";
        assert!(verify(b"correct horse", phc));
        assert!(!verify(b"correct horses", phc));
    }

    #[test]
    fn memory_that_held_a_larger_hash_changes_nothing() {
        let salt = [7; SALT_BYTES];
        let before = hash(b"correct horse", &salt, &cost(64, 2)).expect("hashed");
        hash(b"another", &salt, &cost(256, 1)).expect("hashed");
        let after = hash(b"correct horse", &salt, &cost(64, 2)).expect("hashed");
        assert_eq!(before, after);
    }

    #[test]
    fn a_hash_knows_its_password_and_no_other() {
        let phc = hash(b"correct horse", &[7; SALT_BYTES], &cost(64, 2)).expect("hashed");
        assert!(phc.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{phc}");
        assert!(verify(b"correct horse", &phc));
        assert!(!verify(b"Correct horse", &phc));
    }

    #[test]
    fn a_hash_is_renewed_when_the_cost_has_grown() {
        let phc = hash(b"correct horse", &[7; SALT_BYTES], &cost(64, 2)).expect("hashed");
        assert!(!needs_rehash(&phc, &cost(64, 2)));
        assert!(!needs_rehash(&phc, &cost(32, 1)));
        assert!(needs_rehash(&phc, &cost(128, 2)));
        assert!(needs_rehash(&phc, &cost(64, 3)));
        assert!(needs_rehash(
            &phc.replace("argon2id", "argon2i"),
            &cost(64, 2)
        ));
    }

    #[test]
    fn a_decoy_has_no_password_and_the_cost_of_a_hash() {
        let phc = decoy(&[7; SALT_BYTES], &[9; 32], &cost(64, 2)).expect("made");
        let (_, params) = parse(&phc).expect("a hash like any other");
        assert_eq!((params.m_cost(), params.t_cost()), (64, 2));
        for password in ["", "correct horse"] {
            assert!(!verify(password.as_bytes(), &phc));
        }
    }

    #[test]
    fn what_is_no_hash_or_too_costly_matches_nothing() {
        let salt_and_hash = "$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";
        for head in ["m=262144,t=2,p=1", "m=64,t=11,p=1", "m=1024,t=2,p=17"] {
            let phc = format!("$argon2id$v=19${head}{salt_and_hash}");
            assert!(parse(&phc).is_none(), "{phc}");
            assert!(!verify(b"x", &phc));
        }
        assert!(parse(&format!("$argon2id$v=19$m=64,t=2,p=1{salt_and_hash}")).is_some());
        for phc in [
            "",
            "$",
            "plain",
            "$2b$10$abc",
            "$argon2id$v=19$m=64,t=2,p=1$$",
        ] {
            assert!(!verify(b"x", phc), "{phc:?}");
        }
    }
}
