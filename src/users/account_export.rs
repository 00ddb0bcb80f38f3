//! An export of an account: one JSON document, read from the database in steps. So a large account
//! needs little memory, and holds no connection for long.

use serde::Serialize;

use crate::db::{DbConn, DbError};

/// A step ends once it has this many bytes. One more page of a list may exceed it.
const STEP_BYTES: usize = 64 * 1024;
/// A step ends once it has read this many entries. One more page of a list may exceed it.
const STEP_ENTRIES: usize = 1_000;

/// A part of an export.
pub enum ExportPart {
    /// What is known already, as JSON.
    Value(Vec<u8>),
    /// What is still to be read.
    List(ExportList),
    /// Parts by their names, in this order.
    Object(Vec<(&'static str, ExportPart)>),
}

/// A list that is read in pages. Each page begins behind the key of the last entry; keys never
/// change. So an entry that exists throughout the export comes exactly once.
pub struct ExportList(Box<ReadPage>);

/// Reads the next page and appends it to a text.
type ReadPage = dyn FnMut(&mut DbConn, &mut Vec<u8>) -> Result<ExportPage, ExportError> + Send;

/// What was read of a list.
struct ExportPage {
    entries: usize,
    is_last: bool,
}

/// The rest of an export that has begun.
pub struct AccountExport {
    /// What is still to be written, the next one last.
    left: Vec<Piece>,
}

enum Piece {
    Text(Vec<u8>),
    List(ExportList),
}

/// A piece of the document, and what comes behind it, if anything does.
pub type ExportStep = (Vec<u8>, Option<AccountExport>);

/// Why an export cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbError),
    /// An entry cannot be written: a defect of ours.
    #[error("an entry cannot be written")]
    Entry(#[from] serde_json::Error),
}

impl ExportPart {
    /// A part that is known already.
    ///
    /// # Errors
    /// When it cannot be written, which nothing is known to cause.
    pub fn value(value: &impl Serialize) -> Result<Self, ExportError> {
        Ok(Self::Value(serde_json::to_vec(value)?))
    }

    /// A list of which `read` gives at most as many entries as it is asked for, `page`: those
    /// behind a key, in the order of their keys, each with its own.
    pub fn list<K, T, F>(page: usize, read: F) -> Self
    where
        F: Fn(&mut DbConn, Option<K>, i64) -> Result<Vec<(K, T)>, DbError> + Send + 'static,
        K: Copy + Send + 'static,
        T: Serialize,
    {
        Self::list_in_part(page, move |conn, after, limit| {
            let entries = read(conn, after, limit)?.into_iter();
            Ok(entries.map(|(key, entry)| (key, Some(entry))).collect())
        })
    }

    /// The same where of some entries only the key is given: they are left out.
    pub fn list_in_part<K, T, F>(page: usize, read: F) -> Self
    where
        F: Fn(&mut DbConn, Option<K>, i64) -> Result<Vec<(K, Option<T>)>, DbError> + Send + 'static,
        K: Copy + Send + 'static,
        T: Serialize,
    {
        let (mut after, mut has_begun) = (None, false);
        Self::List(ExportList(Box::new(
            move |conn: &mut DbConn, text: &mut Vec<u8>| {
                let entries = read(conn, after, page as i64)?;
                let count = entries.len();
                for (key, entry) in entries {
                    after = Some(key);
                    let Some(entry) = entry else {
                        continue;
                    };
                    if has_begun {
                        text.push(b',');
                    }
                    serde_json::to_writer(&mut *text, &entry)?;
                    has_begun = true;
                }
                Ok(ExportPage {
                    entries: count,
                    is_last: count < page,
                })
            },
        )))
    }

    fn add_to(self, pieces: &mut Vec<Piece>) {
        match self {
            Self::Value(text) => pieces.push(Piece::Text(text)),
            Self::List(list) => {
                pieces.push(Piece::Text(b"[".into()));
                pieces.push(Piece::List(list));
                pieces.push(Piece::Text(b"]".into()));
            }
            Self::Object(parts) => {
                pieces.push(Piece::Text(b"{".into()));
                for (number, (name, part)) in parts.into_iter().enumerate() {
                    let comma = if number > 0 { "," } else { "" };
                    pieces.push(Piece::Text(format!("{comma}\"{name}\":").into()));
                    part.add_to(pieces);
                }
                pieces.push(Piece::Text(b"}".into()));
            }
        }
    }
}

impl AccountExport {
    /// Nothing of the document is read yet.
    pub fn new(document: ExportPart) -> Self {
        let mut left = Vec::new();
        document.add_to(&mut left);
        left.reverse();
        Self { left }
    }

    /// Reads on.
    ///
    /// # Errors
    /// When the database fails, or an entry cannot be written.
    pub fn step(mut self, conn: &mut DbConn) -> Result<ExportStep, ExportError> {
        let (mut text, mut entries) = (Vec::new(), 0);
        while text.len() < STEP_BYTES && entries < STEP_ENTRIES {
            match self.left.pop() {
                None => return Ok((text, None)),
                Some(Piece::Text(piece)) => text.extend(piece),
                Some(Piece::List(mut list)) => {
                    let read = (list.0)(conn, &mut text)?;
                    entries += read.entries;
                    if !read.is_last {
                        self.left.push(Piece::List(list));
                    }
                }
            }
        }
        Ok((text, Some(self)))
    }
}
