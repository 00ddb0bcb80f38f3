//! What the buckets of a million addresses and a million accounts take, in this process.

use std::net::IpAddr;
use std::sync::Arc;

use askit::client_network::Network;
use askit::clock::{ManualClock, SharedClock};
use askit::config::{Settings, Sources};
use askit::http::rate_limits::{Holder, Limit, Limits};
use askit::random::Random;
use chrono::DateTime;
use strum::VariantArray;

use super::memory::resident;
use super::{Limit as Bound, Row};

const HOLDERS: u32 = 1_000_000;
const LIMIT_MIB: f64 = 30.0;

/// Every limit is asked once by every address, by every account and by every address in a session
/// of its own, although no limit has more than one kind of them, on a clock that stands still: nothing fills again.
pub fn measure() -> anyhow::Result<Row> {
    let settings = Settings::load(&Sources::default()).settings?;
    let clock: SharedClock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
    let process = std::process::id();
    let before = resident(process)?.anonymous;
    let limits = Limits::new(&settings.limits, &clock, &Random::from_seed(1));
    for number in 0..HOLDERS {
        let network = Network::of(Some(IpAddr::from(number.to_be_bytes())));
        let session = u128::from(number).to_be_bytes();
        let account = Holder::Account(number.into());
        for holder in [
            Holder::Network(network),
            account,
            Holder::Room(network, session),
        ] {
            for limit in Limit::VARIANTS {
                // The first request of each is never one too many.
                limits.take(*limit, holder).ok();
            }
        }
    }
    let after = resident(process)?.anonymous;
    eprintln!("buckets: {before:.1} MiB before, {after:.1} after");
    Ok(Row::Limit(Bound {
        name: "buckets".into(),
        what: "RssAnon more under a million addresses and accounts",
        values: vec![after - before],
        unit: "MiB",
        limit: LIMIT_MIB,
    }))
}
