//! The id of a login: of one signed-in device.

use crate::ids::random_id;

random_id! {
    /// A login's random id. It is no secret: the access token names it.
    LoginId
}
