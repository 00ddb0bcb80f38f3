//! What the buckets of a million addresses take, in this process.

use std::net::IpAddr;
use std::sync::Arc;

use askit::clock::{ManualClock, SharedClock};
use askit::config::{Settings, Sources};
use askit::http::rate_limits::{Limit, Limits};
use chrono::DateTime;
use strum::VariantArray;

use super::memory::resident;
use super::{Limit as Bound, Row};

const ADDRESSES: u32 = 1_000_000;
const LIMIT_MIB: f64 = 20.0;

/// Every limit is asked by every address once, on a clock that stands still: nothing fills again.
pub fn measure() -> anyhow::Result<Row> {
    let settings = Settings::load(&Sources::default()).settings?;
    let clock: SharedClock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
    let process = std::process::id();
    let before = resident(process)?.anonymous;
    let limits = Limits::new(&settings, &clock);
    for number in 0..ADDRESSES {
        let address = Some(IpAddr::from(number.to_be_bytes()));
        for limit in Limit::VARIANTS {
            // The first request of an address is never one too many.
            limits.take(*limit, address).ok();
        }
    }
    let after = resident(process)?.anonymous;
    eprintln!("buckets: {before:.1} MiB before, {after:.1} after");
    Ok(Row::Limit(Bound {
        name: "buckets".into(),
        what: "RssAnon more under a million addresses",
        values: vec![after - before],
        unit: "MiB",
        limit: LIMIT_MIB,
    }))
}
