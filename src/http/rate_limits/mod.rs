//! How many requests clients may send: token buckets in memory, in the form of GCRA (ITU-T I.371,
//! annex A), which keeps one time for each.

mod buckets;
mod middleware;

use strum::VariantArray;

pub use buckets::{Holder, Limits, Taken};
pub use middleware::check;

use crate::config::{LimitSettings, Rate};

/// What is limited. Each has buckets of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Limit {
    /// Of a network: signing in.
    Login,
    /// Of a network: making an account.
    Registration,
    /// Of a network: changing the password.
    Password,
    /// Of a network: deleting the account.
    Deletion,
    /// Of a network: getting everything that is stored about an account, or was said in a session.
    Export,
    /// Of a network: writing and changing posts.
    Posts,
    /// Of a network: becoming a guest.
    Guests,
    /// Of a network: refreshing.
    Token,
    /// Of a network: asking for join codes that nobody has.
    JoinCodes,
    /// Of a network: following sessions.
    Streams,
    /// Of a network: all requests without a valid token, but health checks, streams and the
    /// page.
    Everything,
    /// Of a network whose [`Self::Everything`] is used up: tokens that are checked all the same.
    TokenChecks,
    /// Of a network: all requests with a valid token.
    Bearers,
    /// Of a network: likes of all accounts.
    BearerLikes,
    /// Of a network, in one session: what guests ask, reply and edit.
    GuestContributions,
    /// Of a network: searches without a valid token.
    Searches,
    /// Of an account: all requests.
    AccountEverything,
    /// Of an account: questions, replies and edits.
    AccountContributions,
    /// Of an account: likes, and their taking back.
    AccountLikes,
    /// Of an account: new sessions.
    AccountSessions,
    /// Of an account: searches.
    AccountSearches,
    /// Of an account: new nicknames.
    AccountRenames,
}

impl Limit {
    fn rate(self, settings: &LimitSettings) -> Rate {
        match self {
            Self::Login | Self::Registration => settings.credentials,
            Self::Password | Self::Deletion | Self::Export | Self::Posts => settings.costly,
            Self::Guests => settings.guests,
            Self::Token => settings.token,
            Self::JoinCodes => settings.join_codes,
            Self::Streams => settings.streams,
            Self::Everything => settings.everything,
            Self::TokenChecks => settings.token_checks,
            Self::Bearers => settings.bearers,
            Self::BearerLikes => settings.bearer_likes,
            Self::GuestContributions => settings.guest_contributions,
            Self::Searches => settings.searches,
            Self::AccountEverything => settings.account_everything,
            Self::AccountContributions => settings.account_contributions,
            Self::AccountLikes => settings.account_likes,
            Self::AccountSessions => settings.account_sessions,
            Self::AccountSearches => settings.account_searches,
            Self::AccountRenames => settings.account_renames,
        }
    }
}

#[cfg(test)]
mod tests;
