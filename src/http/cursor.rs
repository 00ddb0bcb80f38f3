//! Cursors: where a list goes on. They are sealed, because they hold numbers of rows, which count
//! what the whole server has.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{ApiError, ErrorCode};
use super::pagination::PageQuery;
use crate::config::{KeyPurpose, MasterSecret, MasterSecrets};
use crate::mac::MacKey;

const NONCE_BYTES: usize = 24;
/// Each key is filled up with spaces to so many bytes, so that its length tells nothing: the
/// longest one has 83.
const KEY_BYTES: usize = 96;

/// Seals cursors under the current secret, and opens those of the previous one, too.
#[derive(Clone)]
pub struct Cursors {
    current: CursorSeal,
    previous: Option<CursorSeal>,
}

#[derive(Clone)]
struct CursorSeal {
    cipher: XChaCha20Poly1305,
    nonces: MacKey,
}

/// The cursors of one list. Those of another list are refused.
pub struct ListCursors<'a> {
    cursors: &'a Cursors,
    list: String,
}

impl Cursors {
    /// With keys for this purpose alone.
    pub fn new(secrets: &MasterSecrets) -> Self {
        Self {
            current: CursorSeal::new(&secrets.current),
            previous: secrets.previous.as_ref().map(CursorSeal::new),
        }
    }

    /// Those of the list with this name, which holds everything that tells it from other lists.
    pub fn of(&self, list: String) -> ListCursors<'_> {
        ListCursors {
            cursors: self,
            list,
        }
    }
}

impl ListCursors<'_> {
    /// Where the list goes on: behind the entry with this key, which [`Self::behind`] has sealed.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidCursor`] for anything else.
    pub fn after<K: DeserializeOwned>(&self, page: &PageQuery) -> Result<Option<K>, ApiError> {
        let open = |cursor: &String| self.open(cursor).ok_or(ErrorCode::InvalidCursor.into());
        page.cursor.as_ref().map(open).transpose()
    }

    /// The cursor with which the list goes on behind the entry with this key. The same key has the
    /// same cursor.
    pub fn behind<K: Serialize>(&self, key: &K) -> String {
        let key = serde_json::json!(key).to_string();
        let sealed = self.cursors.current.seal(&self.list, &key);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    fn open<K: DeserializeOwned>(&self, cursor: &str) -> Option<K> {
        let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let open = |seal: &CursorSeal| seal.open(&self.list, &sealed);
        let previous = || self.cursors.previous.as_ref().and_then(open);
        let key = open(&self.cursors.current).or_else(previous)?;
        serde_json::from_slice(&key).ok()
    }
}

impl CursorSeal {
    fn new(secret: &MasterSecret) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(&secret.derive(KeyPurpose::Cursors).into()),
            nonces: MacKey::derive(secret, KeyPurpose::CursorNonces),
        }
    }

    /// The nonce is a MAC of what is sealed: it differs wherever that does.
    fn seal(&self, list: &str, key: &str) -> Vec<u8> {
        let key = format!("{key:KEY_BYTES$}");
        let mac = self.nonces.mac(&[list.as_bytes(), b"\n", key.as_bytes()]);
        let [nonce @ .., _, _, _, _, _, _, _, _] = mac;
        let payload = Payload {
            msg: key.as_bytes(),
            aad: list.as_bytes(),
        };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.unwrap_or_else(|_| unreachable!("a key is shorter than 256 GiB"));
        [&nonce[..], &sealed].concat()
    }

    fn open(&self, list: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: sealed,
            aad: list.as_bytes(),
        };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Key = (bool, i64);

    fn cursors(current: u8, previous: Option<u8>) -> Cursors {
        let secret = |byte| MasterSecret::new(vec![byte; 32]).expect("long enough");
        Cursors::new(&MasterSecrets {
            current: secret(current),
            previous: previous.map(secret),
        })
    }

    fn after(list: &ListCursors, cursor: &str) -> Result<Option<Key>, ErrorCode> {
        let page = PageQuery {
            cursor: Some(cursor.to_owned()),
            limit: 20,
        };
        list.after(&page).map_err(|error| error.code)
    }

    #[test]
    fn without_a_cursor_a_list_begins() {
        let page = PageQuery {
            cursor: None,
            limit: 20,
        };
        let cursors = cursors(1, None);
        assert!(matches!(
            cursors.of("a".into()).after::<Key>(&page),
            Ok(None)
        ));
    }

    #[test]
    fn a_cursor_is_of_one_list_and_one_secret() {
        let (old, new) = (cursors(1, None), cursors(2, Some(1)));
        let cursor = old.of("a".into()).behind(&(true, 7));
        assert_eq!(after(&old.of("a".into()), &cursor), Ok(Some((true, 7))));
        assert_eq!(after(&new.of("a".into()), &cursor), Ok(Some((true, 7))));
        let refused = Err(ErrorCode::InvalidCursor);
        assert_eq!(after(&old.of("b".into()), &cursor), refused);
        assert_eq!(after(&cursors(2, None).of("a".into()), &cursor), refused);
    }

    #[test]
    fn a_cursor_tells_nothing() {
        let cursors = cursors(1, None);
        let list = cursors.of("a".into());
        let lengths = [(false, 1), (true, i64::MAX)].map(|key: Key| list.behind(&key).len());
        assert_eq!(lengths, [182, 182]);
        let near = [list.behind(&(true, 7)), list.behind(&(true, 8))];
        assert_ne!(near[0][..32], near[1][..32], "two keys have two nonces");
        let bytes = URL_SAFE_NO_PAD.decode(&near[0]).expect("base64url");
        assert!(!bytes.windows(4).any(|it| it == b"true"));
    }

    proptest! {
        #[test]
        fn a_changed_cursor_is_refused(pinned: bool, number: i64, at in 0..182_usize, by in 1..64_u8) {
            let cursors = cursors(1, None);
            let list = cursors.of("a".into());
            let cursor = list.behind(&(pinned, number));
            prop_assert_eq!(after(&list, &cursor), Ok(Some((pinned, number))));
            let alphabet: Vec<_> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_'])
                .collect();
            let changed: String = cursor.chars().enumerate().map(|(place, it)| {
                let index = alphabet.iter().position(|other| *other == it).expect("base64url");
                if place == at { alphabet[(index + usize::from(by)) % 64] } else { it }
            }).collect();
            prop_assert_eq!(after(&list, &changed), Err(ErrorCode::InvalidCursor));
        }

        #[test]
        fn what_was_never_given_is_refused(text in "[A-Za-z0-9_-]{0,240}|\\PC{0,20}") {
            let cursors = cursors(1, None);
            prop_assert_eq!(after(&cursors.of("a".into()), &text), Err(ErrorCode::InvalidCursor));
        }
    }
}
