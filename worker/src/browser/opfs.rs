//! The origin's private file system, through synchronous access handles.

use js_sys::Reflect;
use urna_browser_storage::{Bucket, VAULT_BUCKET};
use urna_core::vault_api::VaultError;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemReadWriteOptions, FileSystemSyncAccessHandle,
};

use crate::disk::{Disk, DiskFault, FileName};
use crate::vault::storage;

/// A folder that is made once the files' names are on the disk.
const SETTLED: &str = "settled";
/// Names that are made and removed so that the browser writes its list of names to the disk, and bytes of each: with each
/// name some 300 KB go into the list, and 8 MiB are needed.
const NAMES: usize = 40;
const NAME_BYTES: usize = 100_000;

/// All files of the vault, open for as long as the worker lives. An access handle is exclusive, so a
/// second tab can't open them.
pub struct OpfsDisk {
    handles: Vec<(FileName, FileSystemSyncAccessHandle)>,
}

impl OpfsDisk {
    /// Opens all files, making empty ones where there are none.
    ///
    /// # Errors
    /// [`VaultError::Storage`]: `in_use` by another tab, or `unavailable`.
    pub async fn open() -> Result<OpfsDisk, VaultError> {
        let bucket = Bucket::open(VAULT_BUCKET).await.map_err(fault)?;
        let directory = bucket.directory().await.map_err(fault)?;
        let mut handles = Vec::new();
        for file in FileName::ALL {
            let options = FileSystemGetFileOptions::new();
            options.set_create(true);
            let handle = directory.get_file_handle_with_options(file.as_str(), &options);
            let handle: FileSystemFileHandle =
                JsFuture::from(handle).await.map_err(fault)?.unchecked_into();
            let access = JsFuture::from(handle.create_sync_access_handle()).await.map_err(fault)?;
            handles.push((file, access.unchecked_into()));
        }
        // Elsewhere it would not help: what leads to the directory is not on the disk either.
        if bucket.is_own() {
            settle(&directory).await.map_err(fault)?;
        }
        Ok(OpfsDisk { handles })
    }

    /// Closes all files, so that another worker can open them.
    pub fn close(&self) {
        self.handles.iter().for_each(|(_, handle)| handle.close());
    }

    fn handle(&self, file: FileName) -> Result<&FileSystemSyncAccessHandle, DiskFault> {
        let found = self.handles.iter().find(|(name, _)| *name == file);
        found
            .map(|(_, handle)| handle)
            .ok_or(DiskFault { file: file.as_str(), what: "not open".to_owned() })
    }

    fn write(&mut self, file: FileName, at: usize, bytes: &[u8]) -> Result<(), DiskFault> {
        let options = FileSystemReadWriteOptions::new();
        options.set_at(offset(at));
        let handle = self.handle(file)?;
        let written = handle.write_with_u8_array_and_options(bytes, &options);
        let written = written.map_err(|error| disk_fault(file, &error))?;
        if written < offset(bytes.len()) {
            return Err(DiskFault { file: file.as_str(), what: "the disk is full".to_owned() });
        }
        Ok(())
    }
}

impl Disk for OpfsDisk {
    fn read(&self, file: FileName) -> Result<Vec<u8>, DiskFault> {
        let mut bytes = vec![0; self.len(file)?];
        let options = FileSystemReadWriteOptions::new();
        options.set_at(0.0);
        let read = self.handle(file)?.read_with_u8_array_and_options(&mut bytes, &options);
        let read = read.map_err(|error| disk_fault(file, &error))?;
        if read < offset(bytes.len()) {
            return Err(DiskFault { file: file.as_str(), what: "read too little".to_owned() });
        }
        Ok(bytes)
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a file's length; `as` saturates"
    )]
    fn len(&self, file: FileName) -> Result<usize, DiskFault> {
        let size = self.handle(file)?.get_size().map_err(|error| disk_fault(file, &error))?;
        Ok(size as usize)
    }

    fn replace(&mut self, file: FileName, bytes: &[u8]) -> Result<(), DiskFault> {
        let truncated = self.handle(file)?.truncate_with_f64(offset(bytes.len()));
        truncated.map_err(|error| disk_fault(file, &error))?;
        self.write(file, 0, bytes)
    }

    fn write_at(&mut self, file: FileName, at: usize, bytes: &[u8]) -> Result<(), DiskFault> {
        let size = self.len(file)?;
        if at.checked_add(bytes.len()).is_none_or(|end| end > size) {
            return Err(DiskFault { file: file.as_str(), what: "beyond its end".to_owned() });
        }
        self.write(file, at, bytes)
    }

    fn flush(&mut self, file: FileName) -> Result<(), DiskFault> {
        self.handle(file)?.flush().map_err(|error| disk_fault(file, &error))
    }
}

/// Brings the names of the files to the disk, once.
///
/// `flush` syncs a file's content. Its name stands in a LevelDB of the browser's, whose log nobody syncs: for half a minute a
/// power cut takes it away. But LevelDB syncs a table when it makes one of a log that has grown to 4 MiB, and
/// does not take the second such log for full before that is done. So the log is made to grow that far.
async fn settle(directory: &FileSystemDirectoryHandle) -> Result<(), JsValue> {
    if JsFuture::from(directory.get_directory_handle(SETTLED)).await.is_ok() {
        return Ok(());
    }
    let making = FileSystemGetDirectoryOptions::new();
    making.set_create(true);
    let make =
        |name: &str| JsFuture::from(directory.get_directory_handle_with_options(name, &making));
    let long = "x".repeat(NAME_BYTES);
    for number in 0..NAMES {
        let name = format!("{number}{long}");
        make(&name).await?;
        JsFuture::from(directory.remove_entry(&name)).await?;
    }
    make(SETTLED).await.map(|_| ())
}

/// JavaScript counts bytes in doubles; no file of the vault comes near their limit of 2⁵³.
#[allow(clippy::cast_precision_loss, reason = "see above")]
fn offset(bytes: usize) -> f64 {
    bytes as f64
}

fn name_of(error: &JsValue) -> String {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    name.unwrap_or_else(|| "unknown error".to_owned())
}

fn disk_fault(file: FileName, error: &JsValue) -> DiskFault {
    DiskFault { file: file.as_str(), what: name_of(error) }
}

#[allow(clippy::needless_pass_by_value, reason = "used as a function of map_err")]
fn fault(error: JsValue) -> VaultError {
    let name = name_of(&error);
    let code = if name == "NoModificationAllowedError" { "in_use" } else { "unavailable" };
    storage(code, name)
}
