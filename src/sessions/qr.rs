//! QR codes: pictures of links.

use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::{QRBuilder, QRCodeError};

/// Modules of the quiet zone that ISO/IEC 18004 asks for.
const MARGIN: usize = 4;
/// CSS pixels of a module where nothing says how large the picture is to be: a link of usual length
/// is some 300 pixels wide, and modules have sharp edges.
const MODULE: usize = 8;

/// A link as a square SVG, black on white, with a quiet zone. A quarter of it may be damaged (level
/// Q). Without a size of its own it would be as large as the window that shows it.
///
/// # Errors
/// When the link is too long: beyond 1,600 bytes.
pub fn draw(link: &str) -> Result<String, QRCodeError> {
    let code = QRBuilder::new(link).build()?;
    let picture = SvgBuilder::default().margin(MARGIN).to_str(&code);
    let size = (code.size + 2 * MARGIN) * MODULE;
    let sized = format!(r#"<svg width="{size}" height="{size}" "#);
    Ok(picture.replacen("<svg ", &sized, 1))
}
