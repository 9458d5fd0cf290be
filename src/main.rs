//! The kiosk: what the commission and the voter see. Everything that counts happens in the vault.

mod app;
mod capture;
mod clock;
mod components;
mod context;
mod directory;
mod feeding;
mod files;
mod i18n;
mod identity;
mod kept_directory;
mod listeners;
mod net;
mod printing;
mod problem;
mod receipt;
mod samples;
mod scanning;
mod screens;
mod second_copy;
mod task;
mod usb;
mod vault;
mod watches;
mod wired;
mod worker_script;

fn main() {
    console_error_panic_hook::set_once();
    yew::Renderer::<app::App>::with_root(mount()).render();
}

/// The element of the page that the app fills.
fn mount() -> web_sys::Element {
    let document = gloo::utils::document();
    // Without its own index.html there is nothing to show anything in: the body always exists.
    document.get_element_by_id("app").unwrap_or_else(|| gloo::utils::body().into())
}
