//! Which hosts are of one site: between them browsers send cookies that are `SameSite=Lax`, in
//! frames too.

use url::{Host, Url};

/// Whether two URLs are of one site, whatever their ports. It knows no list of public suffixes, so
/// it may take two sites for one (`a.github.io`), and one of a short name for two (`a.ab.io`).
pub fn is_same_site(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme() && one.host().is_some() && site(one) == site(other)
}

/// The name that was registered, or the whole host where that cannot be told.
fn site(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    let Some(Host::Domain(_)) = url.host() else {
        return host;
    };
    let labels: Vec<_> = host.split('.').collect();
    let [.., second, top] = labels.as_slice() else {
        return host;
    };
    // As in `co.kr` and `ac.uk`.
    let is_below_a_country = top.len() == 2 && second.len() <= 3;
    let count = if is_below_a_country { 3 } else { 2 };
    let is_name = labels.len() >= count && labels.iter().all(|label| !label.is_empty());
    let tail = host.rmatch_indices('.').nth(count - 1);
    match tail {
        Some((dot, _)) if is_name => host.get(dot + 1..).unwrap_or(host),
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_below_one_registered_name_are_of_one_site() {
        for (one, other, is_same) in [
            ("https://ask.example.com", "https://example.com", true),
            (
                "https://ask.example.com",
                "https://tv.example.com:8443",
                true,
            ),
            ("https://ask.example.com", "https://a.b.example.com", true),
            ("https://ask.example.com", "http://tv.example.com", false),
            ("https://ask.example.com", "https://example.org", false),
            ("https://ask.example.com", "https://other.com", false),
            ("https://ask.example.com", "https://badexample.com", false),
            ("https://ask.acme.co.kr", "https://tv.acme.co.kr", true),
            ("https://ask.acme.co.kr", "https://tv.other.co.kr", false),
            ("https://acme.co.kr", "https://other.co.kr", false),
            ("https://acme.com.br", "https://tv.acme.com.br", true),
            ("https://cs.uni.ac.uk", "https://uni.ac.uk", true),
            ("https://ask.acme.kr", "https://tv.acme.kr", true),
            ("https://ask.acme.kr", "https://tv.other.kr", false),
            ("https://co.kr", "https://acme.co.kr", false),
            ("http://localhost:3000", "http://localhost:5173", true),
            ("http://localhost:3000", "http://127.0.0.1:3000", false),
            ("http://a.localhost", "http://b.localhost", false),
            ("http://askit", "http://tv", false),
            ("http://192.168.0.7", "http://192.168.0.7:8080", true),
            ("http://192.168.0.7", "http://10.0.0.7", false),
            ("http://1.2.3.4", "http://9.9.3.4", false),
            ("http://[::1]", "http://[::1]:8080", true),
            ("http://[::1]", "http://[::2]", false),
            ("https://example.com.", "https://other.com.", false),
        ] {
            let [one, other] = [one, other].map(|it| Url::parse(it).expect("a URL"));
            assert_eq!(is_same_site(&one, &other), is_same, "{one} and {other}");
            assert_eq!(is_same_site(&other, &one), is_same, "{other} and {one}");
        }
    }
}
