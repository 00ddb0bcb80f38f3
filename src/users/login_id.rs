//! The id of a login: of one signed-in device.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::random::Random;

/// Bytes of a login's id: too many to guess.
pub const LOGIN_ID_BYTES: usize = 16;

/// A login's random id. It is no secret: the access token names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginId([u8; LOGIN_ID_BYTES]);

impl LoginId {
    /// A new id.
    pub fn generate(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// From the bytes in a refresh token.
    pub fn from_bytes(bytes: [u8; LOGIN_ID_BYTES]) -> Self {
        Self(bytes)
    }

    /// From a row, an access token or a URL; `None` for what [`Self::to_text`] does not give.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The bytes in a refresh token.
    pub fn as_bytes(&self) -> &[u8; LOGIN_ID_BYTES] {
        &self.0
    }

    /// As it stands in rows and access tokens: 22 characters of base64url.
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_id_has_one_spelling(bytes: [u8; LOGIN_ID_BYTES], text in "[A-Za-z0-9_-]{22}|\\PC{0,30}") {
            let id = LoginId::from_bytes(bytes);
            prop_assert_eq!(LoginId::parse(&id.to_text()), Some(id));
            if let Some(id) = LoginId::parse(&text) {
                prop_assert_eq!(id.to_text(), text);
            }
        }
    }
}
