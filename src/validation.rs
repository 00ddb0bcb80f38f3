//! Why a value from outside was refused.

/// A reason that a client can act on. The words for it are in `locales/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// A field that must be there is not.
    #[error("is missing")]
    Missing,
    /// A field that nobody reads: a misspelling, or a wish we do not fulfil.
    #[error("is not a known field")]
    Unknown,
    /// A number, an object or the like, where a text belongs.
    #[error("must be a string")]
    NotText,
    /// A text of spaces, or of nothing.
    #[error("must not be blank")]
    Blank,
    /// A number beyond the bounds, or none.
    #[error("must be a whole number from {min} to {max}")]
    OutOfRange {
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
    },
    /// Fewer characters than allowed.
    #[error("must have at least {min} characters")]
    TooShort {
        /// The bound.
        min: u32,
    },
    /// More characters than allowed.
    #[error("must have at most {max} characters")]
    TooLong {
        /// The bound.
        max: u32,
    },
    /// A password that is guessed first, with little added.
    #[error("is easy to guess: it is common or follows a simple pattern")]
    TooCommon,
    /// A password that is made of the address, the nickname or the service's name, with little
    /// added.
    #[error("is too close to the e-mail address, the nickname or the name of the service")]
    TooSimilar,
    /// U+0000, which no text may hold.
    #[error("contains the character U+0000")]
    NullCharacter,
    /// A control character other than line feed and tab, which no text for people may hold.
    #[error("contains the control character U+{:04X}", u32::from(*.0))]
    ControlCharacter(char),
    /// A control character where no line may end.
    #[error("must be one line, without tabs and other control characters")]
    NotOneLine,
    /// Half a pair of surrogates, which JSON can escape and no text can hold.
    #[error("contains half a pair of surrogates")]
    LoneSurrogate,
    /// A name that is there more than once: programs disagree which value counts.
    #[error("is there more than once")]
    Duplicate,
    /// No mail could reach it.
    #[error("must look like name@example.com")]
    NotAnEmail,
    /// A character that a nickname may not have.
    #[error("contains {0:?}: use only letters, digits, emoji, \"_\", \"-\" and \".\"")]
    NicknameCharacter(char),
    /// Something else, where `true` or `false` belongs.
    #[error("must be true or false")]
    NotBoolean,
    /// Something else, where a whole number belongs, or one beyond its bounds.
    #[error("must be a whole number, within its bounds")]
    NotAnInteger,
    /// Something else, where an object belongs.
    #[error("must be an object")]
    NotAnObject,
    /// Something else, where a list belongs.
    #[error("must be a list")]
    NotAList,
    /// A list of more items than allowed.
    #[error("must have at most {max} items")]
    TooMany {
        /// The bound.
        max: u32,
    },
    /// No time as RFC 3339 writes it.
    #[error("must be a time such as 2026-03-01T12:00:00Z")]
    NotATime,
    /// A time that is over, or more than a year by the calendar away.
    #[error("must be in the future, at most one year from now")]
    NotWithinAYear,
    /// No `change` of a session.
    #[error("must be a `change` of a session, such as 7k2m9q-41")]
    NotAPosition,
    /// Nothing that an `Idempotency-Key` may be.
    #[error("must be one header of 1 to 64 visible characters of ASCII")]
    NotAKey,
    /// Another entry of the list has it already, spelled alike.
    #[error("is that of another entry, too")]
    NotUnique,
    /// Nothing that any id is.
    #[error("must be an id, such as pWkFqbhoRCaU1rFnnRyZ8Q")]
    NotAnId,
    /// Not one of the words that are allowed.
    #[error("must be one of: {}", .0.join(", "))]
    NotOneOf(&'static [&'static str]),
}

impl Invalid {
    /// The stable code of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unknown => "unknown_field",
            Self::NotText => "wrong_type",
            Self::Blank => "blank",
            Self::OutOfRange { .. } => "out_of_range",
            Self::TooShort { .. } => "too_short",
            Self::TooLong { .. } => "too_long",
            Self::TooCommon => "too_common",
            Self::TooSimilar => "too_similar",
            Self::NullCharacter => "null_character",
            Self::ControlCharacter(_) => "control_character",
            Self::NotOneLine => "not_one_line",
            Self::LoneSurrogate => "lone_surrogate",
            Self::Duplicate => "duplicate",
            Self::NotAnEmail => "not_an_email",
            Self::NicknameCharacter(_) => "character_not_allowed",
            Self::NotBoolean => "not_a_boolean",
            Self::NotAnInteger => "not_an_integer",
            Self::NotAnObject => "not_an_object",
            Self::NotAList => "not_a_list",
            Self::TooMany { .. } => "too_many",
            Self::NotATime => "not_a_time",
            Self::NotWithinAYear => "not_within_a_year",
            Self::NotAPosition => "not_a_change",
            Self::NotAKey => "not_a_key",
            Self::NotUnique => "not_unique",
            Self::NotAnId => "not_an_id",
            Self::NotOneOf(_) => "not_one_of",
        }
    }
}

/// The text as it is.
///
/// # Errors
/// When it holds U+0000, which PostgreSQL cannot store.
pub fn without_null(text: &str) -> Result<&str, Invalid> {
    if text.contains('\0') {
        Err(Invalid::NullCharacter)
    } else {
        Ok(text)
    }
}
