//! GET `/openapi.json` and the page that shows it.

use std::borrow::Cow;
use std::io;
use std::sync::{Arc, OnceLock};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ContentType, LOCATION};
use actix_web::web::{self, Bytes};
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
    cookies: Cookies,
    /// Made when it is asked for first: while it is made it takes ten times its size, and most
    /// servers are never asked.
    document: Arc<OnceLock<Bytes>>,
    page: Arc<Config<'static>>,
}

impl Docs {
    /// For a server whose cookies have these names.
    pub fn new(cookies: Cookies) -> Self {
        let page = Config::from("../openapi.json")
            .deep_linking(true)
            .display_request_duration(true)
            .show_extensions(true)
            .try_it_out_enabled(true)
            // Without the bar on top, which is for documents of other servers.
            .use_base_layout()
            // Otherwise a badge of validator.swagger.io.
            .validator_url("none");
        Self {
            cookies,
            document: Arc::default(),
            page: Arc::new(page),
        }
    }

    async fn document(&self) -> Result<Bytes, ApiError> {
        if let Some(document) = self.document.get() {
            return Ok(document.clone());
        }
        let cookies = self.cookies;
        let made = web::block(move || serde_json::to_vec(&document(cookies))).await;
        let made = made.map_err(|error| ApiError::caused(InternalError, error))?;
        let made = made.map_err(|error| ApiError::caused(InternalError, error))?;
        Ok(self.document.get_or_init(|| made.into()).clone())
    }
}

/// Get this document
///
/// # Errors
/// 500, if it cannot be made, which a test rules out.
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "service",
    responses((status = 200, description = "OpenAPI 3.1.", body = Object))
)]
pub async fn get_api_document(docs: web::Data<Docs>) -> Result<HttpResponse, ApiError> {
    let document = docs.document().await?;
    let mut response = HttpResponse::Ok();
    Ok(response.content_type(ContentType::json()).body(document))
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
