//! The id of a session.

use crate::ids::random_id;

random_id! {
    /// A session's random id: whoever knows it can read the session.
    SessionId
}
