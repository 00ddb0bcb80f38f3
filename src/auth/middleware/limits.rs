//! Who a request is counted for: its network, until it is known which account asks.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use super::sent_token;
use crate::auth::AuthService;
use crate::http::client_address::ClientAddress;
use crate::http::rate_limits::{Holder, Limit, Limits, Taken};
use crate::http::{ApiError, ErrorCode, health};
use crate::users::{CurrentUser, UserId};

/// The pattern of the URL of streams.
const STREAMS: &str = "/api/sessions/{sessionId}/events";

/// The patterns of the page's URLs that are answered from memory, so that all phones of a hall load
/// it from behind one address: sending these costs no more than refusing them.
const PAGE: [&str; 7] = [
    "/{file:(app|client)/.*}",
    "/join/{code}",
    "/s/{sessionId}",
    "/s/{sessionId}/screen",
    "/account",
    "/sign-in",
    "/register",
];

/// What the bucket of the network has given for this request.
struct OfNetwork(Taken);

/// The buckets of the account and of all bearers in its network have given for this request.
struct OfAccount;

fn account(user_id: UserId) -> Holder {
    Holder::Account(user_id.get())
}

/// The limit of all requests together. Health checks are exempt by their literal paths: whatever
/// else leads to them is counted. Streams have a limit of their own: all of a hall must be able to
/// come back at once. The page has none.
///
/// Each request counts for its network at first. A valid token has this given back and counts for
/// its account ([`count_for_account`]). Where the network has nothing left, a token that this
/// worker has checked before, and a few that it has not, are looked at here.
///
/// # Errors
/// Those of the services within.
pub async fn check_everything<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if !health::PATHS.contains(&request.path())
        && !is_stream_or_page(&request)
        && let Err(error) = count(&request).await
    {
        return Ok(request.error_response(error).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn is_stream_or_page(request: &ServiceRequest) -> bool {
    let pattern = request.match_pattern();
    let is_exempt = |pattern| pattern == STREAMS || PAGE.contains(&pattern);
    request.method() == Method::GET && pattern.as_deref().is_some_and(is_exempt)
}

async fn count(request: &ServiceRequest) -> Result<(), ApiError> {
    let limits = limits(request)?;
    let network = network(request);
    match limits.take(Limit::Everything, network) {
        Ok(taken) => {
            request.extensions_mut().insert(OfNetwork(taken));
            Ok(())
        }
        Err(refused) => {
            let user = known_user(request, &limits, network).await?;
            count_for_account(request, user.ok_or(refused)?)
        }
    }
}

/// The account that a request speaks for, if finding out costs little or may cost a check.
async fn known_user(
    request: &ServiceRequest,
    limits: &Limits,
    network: Holder,
) -> Result<Option<CurrentUser>, ApiError> {
    let Ok(Some(token)) = sent_token(request) else {
        return Ok(None);
    };
    let auth = request.app_data::<web::Data<AuthService>>();
    let auth = auth.ok_or(ErrorCode::InternalError)?;
    let may_check = || limits.try_take(Limit::TokenChecks, network).is_ok();
    if !auth.access_tokens.is_known(token.expose()) && !may_check() {
        return Ok(None);
    }
    match auth.authenticate(&token).await.map_err(ApiError::from) {
        Ok(user) => Ok(Some(user)),
        Err(error) if error.code.status().is_client_error() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Counts a request for the account that it speaks for, and for all accounts of its network
/// together; its network gets back what it has given.
///
/// # Errors
/// 429.
pub fn count_for_account(request: &ServiceRequest, user: CurrentUser) -> Result<(), ApiError> {
    let limits = limits(request)?;
    let mut extensions = request.extensions_mut();
    if extensions.contains::<OfAccount>() {
        return Ok(());
    }
    if let Some(OfNetwork(taken)) = extensions.remove() {
        limits.give_back(&[taken]);
    }
    let network = network(request);
    limits.take_all(&[
        (Limit::AccountEverything, account(user.user_id)),
        (Limit::Bearers, network),
    ])?;
    extensions.insert(OfAccount);
    Ok(())
}

/// The limit of likes and their taking back: of the account, and of all in its network. Within the
/// bearer check, which knows the account.
///
/// # Errors
/// Those of the services within.
pub async fn check_likes<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match count_like(&request) {
        Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
        Err(error) => Ok(request.error_response(error).map_into_right_body()),
    }
}

fn count_like(request: &ServiceRequest) -> Result<(), ApiError> {
    let limits = limits(request)?;
    let user = request.extensions().get::<CurrentUser>().copied();
    let user = user.ok_or(ErrorCode::MissingToken)?;
    let network = network(request);
    limits.take_all(&[
        (Limit::AccountLikes, account(user.user_id)),
        (Limit::BearerLikes, network),
    ])?;
    Ok(())
}

fn network(request: &ServiceRequest) -> Holder {
    Holder::Network(ClientAddress::of(request.request()).network())
}

fn limits(request: &ServiceRequest) -> Result<web::Data<Limits>, ApiError> {
    let limits = request.app_data::<web::Data<Limits>>();
    Ok(limits.cloned().ok_or(ErrorCode::InternalError)?)
}
