//! A QR code as a vector drawing, exact on any printer.

use fast_qr::qr::{QRBuilder, QRCodeError};
use yew::prelude::*;

/// White modules around the code (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

#[derive(Properties, PartialEq)]
pub struct QrProps {
    /// What the code says.
    pub text: AttrValue,
    /// What it is called for those who can't see it.
    pub label: AttrValue,
    /// Class of the drawing: `qr` is a part of a sealed report.
    #[prop_or(AttrValue::Static("qr"))]
    pub class: AttrValue,
}

/// The code; error correction level L, since several codes carry one report and can be read again.
#[function_component]
pub fn QrCode(props: &QrProps) -> Html {
    let drawing = use_memo(props.text.clone(), |text| draw(text));
    match &*drawing {
        Ok((size, path)) => {
            let view = format!("0 0 {size} {size}");
            html! {
                <svg class={props.class.clone()} viewBox={view} role="img" aria-label={props.label.clone()}
                    shape-rendering="crispEdges" data-qr={props.text.clone()}>
                    <path d={path.clone()} fill="#000" />
                </svg>
            }
        }
        // A report's texts are cut so that each fits; see the test of their length.
        Err(_) => html! { <pre class="qr-text">{props.text.as_str()}</pre> },
    }
}

fn draw(text: &str) -> Result<(usize, String), QRCodeError> {
    let code = QRBuilder::new(text).ecl(fast_qr::ECL::L).build()?;
    let mut path = String::new();
    for (y, row) in (0..code.size).map(|y| (y, &code[y])) {
        let mut x = 0;
        while x < code.size {
            let dark = row[x..code.size].iter().take_while(|module| module.value()).count();
            if dark > 0 {
                path.push_str(&format!("M{} {}h{dark}v1h-{dark}z", x + QUIET, y + QUIET));
            }
            x += dark.max(1);
        }
    }
    Ok((code.size + 2 * QUIET, path))
}
