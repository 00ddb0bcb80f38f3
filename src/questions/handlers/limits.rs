//! The limits of what people write.

use crate::http::client_address::ClientAddress;
use crate::http::rate_limits::{Holder, Limit, Limits, Taken};
use crate::http::{ApiError, ErrorCode};
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
    let taken = take(limits, questions, me, place, address).await?;
    match taken {
        Ok(taken) => Ok(Ok(taken)),
        Err(refused) => Ok(Err(longer(questions, me, place, refused).await?)),
    }
}

/// Of the two waits, that of the limits and that of a slow session, the longer one.
async fn longer(
    questions: &QuestionsService,
    me: CurrentUser,
    place: Place,
    refused: ApiError,
) -> Result<ApiError, ApiError> {
    let slow = questions.slow_mode_left(me, place).await?;
    let slow = slow.map(|wait| ApiError::later(ErrorCode::SlowDown, wait));
    Ok(slow
        .filter(|it| it.retry_after > refused.retry_after)
        .unwrap_or(refused))
}

async fn take(
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

/// Counts a search: for its account, or for the network of who has none.
///
/// # Errors
/// 429.
pub fn count_search(
    limits: &Limits,
    me: Option<CurrentUser>,
    address: ClientAddress,
) -> Result<(), ApiError> {
    let (limit, holder) = match me {
        Some(me) => (Limit::AccountSearches, Holder::Account(me.user_id.get())),
        None => (Limit::Searches, Holder::Network(address.network())),
    };
    limits.take(limit, holder).map(drop)
}
