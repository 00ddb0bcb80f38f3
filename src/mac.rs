//! Message authentication codes: HMAC-SHA-256 under keys that are derived from the master secret.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::config::{KeyPurpose, MasterSecret, MasterSecrets};

/// The length of a MAC.
pub const MAC_BYTES: usize = 32;

/// A key, ready to make MACs and to check them.
#[derive(Clone)]
pub struct MacKey(Hmac<Sha256>);

/// The key of the current secret, which makes and checks MACs, and the one of the previous secret,
/// which checks them.
#[derive(Clone)]
pub struct MacKeys {
    current: MacKey,
    previous: Option<MacKey>,
}

impl MacKey {
    /// A key of these bytes.
    pub fn new(key: &[u8; 32]) -> Self {
        let mac = Hmac::new_from_slice(key);
        Self(mac.unwrap_or_else(|_| unreachable!("HMAC takes a key of any length")))
    }

    /// The key for this purpose alone.
    pub fn derive(secret: &MasterSecret, purpose: KeyPurpose) -> Self {
        Self::new(&secret.derive(purpose))
    }

    /// The MAC of the parts, one after the other. Nothing tells where a part ends: the caller
    /// separates them, or gives each but one a fixed length.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; MAC_BYTES] {
        self.over(parts).finalize().into_bytes().into()
    }

    /// Whether `mac` is the MAC of the parts; compared in constant time.
    pub fn is_mac(&self, parts: &[&[u8]], mac: &[u8]) -> bool {
        self.over(parts).verify_slice(mac).is_ok()
    }

    fn over(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        parts.iter().for_each(|part| mac.update(part));
        mac
    }
}

impl MacKeys {
    /// The keys for this purpose alone.
    pub fn derive(secrets: &MasterSecrets, purpose: KeyPurpose) -> Self {
        let derive = |secret| MacKey::derive(secret, purpose);
        Self {
            current: derive(&secrets.current),
            previous: secrets.previous.as_ref().map(derive),
        }
    }

    /// The MAC under the current key (see [`MacKey::mac`]).
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; MAC_BYTES] {
        self.current.mac(parts)
    }

    /// Whether one of the keys made `mac` of the parts; compared in constant time.
    pub fn is_mac(&self, parts: &[&[u8]], mac: &[u8]) -> bool {
        let made = |key: &MacKey| key.is_mac(parts, mac);
        made(&self.current) || self.previous.as_ref().is_some_and(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(current: u8, previous: Option<u8>) -> MacKeys {
        let secret = |byte| MasterSecret::new(vec![byte; 32]).expect("long enough");
        let secrets = MasterSecrets {
            current: secret(current),
            previous: previous.map(secret),
        };
        MacKeys::derive(&secrets, KeyPurpose::RefreshToken)
    }

    #[test]
    fn the_current_key_makes_and_both_check() {
        let parts: [&[u8]; 2] = [b"one", b"two"];
        let (old, both) = (keys(1, None).mac(&parts), keys(2, Some(1)));
        assert!(both.is_mac(&parts, &old) && both.is_mac(&parts, &both.mac(&parts)));
        assert!(keys(2, None).is_mac(&parts, &both.mac(&parts)));
        assert!(!keys(2, None).is_mac(&parts, &old));
        assert!(!both.is_mac(&[b"one"], &old));
    }

    #[test]
    fn what_is_cut_is_no_mac() {
        let mac = keys(1, None).mac(&[b"one"]);
        for length in 0..MAC_BYTES {
            assert!(!keys(1, None).is_mac(&[b"one"], &mac[..length]));
        }
    }
}
