//! What hosts do to keep a crowd civil: reviewing, choosing, labelling and merging what was asked,
//! and what a session allows.

mod current;
mod labels;
mod merging;
mod moderation_races;
mod refusals;
mod review;
mod review_all;
mod search;
mod seen;
mod settings;
mod settings_changed;
