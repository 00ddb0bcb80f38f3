//! A server of pages, which answers by every name of this machine.

use std::net::TcpListener;
use std::path::Path;
use std::{fs, thread};

use actix_web::rt::System;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use url::form_urlencoded;

/// Starts one that runs until this process ends, and tells its port.
pub fn start() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let app = || {
            let plant = web::resource("/plant").to(plant);
            App::new().service(plant).default_service(web::to(page))
        };
        let server = HttpServer::new(app).workers(1).disable_signals();
        System::new().block_on(server.listen(listener).unwrap().run())
    });
    port
}

/// A file of `tests/browser/pages`, or a block of code of docs/frontend.md.
async fn page(request: HttpRequest) -> HttpResponse {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let name = request.path().trim_start_matches('/');
    let kind = if request.path().ends_with(".js") {
        "text/javascript"
    } else {
        "text/html; charset=utf-8"
    };
    let file = fs::read_to_string(root.join("tests/browser/pages").join(name));
    match file.ok().or_else(|| block(root, name)) {
        Some(text) => HttpResponse::Ok().content_type(kind).body(text),
        None => HttpResponse::NotFound().finish(),
    }
}

/// The block of code of this name in docs/frontend.md.
fn block(root: &Path, name: &str) -> Option<String> {
    let document = fs::read_to_string(root.join("docs/frontend.md")).unwrap();
    let (_, rest) = document.split_once(&format!("\n```js {name}\n"))?;
    Some(rest.split_once("\n```\n")?.0.to_owned())
}

/// A page that sets each `cookie` of its query.
async fn plant(request: HttpRequest) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    for (_, line) in form_urlencoded::parse(request.query_string().as_bytes()) {
        answer.append_header(("Set-Cookie", line.as_bytes()));
    }
    answer.content_type("text/plain").body("planted")
}
