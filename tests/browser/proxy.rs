//! nginx, which ends TLS before the server.

use std::fs;
use std::path::Path;

use crate::program::{self, Program};
use crate::support::eventually;

/// The name by which the proxy passes requests to the API; by any other it has pages.
pub const API: &str = "api.ask.localhost";

/// Starts one on `port` before an API and pages; `None` where somebody has the port.
pub fn start(port: u16, api: u16, pages: u16) -> Option<Program> {
    run(&configuration(port, api, pages))
}

/// Starts one as deploy/ does it, before two instances, but with TLS and HTTP/2, and with pages.
pub fn start_deployed(port: u16, instances: [u16; 2], pages: u16) -> Option<Program> {
    run(&deployed(port, instances, pages))
}

/// With a certificate that nobody has signed.
fn run(configuration: &str) -> Option<Program> {
    let folder = program::folder("proxy");
    let request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 \
        -subj /CN=askit -keyout key.pem -out certificate.pem";
    let request: Vec<_> = request.split_whitespace().collect();
    program::run(&folder, "openssl", &request);
    fs::write(folder.join("nginx.conf"), configuration).unwrap();
    let prefix = folder.to_str().unwrap().to_owned();
    let nginx = program::path("nginx");
    let command = [&nginx, "-p", &prefix, "-c", "nginx.conf", "-e", "stderr"];
    let proxy = Program::start(folder, &command);
    // It writes the file `pid` once it has bound the port.
    let listens = || proxy.folder.join("pid").exists();
    let fails = || proxy.log().contains("[emerg]");
    eventually("nginx listens, or says why not", || listens() || fails());
    if listens() {
        return Some(proxy);
    }
    let log = proxy.log();
    assert!(log.contains("bind()"), "nginx does not listen: {log}");
    None
}

/// What every configuration has here.
const HERE: &str = "client_body_temp_path 1; proxy_temp_path 2; fastcgi_temp_path 3;
    uwsgi_temp_path 4; scgi_temp_path 5; ssl_certificate certificate.pem;
    ssl_certificate_key key.pem;";

fn configuration(port: u16, api: u16, pages: u16) -> String {
    format!(
        "daemon off; master_process off; pid pid;
        events {{ }}
        http {{
            access_log off;
            {HERE}
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            server {{
                listen 127.0.0.1:{port} ssl default_server;
                location / {{ proxy_pass http://127.0.0.1:{pages}; }}
            }}
            server {{
                listen 127.0.0.1:{port} ssl;
                server_name {API};
                location / {{ proxy_pass http://127.0.0.1:{api}; }}
            }}
        }}"
    )
}

/// deploy/nginx.conf, with what is other than in its container.
fn deployed(port: u16, [one, other]: [u16; 2], pages: u16) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/nginx.conf");
    let mut text = fs::read_to_string(file).unwrap();
    let listen = format!("listen 127.0.0.1:{port} ssl http2");
    let pages = format!(
        "http {{
            {HERE}
            upstream instances {{ server 127.0.0.1:{one}; server 127.0.0.1:{other}; }}
            server {{
                {listen} default_server;
                location / {{ proxy_pass http://127.0.0.1:{pages}; }}
            }}"
    );
    let listen = format!("{listen}; server_name {API};");
    for (there, here) in [
        (
            "error_log /dev/stderr notice;",
            "daemon off; master_process off;",
        ),
        ("pid /run/nginx.pid;", "pid pid;"),
        ("http {", &pages),
        ("listen 8080;", &listen),
        ("resolver 127.0.0.11 valid=1s ipv6=off;", ""),
        ("set $instances instances;", ""),
        ("http://$instances:3000;", "http://instances;"),
    ] {
        assert_eq!(
            text.matches(there).count(),
            1,
            "{there} in deploy/nginx.conf"
        );
        text = text.replace(there, here);
    }
    text
}
