//! Lists in pages: the query `cursor` and `limit`. What a cursor holds is beside this file.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use utoipa::IntoParams;

use super::error::ApiError;
use super::fields::Fields;
use crate::validation::Invalid;

const DEFAULT_LIMIT: u32 = 20;

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `nextCursor` of the page before; the first page without.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
    /// How many at most; fewer where they are long.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    pub limit: u32,
}

impl PageQuery {
    /// The most that one page may have.
    pub const MAX_LIMIT: u32 = 100;

    /// Takes the two fields of a query.
    pub fn take(fields: &mut Fields) -> Option<Self> {
        Self::take_of(fields, DEFAULT_LIMIT)
    }

    /// The same where another limit than 20 holds if none is said.
    pub fn take_of(fields: &mut Fields, default_limit: u32) -> Option<Self> {
        let cursor = fields.optional("cursor", |text| Ok(text.to_owned()));
        let limit = fields.optional("limit", parse_limit);
        let (cursor, limit) = cursor.zip(limit)?;
        Some(Self {
            cursor,
            limit: limit.unwrap_or(default_limit),
        })
    }
}

fn parse_limit(text: &str) -> Result<u32, Invalid> {
    let bounds = 1..=PageQuery::MAX_LIMIT;
    let limit: Option<u32> = text.parse().ok();
    let limit = limit.filter(|limit| bounds.contains(limit) && limit.to_string() == text);
    limit.ok_or(Invalid::OutOfRange {
        min: 1,
        max: PageQuery::MAX_LIMIT,
    })
}

impl FromRequest for PageQuery {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Fields::parse_query(request.query_string(), Self::take))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::http::ErrorCode;

    fn parse(query: &str) -> Result<PageQuery, ErrorCode> {
        Fields::parse_query(query, PageQuery::take).map_err(|error| error.code)
    }

    #[test]
    fn a_query_says_where_and_how_much() {
        let first = PageQuery {
            cursor: None,
            limit: 20,
        };
        assert_eq!(parse(""), Ok(first.clone()));
        assert_eq!(parse("limit=1"), Ok(PageQuery { limit: 1, ..first }));
        let page = PageQuery {
            cursor: Some("abc".into()),
            limit: 100,
        };
        assert_eq!(parse("limit=100&cursor=abc"), Ok(page));
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        for query in [
            "limit=0",
            "limit=101",
            "limit=-1",
            "limit=",
            "limit=1.5",
            "limit=x",
            "limit=007",
            "limit=%2B7",
            "page=2",
        ] {
            assert_eq!(parse(query), Err(ErrorCode::ValidationFailed), "{query}");
        }
    }

    proptest! {
        #[test]
        fn no_query_asks_for_more_than_a_page(
            query in "(limit=[0-9+]{0,4}&?|cursor=[A-Za-f0-9_-]{0,11}&?|\\PC){0,3}"
        ) {
            if let Ok(page) = parse(&query) {
                prop_assert!((1..=PageQuery::MAX_LIMIT).contains(&page.limit), "{page:?}");
            }
        }
    }
}
