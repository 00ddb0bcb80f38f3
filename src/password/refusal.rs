//! Why a hash of another program is not taken.

/// Said of an imported line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashRefusal {
    /// None of the schemes that can be verified.
    #[error("is of a scheme that cannot be verified")]
    UnknownScheme,
    /// A known scheme, but not in its form.
    #[error("is not in the form of its scheme")]
    Malformed,
    /// A known scheme in its form that would take too long or too much memory.
    #[error("costs too much: {what} may be {max} at most")]
    TooCostly {
        /// What there is too much of.
        what: &'static str,
        /// The bound.
        max: u32,
    },
    /// Salt or output have more bytes than any program gives them.
    #[error("is too long: salt and output have at most {max} bytes each")]
    TooLong {
        /// The bound.
        max: usize,
    },
    /// So few bytes of output that another password may have the same.
    #[error("is too short: the output has at least {min} bytes")]
    TooShort {
        /// The bound.
        min: usize,
    },
}
