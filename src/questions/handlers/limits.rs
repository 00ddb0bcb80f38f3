//! The limits of what people write.

use crate::http::ApiError;
use crate::http::client_address::ClientAddress;
use crate::http::rate_limits::{Holder, Limit, Limits, Taken};
use crate::questions::{Place, QuestionsService};
use crate::users::CurrentUser;

/// Counts a question, a reply or an edit: for its account, and a guest's for the network in the
/// session, because whoever wants many guests has them. Tells what was taken, or why nothing was.
///
/// # Errors
/// When the database fails.
pub async fn count(
    limits: &Limits,
    questions: &QuestionsService,
    me: CurrentUser,
    place: Place,
    address: ClientAddress,
) -> Result<Result<Vec<Taken>, ApiError>, ApiError> {
    let account = Holder::Account(me.user_id.get());
    let mut taken = match limits.take(Limit::AccountContributions, account) {
        Ok(taken) => vec![taken],
        Err(refused) => return Ok(Err(refused)),
    };
    if let Some(session_id) = questions.session_of_guest(me, place).await? {
        let room = Holder::Room(address.network(), *session_id.as_bytes());
        match limits.take(Limit::GuestContributions, room) {
            Ok(of_room) => taken.push(of_room),
            Err(refused) => {
                limits.give_back(&taken);
                return Ok(Err(refused));
            }
        }
    }
    Ok(Ok(taken))
}
