//! GET `/` and the other URLs of the page, `/app/{file}` and `/client/{file}`.

use actix_web::http::header::{
    self, AcceptEncoding, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, Encoding, EntityTag,
    IfNoneMatch, VARY,
};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};

use super::{Content, Page, find};
use crate::http::ApiError;
use crate::http::ErrorCode::NotFound;

/// The first URL.
pub async fn get_home(page: web::Data<Page>, request: HttpRequest) -> HttpResponse {
    answer(&request, page.home().await)
}

/// A URL of the page that is no session's.
pub async fn get_page(page: web::Data<Page>, request: HttpRequest) -> HttpResponse {
    answer(&request, page.plain())
}

/// A session's URL. Whether there is such a session, the page finds out.
pub async fn get_session_page(page: web::Data<Page>, request: HttpRequest) -> HttpResponse {
    answer(&request, page.of_session())
}

/// A file.
///
/// # Errors
/// 404.
pub async fn get_page_file(
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let content = find(&path).ok_or(NotFound)?;
    Ok(answer(&request, content))
}

/// The form that the client takes, unless it has that already.
fn answer(request: &HttpRequest, content: &Content) -> HttpResponse {
    let is_gzip = takes_gzip(request);
    let form = if is_gzip {
        &content.gzip
    } else {
        &content.plain
    };
    let tag = EntityTag::new_strong(form.tag.clone());
    let is_known = knows(request, &tag);
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((VARY, "Accept-Encoding"));
    if let Some(policy) = &content.policy {
        response.insert_header((CONTENT_SECURITY_POLICY, policy.as_str()));
    }
    if is_known {
        return response.finish();
    }
    if is_gzip {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    response.content_type(content.media_type);
    response.body(form.bytes.clone())
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let forms = [Encoding::gzip(), Encoding::identity()];
    let taken = request.get_header::<AcceptEncoding>();
    taken.and_then(|taken| taken.negotiate(forms.iter())) == Some(Encoding::gzip())
}

fn knows(request: &HttpRequest, tag: &EntityTag) -> bool {
    match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(tags)) => tags.iter().any(|it| it.weak_eq(tag)),
        None => false,
    }
}
