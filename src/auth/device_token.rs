//! The format of the cookie `device`, which tells a device that has signed in before from a
//! stranger.
//!
//! `deviceId[16] ‖ HMAC-SHA-256(deviceId ‖ folded address)[32]`, in base64url without padding. It
//! signs nobody in: guesses from such a device are counted by themselves.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::config::{KeyPurpose, MasterSecrets};
use crate::mac::MacKeys;
use crate::random::Random;
use crate::text;
use crate::users::FoldedEmail;

const ID_BYTES: usize = 16;

/// A device's random id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceId([u8; ID_BYTES]);

impl DeviceId {
    /// A new id.
    pub fn generate(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

text::secret! {
    /// A device token in the clear, from or for its device.
    DeviceTokenText
}

/// Makes and proves device tokens.
#[derive(Clone)]
pub struct DeviceTokenKey(MacKeys);

impl DeviceTokenKey {
    /// Derived for this purpose alone.
    pub fn new(secrets: &MasterSecrets) -> Self {
        Self(MacKeys::derive(secrets, KeyPurpose::Device))
    }

    /// The token of a device on which someone has signed in with this address.
    pub fn encode(&self, device: DeviceId, email: &FoldedEmail) -> DeviceTokenText {
        let mac = self.0.mac(&[&device.0, email.as_str().as_bytes()]);
        let bytes = [device.0.as_slice(), &mac].concat();
        DeviceTokenText::new(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a token that one of these keys made for this address; `None` for everything else. The
    /// MAC is compared in constant time.
    pub fn decode(&self, text: &DeviceTokenText, email: &FoldedEmail) -> Option<DeviceId> {
        let bytes = URL_SAFE_NO_PAD.decode(text.expose()).ok()?;
        let (device, mac) = bytes.split_first_chunk::<ID_BYTES>()?;
        let is_ours = self.0.is_mac(&[device, email.as_str().as_bytes()], mac);
        is_ours.then_some(DeviceId(*device))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::MasterSecret;

    fn keys(current: u8, previous: Option<u8>) -> DeviceTokenKey {
        let secret = |byte| MasterSecret::new(vec![byte; 32]).expect("long enough");
        DeviceTokenKey::new(&MasterSecrets {
            current: secret(current),
            previous: previous.map(secret),
        })
    }

    fn key(byte: u8) -> DeviceTokenKey {
        keys(byte, None)
    }

    #[test]
    fn a_token_is_good_for_its_key_and_its_address_alone() {
        let device = DeviceId::generate(&Random::from_seed(7));
        let mina = FoldedEmail::of("mina@example.com");
        let token = key(1).encode(device, &mina);
        assert_eq!(token.expose().len(), 64);
        assert_eq!(key(1).decode(&token, &mina), Some(device));
        assert_eq!(key(2).decode(&token, &mina), None);
        assert_eq!(keys(2, Some(1)).decode(&token, &mina), Some(device));
        let noah = FoldedEmail::of("noah@example.com");
        assert_eq!(key(1).decode(&token, &noah), None);
        let shown = format!("{token:?}");
        assert!(!shown.contains(token.expose()), "{shown}");
    }

    /// Made by another program: tokens that are out there must stay good.
    #[test]
    fn the_bytes_of_a_token_never_change() {
        let token = key(1).encode(DeviceId([0x22; 16]), &FoldedEmail::of("mina@example.com"));
        let text = "IiIiIiIiIiIiIiIiIiIiIsLOm3vrvBWG4Lyi0ZIQoz1ZDLDUP1k2Lcg8MY_O6rTZ";
        assert_eq!(token.expose(), text);
    }

    #[test]
    fn junk_and_every_changed_bit_are_refused() {
        let mina = FoldedEmail::of("mina@example.com");
        let token = key(1).encode(DeviceId::generate(&Random::from_seed(7)), &mina);
        let decode = |text: String| key(1).decode(&DeviceTokenText::new(text), &mina);
        for junk in ["", "x", "é", &"A".repeat(64), &token.expose()[..63]] {
            assert_eq!(decode(junk.into()), None, "{junk:?}");
        }
        let bytes = URL_SAFE_NO_PAD.decode(token.expose()).expect("base64");
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1u8 << (bit % 8);
            assert_eq!(decode(URL_SAFE_NO_PAD.encode(bytes)), None, "bit {bit}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_spelled_as_we_spell_it(
            id: [u8; 16], place in 0..64_usize, other: char
        ) {
            let mina = FoldedEmail::of("mina@example.com");
            let token = key(1).encode(DeviceId(id), &mina);
            let mut text: Vec<char> = token.expose().chars().collect();
            text[place] = other;
            let text = String::from_iter(text);
            let found = key(1).decode(&DeviceTokenText::new(text.clone()), &mina);
            prop_assert_eq!(found, (text == token.expose()).then_some(DeviceId(id)));
        }

        #[test]
        fn no_junk_is_a_token(text: String) {
            let mina = FoldedEmail::of("mina@example.com");
            prop_assert_eq!(key(1).decode(&DeviceTokenText::new(text), &mina), None);
        }
    }
}
