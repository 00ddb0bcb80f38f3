//! The lines of a file of accounts: each is an object of JSON.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::password::{HashRefusal, StoredHash};
use crate::text;
use crate::users::{Email, Nickname, PasswordHash};
use crate::validation::{Invalid, without_null};

/// The longest line, in bytes.
const MAX_BYTES: u32 = 64 * 1024;
/// What some programs begin a file of UTF-8 with.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// The longest name of an unknown field that is told, in bytes.
const MAX_NAME: usize = 32;

/// An account of another program.
pub struct Account {
    /// Under which it signs in.
    pub email: Email,
    /// Under which others see it.
    pub nickname: Nickname,
    /// In the form in which it is stored.
    pub password_hash: PasswordHash,
}

/// Why a line is refused. It holds nothing of what the line says but the name of a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// More bytes than any account needs.
    #[error("the line has more than {MAX_BYTES} bytes")]
    TooLong,
    /// Bytes that are no text.
    #[error("the line is not UTF-8")]
    NotUtf8,
    /// No JSON from here on, counted in bytes from 1.
    #[error("the line is not valid JSON at byte {0}")]
    NotJson(usize),
    /// JSON, but no object, or one in which a field is there twice.
    #[error("the line must be one JSON object with each field once")]
    NotFields,
    /// A field that nobody reads; its name, where that is one.
    #[error("{} is unknown: use email, nickname, passwordHash and hashParameters", named(.0.as_deref()))]
    UnknownField(Option<String>),
    /// No address that an account can have.
    #[error("the e-mail address {0}")]
    Email(Invalid),
    /// No nickname that an account can have.
    #[error("the nickname {0}")]
    Nickname(Invalid),
    /// No text that can be a hash.
    #[error("the password hash {0}")]
    NoHash(Invalid),
    /// No parameters of a hash.
    #[error("the field hashParameters must be a JSON object")]
    NoParameters,
    /// A hash that is not taken.
    #[error("the password hash {0}")]
    Hash(HashRefusal),
    /// The account is there, or another line's, under another nickname.
    #[error("the e-mail address already has an account with another nickname")]
    EmailTaken,
    /// Another account has it.
    #[error("the nickname is taken")]
    NicknameTaken,
}

fn named(field: Option<&str>) -> String {
    field.map_or_else(|| "a field".into(), |name| format!("the field {name:?}"))
}

/// Reads one line after the other, and counts.
pub struct Lines<R> {
    reader: R,
    /// Of the line that was read last, from 1.
    number: u64,
    /// How many bytes were read.
    pub position: u64,
}

impl<R: BufRead> Lines<R> {
    /// From the first on.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            number: 0,
            position: 0,
        }
    }

    /// The next line that is not empty, with its number; `None` at the end.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn next(&mut self) -> io::Result<Option<(u64, Result<Account, Reason>)>> {
        let mut bytes = Vec::new();
        while self.read(&mut bytes)? {
            let line = match self.number {
                1 => bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes),
                _ => &bytes,
            };
            if line.len() > MAX_BYTES as usize {
                return Ok(Some((self.number, Err(Reason::TooLong))));
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some((self.number, parse(line))));
            }
        }
        Ok(None)
    }

    /// Reads a line without its end, of one that is too long a little more than is allowed. False
    /// at the end of the file.
    fn read(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        line.clear();
        let most = u64::from(MAX_BYTES) + BYTE_ORDER_MARK.len() as u64 + 1;
        let mut read = self.reader.by_ref().take(most).read_until(b'\n', line)?;
        if line.pop_if(|last| *last == b'\n').is_none() {
            read += self.reader.skip_until(b'\n')?;
        }
        self.position += read as u64;
        self.number += u64::from(read > 0);
        Ok(read > 0)
    }
}

/// The fields as they are there. What is null is missing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineFields {
    email: Option<Box<RawValue>>,
    nickname: Option<Box<RawValue>>,
    password_hash: Option<Box<RawValue>>,
    hash_parameters: Option<Box<RawValue>>,
    #[serde(flatten)]
    others: BTreeMap<String, IgnoredAny>,
}

fn parse(line: &[u8]) -> Result<Account, Reason> {
    let line = str::from_utf8(line).or(Err(Reason::NotUtf8))?;
    // The words of the parser may quote the line.
    let fields: LineFields = serde_json::from_str(line).map_err(|error| {
        if error.is_data() {
            Reason::NotFields
        } else {
            Reason::NotJson(error.column())
        }
    })?;
    if let Some(name) = fields.others.into_keys().next() {
        // Only a plain name is repeated: a value in its place may be a secret.
        let is_name = |it: &u8| it.is_ascii_alphanumeric() || *it == b'_';
        let is_name = name.len() <= MAX_NAME && name.as_bytes().iter().all(is_name);
        return Err(Reason::UnknownField(Some(name).filter(|_| is_name)));
    }
    let email = parse_text(fields.email, Email::parse);
    let nickname = parse_text(fields.nickname, Nickname::parse);
    let hash = parse_text(fields.password_hash, |it| Ok(without_null(it)?.to_owned()));
    let (email, nickname) = (
        email.map_err(Reason::Email)?,
        nickname.map_err(Reason::Nickname)?,
    );
    let hash = hash.map_err(Reason::NoHash)?;
    let parameters = fields
        .hash_parameters
        .as_deref()
        .map(parse_object)
        .transpose()?;
    Ok(Account {
        email,
        nickname,
        password_hash: StoredHash::import(&hash, parameters.as_ref()).map_err(Reason::Hash)?,
    })
}

fn parse_object(value: &RawValue) -> Result<Map<String, Value>, Reason> {
    serde_json::from_str(value.get()).or(Err(Reason::NoParameters))
}

fn parse_text<T>(
    value: Option<Box<RawValue>>,
    parse: impl FnOnce(&str) -> Result<T, Invalid>,
) -> Result<T, Invalid> {
    parse(&text::of_json(&value.ok_or(Invalid::Missing)?)?)
}
