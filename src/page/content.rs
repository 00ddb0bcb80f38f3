//! What is sent for a file, made ahead.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzEncoder;
use sha2::{Digest, Sha256};

use super::POLICY;

/// A file in both forms in which it is sent.
pub struct Content {
    /// What `Content-Type` says.
    pub media_type: &'static str,
    /// A document's Content-Security-Policy.
    pub policy: Option<String>,
    /// As it is.
    pub plain: Form,
    /// Compressed.
    pub gzip: Form,
}

/// One form of a file.
pub struct Form {
    /// The body.
    pub bytes: Bytes,
    /// Its ETag, without quotes.
    pub tag: String,
}

impl Content {
    /// A file, by the ending of its name. Nobody frames a document among them.
    pub fn of_file(path: &str, bytes: &'static [u8]) -> Self {
        let (_, ending) = path.rsplit_once('.').unwrap_or_default();
        let media_type = match ending {
            "html" => return Self::document(Bytes::from_static(bytes), "'none'"),
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "json" => "application/json",
            "svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        Self::new(media_type, Bytes::from_static(bytes), None)
    }

    /// A document that these may frame, in the words of the policy.
    pub fn document(bytes: Bytes, frame_ancestors: &str) -> Self {
        let policy = format!("{POLICY}{frame_ancestors}");
        Self::new("text/html; charset=utf-8", bytes, Some(policy))
    }

    /// The policy is part of the tag: browsers keep that of a document which they find unchanged.
    fn new(media_type: &'static str, bytes: Bytes, policy: Option<String>) -> Self {
        let hash = Sha256::new().chain_update(&bytes);
        let hash = hash.chain_update(policy.as_deref().unwrap_or_default());
        let tag = URL_SAFE_NO_PAD.encode(hash.finalize());
        let gzip = Form {
            bytes: compressed(&bytes),
            tag: format!("{tag}-gzip"),
        };
        Self {
            media_type,
            policy,
            plain: Form { bytes, tag },
            gzip,
        }
    }
}

fn compressed(bytes: &[u8]) -> Bytes {
    let mut made = Vec::new();
    let read = GzEncoder::new(bytes, Compression::best()).read_to_end(&mut made);
    // Reading from memory never fails.
    debug_assert!(read.is_ok(), "{read:?}");
    made.into()
}
