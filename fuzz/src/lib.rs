//! What the fuzz targets call: the functions that `make test` replays findings with.

#[path = "../../crates/core/tests/support/hostile.rs"]
pub mod hostile;
#[path = "../../crates/core/tests/support/pages.rs"]
pub mod pages;
#[path = "../../crates/core/tests/support/small.rs"]
pub mod small;
#[path = "../../crates/core/tests/support/files.rs"]
pub mod files;
