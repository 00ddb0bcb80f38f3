//! HEAD wherever GET is: the same answer without its body (RFC 9110, section 9.3.2).

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage, HttpRequest};

/// A request was HEAD, and is answered as GET is.
struct IsHead;

/// Whether nothing of the body is sent: then no stream needs to begin.
pub fn is_head(request: &HttpRequest) -> bool {
    request.extensions().contains::<IsHead>()
}

/// Lets GET answer HEAD, and drops the body before anything of it is made or sent. `Allow` names
/// HEAD behind GET. Who clones a request must be within: its method is changed here.
///
/// # Errors
/// Those of the services within.
pub async fn answer<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, UnsentBody>>, Error> {
    let is_head = request.method() == Method::HEAD;
    if is_head {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(IsHead);
    }
    let mut response = next.call(request).await?;
    allow_head(response.headers_mut());
    if is_head {
        Ok(without_body(response).map_into_right_body())
    } else {
        Ok(response.map_into_left_body())
    }
}

fn allow_head(headers: &mut HeaderMap) {
    let Some(Ok(methods)) = headers.get(header::ALLOW).map(HeaderValue::to_str) else {
        return;
    };
    let with_head = |method| if method == "GET" { "GET, HEAD" } else { method };
    let methods: Vec<_> = methods.split(", ").map(with_head).collect();
    if let Ok(methods) = HeaderValue::try_from(methods.join(", ")) {
        headers.insert(header::ALLOW, methods);
    }
}

/// Actix decides by the request that it has read last whether it sends a body. When another request
/// was sent ahead, that is not the one that is answered. So nothing is left that could be sent: a
/// stream that is not chunked, and of which nothing comes.
fn without_body<B: MessageBody>(mut response: ServiceResponse<B>) -> ServiceResponse<UnsentBody> {
    let size = match response.status() {
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => BodySize::None,
        _ => response.response().body().size(),
    };
    if let BodySize::Sized(length) = size {
        let length = HeaderValue::from(length);
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length);
    }
    response.response_mut().head_mut().no_chunking(true);
    response.map_body(|_, _| UnsentBody(size))
}

/// A body that stays here. It knows the size that it would have.
pub struct UnsentBody(BodySize);

impl MessageBody for UnsentBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        match self.0 {
            BodySize::None => BodySize::None,
            // The length of any other stands in the header already.
            BodySize::Sized(_) | BodySize::Stream => BodySize::Stream,
        }
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}
