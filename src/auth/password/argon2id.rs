//! Argon2id and its PHC strings.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

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

/// Hashes to a PHC string.
///
/// # Errors
/// When there is no memory for it.
pub fn hash(password: &[u8], salt: &[u8; SALT_BYTES], cost: &Cost) -> Result<String, Error> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.0.clone());
    let hash: PasswordHash = argon2.hash_password_with_salt(password, salt)?;
    log_work(&cost.0);
    Ok(hash.to_string())
}

/// Whether `password` is the one behind the PHC string. False for a string that is none, or whose
/// cost is out of bounds.
pub fn verify(password: &[u8], phc: &str) -> bool {
    let Some((hash, params)) = parse(phc) else {
        return false;
    };
    let matches = Argon2::default().verify_password(password, &hash).is_ok();
    log_work(&params);
    matches
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

/// One line per hash, so that work can be counted.
fn log_work(params: &Params) {
    tracing::debug!(
        memory_kib = params.m_cost(),
        iterations = params.t_cost(),
        "password hashed"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(memory_kib: u32, iterations: u32) -> Cost {
        Cost::new(memory_kib, iterations).expect("a cost")
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
