//! Listeners of live streams, and somebody who changes what they follow: one thread, epoll, a
//! connection for each listener.

pub mod changes;
mod hall;
mod stream;
mod told;

pub use changes::Writer;
pub use hall::{Hall, allow_descriptors};
pub use told::Told;
