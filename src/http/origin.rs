//! Which pages may call us: CORS for reading answers, the CSRF rule for causing effects.

use actix_cors::Cors;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use url::Url;

use super::error::{ApiError, ErrorCode};
use crate::config::{PublicUrl, ServerSettings};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Seconds for which a browser may remember the answer to a preflight (Chromium keeps 2 h at most).
const PREFLIGHT_MAX_AGE: usize = 3600;

/// The headers that pages of allowed origins may set, beside those that any page may.
const MAY_BE_SENT: [&str; 6] = [
    "Authorization",
    "Content-Type",
    "Accept-Language",
    "Idempotency-Key",
    "Last-Event-ID",
    // Of a page that traces its calls (W3C Trace Context).
    "traceparent",
];
/// The headers of answers that they may read, likewise.
const MAY_BE_READ: [&str; 5] = [
    "X-Request-Id",
    "Retry-After",
    "WWW-Authenticate",
    "Content-Disposition",
    "Idempotent-Replayed",
];

/// The origins whose pages are trusted.
#[derive(Debug, Clone)]
pub struct TrustedOrigins {
    public_url: PublicUrl,
    allowed: Vec<String>,
}

impl TrustedOrigins {
    /// The public URL's own origin and those that are allowed.
    pub fn new(settings: &ServerSettings) -> Self {
        Self {
            public_url: settings.public_url.clone(),
            allowed: settings.allowed_origins.clone(),
        }
    }

    /// CORS for exactly the allowed origins, with credentials.
    pub fn cors(&self) -> Cors {
        let cors = Cors::default()
            .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
            .allowed_headers(MAY_BE_SENT)
            .expose_headers(MAY_BE_READ)
            .supports_credentials()
            .max_age(PREFLIGHT_MAX_AGE);
        self.allowed
            .iter()
            .fold(cors, |cors, origin| cors.allowed_origin(origin))
    }

    /// Whether an unsafe request with these headers comes from a page that is trusted, or from no
    /// browser at all.
    fn accept(&self, headers: &HeaderMap) -> bool {
        let site = headers.get(SEC_FETCH_SITE);
        let origin = headers.get(header::ORIGIN);
        if site.is_some_and(|site| site == "same-origin") {
            return true;
        }
        match origin.map(|origin| origin.to_str()) {
            Some(Ok(origin)) => {
                origin == self.public_url.origin()
                    || self.allowed.iter().any(|allowed| allowed == origin)
                    || self.is_own(origin, headers)
            }
            Some(Err(_)) => false,
            None => site.is_none(),
        }
    }

    /// Whether it is the page of the host that the request was sent to; under https no page without
    /// it is.
    fn is_own(&self, origin: &str, headers: &HeaderMap) -> bool {
        let is_as_safe = !self.public_url.is_https() || origin.starts_with("https:");
        is_as_safe && names_host(origin, headers)
    }
}

/// Whether the origin is the very host and port that the request was sent to.
fn names_host(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let (Some(host), Ok(origin)) = (host, Url::parse(origin)) else {
        return false;
    };
    let Ok(target) = Url::parse(&format!("{}://{host}", origin.scheme())) else {
        return false;
    };
    origin.has_host() && origin.origin() == target.origin()
}

/// The CSRF rule: an unsafe request without an `Authorization` header must come from a trusted
/// page, sign-in and registration included.
///
/// # Errors
/// Those of the services within.
pub async fn reject_forgeries<B: MessageBody + 'static>(
    trusted: web::Data<TrustedOrigins>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let is_exempt =
        request.method().is_safe() || request.headers().contains_key(header::AUTHORIZATION);
    if is_exempt || trusted.accept(request.headers()) {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let error = ApiError::from(ErrorCode::CsrfRejected);
    Ok(request.error_response(error).map_into_right_body())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use proptest::prelude::*;

    use super::*;
    use crate::config::{Settings, Sources};

    fn accepts(origin: &[u8], host: &[u8]) -> bool {
        let settings = Settings::load(&Sources::default()).settings;
        let trusted = TrustedOrigins::new(&settings.expect("defaults").server);
        let values = [origin, host].map(HeaderValue::from_bytes);
        let [Ok(origin), Ok(host)] = values else {
            return false;
        };
        let headers = [(header::ORIGIN, origin), (header::HOST, host)];
        trusted.accept(&headers.into_iter().collect())
    }

    #[test]
    fn the_origin_of_the_host_itself_is_trusted_and_no_other() {
        for (origin, host, is_trusted) in [
            ("https://ask.example.com", "ask.example.com", true),
            ("https://ask.example.com", "ask.example.com:443", true),
            ("https://ask.example.com", "ASK.example.com", true),
            ("https://ask.example.com:8443", "ask.example.com", false),
            (
                "https://ask.example.com.evil.example",
                "ask.example.com",
                false,
            ),
            (
                "https://evil.example/ask.example.com",
                "ask.example.com",
                false,
            ),
            (
                "https://ask.example.com@evil.example",
                "ask.example.com",
                false,
            ),
            (
                "https://evil.example",
                "evil.example@ask.example.com",
                false,
            ),
            ("null", "null", false),
            ("data:", "", false),
            ("http://localhost:5173", "ask.example.com", true),
        ] {
            let found = accepts(origin.as_bytes(), host.as_bytes());
            assert_eq!(found, is_trusted, "{origin} at {host}");
        }
    }

    proptest! {
        #[test]
        fn no_origin_is_trusted_at_a_host_that_it_does_not_name(
            origin in "(https?://)?[ -~é]{0,30}", host in "[a-z]{1,9}\\.example"
        ) {
            let names_it = origin.to_lowercase().contains(&host);
            prop_assert!(names_it || !accepts(origin.as_bytes(), host.as_bytes()));
        }

        #[test]
        fn any_bytes_are_an_answerable_question(origin: Vec<u8>, host: Vec<u8>) {
            prop_assert!(!accepts(&origin, &host));
        }
    }
}
