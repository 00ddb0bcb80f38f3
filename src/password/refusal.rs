//! Why a hash of another program is not taken.

/// Said of an imported line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashRefusal {
    /// None of the schemes that can be verified.
    #[error("uses a scheme that Askit cannot verify")]
    UnknownScheme,
    /// A known scheme, but not in its form.
    #[error("does not have the form of its scheme")]
    Malformed,
    /// A parameter that a program keeps beside its hashes is missing, or none that it can be.
    #[error("needs {0} in hashParameters, in the form of its program")]
    Parameter(&'static str),
    /// A known scheme in its form that would take too long or too much memory.
    #[error("costs too much: {what} must be at most {max}")]
    TooCostly {
        /// What there is too much of.
        what: &'static str,
        /// The bound.
        max: u32,
    },
    /// Salt or output have more bytes than any program gives them.
    #[error("is too long: salt and output must have at most {max} bytes each")]
    TooLong {
        /// The bound.
        max: usize,
    },
    /// So few bytes of output that another password may have the same.
    #[error("is too short: the output must have at least {min} bytes")]
    TooShort {
        /// The bound.
        min: usize,
    },
}
