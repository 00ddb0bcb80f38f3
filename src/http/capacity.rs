//! How many connections there can be.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

/// File descriptors of each connection.
const DESCRIPTORS: u64 = 2;
/// Those of everything else: databases, logs, the runtime.
const OTHER_DESCRIPTORS: u64 = 256;

/// How many workers there are, and how many of the connections each of them takes.
pub fn of_workers(connections: u32) -> (usize, usize) {
    let connections = usize::try_from(connections).unwrap_or(usize::MAX).max(1);
    let workers = available_parallelism().unwrap_or(NonZeroUsize::MIN).get();
    let workers = workers.min(connections);
    (workers, connections / workers)
}

/// How many of the connections that are wanted there can be: the process is given as many file
/// descriptors as that needs, or as it may have.
pub fn possible(wanted: u32) -> u32 {
    let needed = u64::from(wanted) * DESCRIPTORS + OTHER_DESCRIPTORS;
    let limit = rlimit::increase_nofile_limit(needed).unwrap_or_else(|error| {
        tracing::warn!(%error, "cannot ask for file descriptors");
        needed
    });
    let possible = limit.saturating_sub(OTHER_DESCRIPTORS) / DESCRIPTORS;
    let possible = u32::try_from(possible).unwrap_or(u32::MAX);
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
