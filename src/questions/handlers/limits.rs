//! The limits of what people write.

use crate::http::client_address::ClientAddress;
use crate::http::rate_limits::{Holder, Limit, Limits, Taken};
use crate::http::{ApiError, ErrorCode};
use crate::questions::{Place, QuestionsService};
use crate::users::CurrentUser;

/// Counts a question or a reply that is about to be written, anonymously or not: for its account,
/// and a guest's for the network in the session, because whoever wants many guests has them. Tells
/// what was taken, or why nothing was: of two waits, that of the limits and that of a slow session,
/// the longer one.
///
/// # Errors
/// When the database fails.
pub async fn count(
    limits: &Limits,
    questions: &QuestionsService,
    me: CurrentUser,
    place: Place,
    address: ClientAddress,
    is_anonymous: bool,
) -> Result<Result<Vec<Taken>, ApiError>, ApiError> {
    let refused = match take(limits, questions, me, place, address).await? {
        Ok(taken) => return Ok(Ok(taken)),
        Err(refused) => refused,
    };
    let slow = questions.slow_mode_left(me, place, is_anonymous).await?;
    let slow = slow.map(|wait| ApiError::later(ErrorCode::SlowDown, wait));
    Ok(Err(slow
        .filter(|it| it.retry_after > refused.retry_after)
        .unwrap_or(refused)))
}

/// Counts a change of words likewise, which a slow session lets nobody wait for.
///
/// # Errors
/// 429, or when the database fails.
pub async fn count_edit(
    limits: &Limits,
    questions: &QuestionsService,
    me: CurrentUser,
    place: Place,
    address: ClientAddress,
) -> Result<(), ApiError> {
    let taken = take(limits, questions, me, place, address).await?;
    taken.map(drop)
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
