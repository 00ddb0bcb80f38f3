//! How many connections there can be.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

/// File descriptors of each connection.
const DESCRIPTORS: u64 = 2;
/// Those of everything else: databases, logs, the runtime.
const OTHER_DESCRIPTORS: u64 = 256;

/// How many workers there are, and how many connections each of them takes, of the `wanted` ones.
pub fn of_workers(wanted: u32) -> (usize, usize) {
    let connections = allow_descriptors(wanted);
    let connections = usize::try_from(connections).unwrap_or(usize::MAX).max(1);
    let workers = available_parallelism().unwrap_or(NonZeroUsize::MIN).get();
    let workers = workers.min(connections);
    (workers, connections / workers)
}

/// How many of the connections that are wanted there can be: the process is given as many file
/// descriptors as that needs, or as it may have.
fn allow_descriptors(wanted: u32) -> u64 {
    let wanted = u64::from(wanted);
    let needed = wanted * DESCRIPTORS + OTHER_DESCRIPTORS;
    let limit = rlimit::increase_nofile_limit(needed).unwrap_or_else(|error| {
        tracing::warn!(%error, "cannot ask for file descriptors");
        needed
    });
    let possible = limit.saturating_sub(OTHER_DESCRIPTORS) / DESCRIPTORS;
    if possible < wanted {
        tracing::warn!(
            connections = possible,
            limit,
            needed,
            "fewer connections than server.max_connections: too few file descriptors"
        );
    }
    possible.min(wanted)
}
