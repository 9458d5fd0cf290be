//! The browser's storage, as a page and a worker of it use it: one value in IndexedDB, and a bucket of files.

mod bucket;
mod database;

pub use bucket::{Bucket, VAULT_BUCKET};
pub use database::{Durability, Factory, Place};
