//! QR codes: pictures of links.

use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::{QRBuilder, QRCodeError};

/// A link as a square SVG, black on white, with the quiet zone of four modules that ISO/IEC 18004
/// asks for. A quarter of it may be damaged (level Q).
///
/// # Errors
/// When the link is too long: beyond 1,600 bytes.
pub fn draw(link: &str) -> Result<String, QRCodeError> {
    let code = QRBuilder::new(link).build()?;
    Ok(SvgBuilder::default().margin(4).to_str(&code))
}
