//! Headers that every answer bears.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::problem::request_id;
use crate::config::PublicUrl;

/// The name under which every answer tells its request's id.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Adds the request's id and what tells browsers to be careful. `Cache-Control` is `no-store` and
/// nothing may be loaded, unless a handler has said otherwise.
///
/// # Errors
/// Those of the services within.
pub async fn add<B: MessageBody + 'static>(
    public_url: web::Data<PublicUrl>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let id = HeaderValue::try_from(request_id(request.request()));
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    if let Ok(id) = id {
        headers.insert(X_REQUEST_ID, id);
    }
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    if public_url.is_https() {
        // Two years, as hstspreload.org asks for.
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000");
    }
    let forbid_all = "default-src 'none'; frame-ancestors 'none'";
    unless_said(headers, header::CONTENT_SECURITY_POLICY, forbid_all);
    unless_said(headers, header::CACHE_CONTROL, "no-store");
    Ok(response)
}

fn unless_said(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
