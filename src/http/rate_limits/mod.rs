//! How many requests a client network may send: token buckets in memory, in the form of GCRA (ITU-T
//! I.371, annex A), which keeps one time for each.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{Error, web};
use chrono::{DateTime, Utc};
use lru::LruCache;
use strum::VariantArray;

use super::client_address::TrustedProxies;
use super::error::{ApiError, ErrorCode};
use super::health;
use crate::client_network::Network;
use crate::clock::SharedClock;
use crate::config::{LimitSettings, Rate, Settings};

/// Buckets that each limit remembers; the one that was used longest ago goes first, and is most
/// likely full again. 14,336 fill a hash table of 16,384 places, as far as it lets itself be
/// filled; one more would double it. Under a million addresses all limits together take 16 MiB.
const CAPACITY: NonZeroUsize = NonZeroUsize::MIN.saturating_add(14_335);
/// How many times the requests of a /64 a /48 may send.
const SITE_FACTOR: u32 = 10;
/// In microseconds.
const SECOND: i64 = 1_000_000;

/// What is limited. Each has buckets of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Limit {
    /// Signing in.
    Login,
    /// Making an account.
    Registration,
    /// Changing the password.
    Password,
    /// Deleting the account.
    Deletion,
    /// Getting everything that is stored about an account, or was said in a session.
    Export,
    /// Writing and changing posts.
    Posts,
    /// Becoming a guest.
    Guests,
    /// Refreshing.
    Token,
    /// Asking for join codes that nobody has.
    JoinCodes,
    /// All requests but health checks.
    Everything,
}

/// Who has sent how much. Clones share it.
#[derive(Clone)]
pub struct Limits {
    clock: SharedClock,
    settings: LimitSettings,
    proxies: TrustedProxies,
    /// In the order of [`Limit`].
    buckets: Arc<[Mutex<Buckets>; Limit::VARIANTS.len()]>,
}

/// When each bucket will be full again, in microseconds since 1970.
type Buckets = LruCache<Network, i64>;

impl Limit {
    fn rate(self, settings: &LimitSettings) -> Rate {
        match self {
            Self::Login
            | Self::Registration
            | Self::Password
            | Self::Deletion
            | Self::Export
            | Self::Posts => settings.credentials,
            Self::Guests => settings.guests,
            Self::Token => settings.token,
            Self::JoinCodes => settings.join_codes,
            Self::Everything => settings.everything,
        }
    }
}

impl Limits {
    /// Every bucket is full.
    pub fn new(settings: &Settings, clock: &SharedClock) -> Self {
        let empty = |_| {
            // One that is made with its bound takes the room for all of them at once.
            let mut buckets = LruCache::unbounded();
            buckets.resize(CAPACITY);
            Mutex::new(buckets)
        };
        Self {
            clock: clock.clone(),
            settings: settings.limits.clone(),
            proxies: TrustedProxies(settings.server.trusted_proxies.clone()),
            buckets: Arc::new(std::array::from_fn(empty)),
        }
    }

    /// Counts one request from this address.
    ///
    /// # Errors
    /// How long to wait, where it was one too many; then it is not counted.
    pub fn take(&self, limit: Limit, address: Option<IpAddr>) -> Result<(), Duration> {
        let buckets = self.buckets.get(limit as usize);
        let Some(buckets) = buckets.filter(|_| self.settings.enabled) else {
            return Ok(());
        };
        let rate = limit.rate(&self.settings);
        let now = self.clock.now().timestamp_micros();
        let network = Network::of(address);
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut full_at = |network| buckets.get(&network).copied().unwrap_or(now);
        let own = pour(rate, full_at(network), now)?;
        if let Some(site) = network.site() {
            let shared = pour(rate.times(SITE_FACTOR), full_at(site), now)?;
            buckets.put(site, shared);
        }
        buckets.put(network, own);
        Ok(())
    }

