//! The Web Worker that the kiosk starts.

#[cfg(target_arch = "wasm32")]
fn main() {
    urna_vault::browser::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    println!("The vault runs in a browser's worker; see the README.");
}
