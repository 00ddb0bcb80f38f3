//! What hosts do to keep a crowd civil: reviewing, choosing, labelling and merging what was asked,
//! and what a session allows.

mod blocked;
mod current;
mod labels;
mod merged;
mod merging;
mod moderation_races;
mod mute_attack;
mod mute_list;
mod mute_races;
mod mutes;
mod refusals;
mod remove_all;
mod review;
mod review_all;
mod search;
mod seen;
mod settings;
mod settings_changed;
mod slow_mode;
mod told_of_mutes;
mod traces;
