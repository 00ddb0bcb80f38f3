//! Streams of events: whoever follows one ends with what GET says, whatever happens meanwhile.

mod acts;
mod acts_of_hosts;
mod bounds;
mod model;
mod races;
mod room;
mod streams;
mod walk;
mod walk_hosts;
mod walker;