    /// Takes back what [`Self::take`] counted at `taken`, unless time has done so already.
    fn give_back(&self, limit: Limit, address: Option<IpAddr>, taken: DateTime<Utc>) {
        let Some(buckets) = self.buckets.get(limit as usize) else {
            return;
        };
        let rate = limit.rate(&self.settings);
        let network = Network::of(address);
        let passed = (self.clock.now() - taken).num_microseconds();
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        for (network, rate) in [
            (Some(network), rate),
            (network.site(), rate.times(SITE_FACTOR)),
        ] {
            let interval = SECOND / i64::from(rate.per_second);
            let is_drained = passed.is_none_or(|passed| passed >= interval);
            let bucket = network.and_then(|network| buckets.get_mut(&network));
            if let Some(full_at) = bucket.filter(|_| !is_drained) {
                *full_at -= interval;
            }
        }
    }

    /// Forgets the buckets that are full again, and counts them.
    pub fn sweep(&self, now: DateTime<Utc>) -> usize {
        let now = now.timestamp_micros();
        let of_one = |buckets: &Mutex<Buckets>| {
            let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
            let is_full = |(_, full_at): &(&Network, &i64)| **full_at <= now;
            let full: Vec<_> = buckets.iter().filter(is_full).map(|it| *it.0).collect();
            full.iter().filter_map(|it| buckets.pop(it)).count()
        };
        self.buckets.iter().map(of_one).sum()
    }
}

/// When a bucket will be full again after one request more, or how long there must be none.
fn pour(rate: Rate, full_at: i64, now: i64) -> Result<i64, Duration> {
    let interval = SECOND / i64::from(rate.per_second);
    let depth = interval * i64::from(rate.burst);
    // None is emptier than empty, unless the clock was set back.
    let full_at = if full_at > now + depth {
        now
    } else {
        full_at.max(now)
    };
    match u64::try_from(full_at + interval - depth - now) {
        Ok(wait) if wait > 0 => Err(Duration::from_micros(wait)),
        _ => Ok(full_at + interval),
    }
}

/// Answers 429 beyond the limit, before anything else is done for a route.
///
/// # Errors
/// Those of the services within.
pub async fn check<B: MessageBody + 'static>(
    limit: Limit,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let taken = match request.app_data::<web::Data<Limits>>() {
        Some(limits) => {
            let address = limits.proxies.client_address(request.request());
            let taken = limits.take(limit, address);
            taken.map_err(|wait| ApiError::later(ErrorCode::TooManyRequests, wait))
        }
        None => Err(ErrorCode::InternalError.into()),
    };
    match taken {
        Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
        Err(error) => Ok(request.error_response(error).map_into_right_body()),
    }
}

/// Like [`check`], but only what is not found counts in the end. It counts from the beginning, so
/// that many requests at once are no more tries than many one after the other.
///
/// # Errors
/// Those of the services within.
pub async fn check_misses<B: MessageBody + 'static>(
    limit: Limit,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let limits = request.app_data::<web::Data<Limits>>().cloned();
    let address = limits
        .as_ref()
        .and_then(|limits| limits.proxies.client_address(request.request()));
    let taken = limits.as_ref().map(|limits| limits.clock.now());
    let refused = |status| [StatusCode::NOT_FOUND, StatusCode::TOO_MANY_REQUESTS].contains(&status);
    let answer = check(limit, request, next).await;
    let is_counted = match &answer {
        Ok(response) => refused(response.status()),
        Err(error) => refused(error.as_response_error().status_code()),
    };
    if let (Some((limits, taken)), false) = (limits.zip(taken), is_counted) {
        limits.give_back(limit, address, taken);
    }
    answer
}

/// The limit of all requests together. Health checks are exempt by their literal paths: whatever
/// else leads to them is counted.
///
/// # Errors
/// Those of the services within.
pub async fn check_everything<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if health::PATHS.contains(&request.path()) {
        Ok(next.call(request).await?.map_into_left_body())
    } else {
        check(Limit::Everything, request, next).await
    }
}

#[cfg(test)]
mod tests;
