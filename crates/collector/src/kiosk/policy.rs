//! The content security policy of a page whose bundler wrote scripts into it: each is named by digest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use urna_core::seal::Digest;

/// The kiosk's policy: only its own files, its own inline scripts, and the collector. The worker's script is a `blob:`
/// that the page made of bytes whose digest it has checked.
pub(super) fn kiosk_policy(index_html: &str, collector_url: Option<&str>) -> String {
    let scripts = inline_script_hashes(index_html).join(" ");
    let collector = collector_url.and_then(origin).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {scripts}; \
         style-src 'self'; connect-src 'self' {collector}; worker-src blob:; \
         img-src 'self' data: blob:; font-src 'self'; object-src 'none'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
}

/// `'sha256-…'` of every script that stands in the page itself.
pub fn inline_script_hashes(html: &str) -> Vec<String> {
    let mut hashes = Vec::new();
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once("<script") {
        let Some((attributes, behind)) = tag.split_once('>') else {
            break;
        };
        let Some((script, behind)) = behind.split_once("</script") else {
            break;
        };
        let external = attributes.split_whitespace().any(|word| word.starts_with("src="));
        if !external {
            let hash = STANDARD.encode(Digest::of(script.as_bytes()).0);
            hashes.push(format!("'sha256-{hash}'"));
        }
        rest = behind;
    }
    hashes
}

/// `scheme://host:port` of an address; nothing of one that could smuggle in another directive.
fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split('/').next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let good = matches!(scheme, "http" | "https") && !host.is_empty() && host.chars().all(plain);
    good.then(|| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_named_and_external_ones_are_not() {
        let html = "<script src=\"/a.js\"></script><script type=\"module\">alert(1)</script>";
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        let expected = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
        assert_eq!(inline_script_hashes(html), [expected]);
        assert!(inline_script_hashes("<script>unfinished").is_empty());
    }

    #[test]
    fn the_collector_may_be_reached_and_nothing_can_be_smuggled_in() {
        let policy = kiosk_policy("", Some("https://results.example:8443/path"));
        assert!(policy.contains("connect-src 'self' https://results.example:8443;"));
        for bad in ["https://a; script-src *", "javascript://x", "https://", "nothing"] {
            assert_eq!(origin(bad), None, "{bad}");
        }
    }
}
