//! GET `/openapi.json` and the page that shows it.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ContentType, LOCATION};
use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, http::StatusCode};
use utoipa_swagger_ui::{Config, serve};

use super::document;
use crate::auth::cookies::Cookies;
use crate::http::ApiError;
use crate::http::ErrorCode::{InternalError, NotFound};

/// What the page may load: its own scripts, styles and pictures, and this server's answers.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// The document in JSON, and how the page shows it.
#[derive(Clone)]
pub struct Docs {
    document: Bytes,
    page: Arc<Config<'static>>,
}

impl Docs {
    /// For a server whose cookies have these names.
    ///
    /// # Errors
    /// When the document is no JSON, which a test rules out.
    pub fn new(cookies: Cookies) -> serde_json::Result<Self> {
        let page = Config::from("../openapi.json")
            .deep_linking(true)
            .display_request_duration(true)
            .show_extensions(true)
            .try_it_out_enabled(true)
            // Without the bar on top, which is for documents of other servers.
            .use_base_layout()
            // Otherwise a badge of validator.swagger.io.
            .validator_url("none");
        Ok(Self {
            document: serde_json::to_vec(&document(cookies))?.into(),
            page: Arc::new(page),
        })
    }
}

/// Get this document
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "service",
    responses((status = 200, description = "OpenAPI 3.1.", body = Object))
)]
pub async fn get_document(docs: web::Data<Docs>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::json())
        .body(docs.document.clone())
}

/// Go to the page that shows this document
#[utoipa::path(
    get, path = "/api/docs", tag = "service",
    responses((
        status = 302, description = "To `/api/docs/`.",
        headers(("Location" = String, description = "Where the page is.")),
    ))
)]
pub async fn get_docs() -> HttpResponse {
    HttpResponse::Found()
        .insert_header((LOCATION, "docs/"))
        .finish()
}

/// Read the page that shows this document
///
/// A path without a file is the page itself. Its files are compressed with gzip.
#[utoipa::path(
    get, path = "/api/docs/{file}", tag = "service",
    params(("file" = String, Path, description = "A file of the page.", example = "index.html")),
    responses((
        status = 200, description = "The file.",
        content(
            (String = "text/html"), (String = "text/css"), (String = "text/javascript"),
            (String = "image/png"),
        ),
        headers(("Content-Encoding" = String, description = "`gzip`, where the file is.")),
    )),
    extensions(("x-error-codes" = json!([NotFound])))
)]
pub async fn get_docs_file(
    docs: web::Data<Docs>,
    file: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let found = serve(&file, docs.page.clone()).map_err(|error| {
        let cause = io::Error::other(error.to_string());
        ApiError::caused(InternalError, cause)
    })?;
    let file = found.ok_or(NotFound)?;
    let mut response = HttpResponse::build(StatusCode::OK);
    response
        .content_type(file.content_type)
        .insert_header((CONTENT_SECURITY_POLICY, PAGE_POLICY));
    if file.gzpipped {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    Ok(response.body(match file.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    }))
}
