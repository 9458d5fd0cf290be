//! A folder that a person chose, on a stick or a disk: the File System Access API. Bindings of our own, since those of
//! web-sys exist only behind an unstable cfg, which native builds lack.

use gloo::timers::future::TimeoutFuture;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use urna_core::CopyFault;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// A stick that takes longer for one step is taken for dead; it is tried again all the time.
const LIMIT_MS: u32 = 10_000;
/// Longest file that is read: nothing that belongs to a copy is longer.
const MAX_BYTES: f64 = 67_108_864.0;
/// Names that are looked at in one folder.
const MAX_NAMES: usize = 1_000;

#[wasm_bindgen]
extern "C" {
    /// `FileSystemDirectoryHandle`.
    #[derive(Clone, Debug)]
    pub type Directory;

    #[wasm_bindgen(method, catch, js_name = queryPermission)]
    fn query_permission(this: &Directory, mode: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = requestPermission)]
    fn request_permission(this: &Directory, mode: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getFileHandle)]
    fn get_file_handle(this: &Directory, name: &str, options: &JsValue)
    -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn keys(this: &Directory) -> Result<Names, JsValue>;

    /// Its names, one after the other.
    type Names;

    #[wasm_bindgen(method, catch)]
    fn next(this: &Names) -> Result<Promise, JsValue>;

    /// `FileSystemFileHandle`.
    type FileHandle;

    #[wasm_bindgen(method, catch, js_name = getFile)]
    fn get_file(this: &FileHandle) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = createWritable)]
    fn create_writable(this: &FileHandle) -> Result<Promise, JsValue>;

    /// `File`.
    type Content;

    #[wasm_bindgen(method, getter)]
    fn size(this: &Content) -> f64;
    #[wasm_bindgen(method, getter, js_name = lastModified)]
    fn last_modified(this: &Content) -> f64;
    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    fn array_buffer(this: &Content) -> Result<Promise, JsValue>;

    /// `FileSystemWritableFileStream`.
    type Writable;

    #[wasm_bindgen(method, catch)]
    fn write(this: &Writable, bytes: &Uint8Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &Writable) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn abort(this: &Writable) -> Result<Promise, JsValue>;
}

/// What tells two states of a file apart without reading it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stamp {
    bytes: f64,
    written_at: f64,
}

/// What a folder is chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To be read.
    Read,
    /// To be written too.
    Write,
}

/// Whether a file is made where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It is.
    Make,
    /// It is a sign that the stick is not there: its empty mount point may be.
    Fault,
}

/// Whether the browser lets people choose folders.
pub fn is_there() -> bool {
    picker().is_some()
}

/// Lets a person choose a folder; nothing if they chose none. Only from a click.
pub async fn choose(access: Access) -> Result<Option<Directory>, CopyFault> {
    let Some(picker) = picker() else { return Err(CopyFault::NotAllowed) };
    let options = mode(access);
    // The browser remembers where people looked for it last.
    set(&options, "id", &"urna-copy".into());
    let picked = picker.call1(&gloo::utils::window(), &options).map_err(|error| fault(&error))?;
    // People may take their time; nothing waits for them.
    match JsFuture::from(picked.unchecked_into::<Promise>()).await {
        Ok(directory) => Ok(Some(directory.unchecked_into())),
        Err(error) if name_of(&error) == "AbortError" => Ok(None),
        Err(error) => Err(fault(&error)),
    }
}

impl Directory {
    /// Whether it may be written without asking.
    pub async fn is_allowed(&self) -> bool {
        let asked = within(self.query_permission(&mode(Access::Write))).await;
        asked.is_ok_and(|answer| answer == "granted")
    }

    /// Asks for leave to write. Only from a click.
    pub async fn ask(&self) -> bool {
        let Ok(asked) = self.request_permission(&mode(Access::Write)) else { return false };
        JsFuture::from(asked).await.is_ok_and(|answer| answer == "granted")
    }

    /// Names of the files and folders in it, the first of them if there are very many.
    pub async fn names(&self) -> Result<Vec<String>, CopyFault> {
        let all = self.keys().map_err(|error| fault(&error))?;
        let mut names = Vec::new();
        while names.len() < MAX_NAMES {
            let next = within(all.next()).await?;
            match field(&next, "value").as_string() {
                Some(name) => names.push(name),
                None => break,
            }
        }
        Ok(names)
    }

    /// A file's content; nothing where there is none.
    pub async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, CopyFault> {
        let file = match self.file(name, Missing::Fault).await {
            Err(CopyFault::Gone) => return Ok(None),
            file => file?,
        };
        let content: Content = within(file.get_file()).await?.unchecked_into();
        if content.size() > MAX_BYTES {
            return Err(CopyFault::Failed);
        }
        let buffer = within(content.array_buffer()).await?;
        Ok(Some(Uint8Array::new(&buffer).to_vec()))
    }

    /// Replaces a file's content. The browser writes beside it and puts it in its place when all is written.
    pub async fn write(&self, name: &str, bytes: &[u8], missing: Missing) -> Result<(), CopyFault> {
        let file = self.file(name, missing).await?;
        let writable: Writable = within(file.create_writable()).await?.unchecked_into();
        let written = async {
            within(writable.write(&Uint8Array::from(bytes))).await?;
            within(writable.close()).await
        };
        let written = written.await;
        if written.is_err() {
            // What was written beside the file goes; if that fails too, it lies there and is no copy.
            let _ = within(writable.abort()).await;
        }
        written.map(|_| ())
    }

    /// Size of a file and when it was written: what shows that somebody else wrote it.
    pub async fn stamp(&self, name: &str) -> Result<Stamp, CopyFault> {
        let file = self.file(name, Missing::Fault).await?;
        let content: Content = within(file.get_file()).await?.unchecked_into();
        Ok(Stamp { bytes: content.size(), written_at: content.last_modified() })
    }

    async fn file(&self, name: &str, missing: Missing) -> Result<FileHandle, CopyFault> {
        let options = Object::new();
        set(&options, "create", &(missing == Missing::Make).into());
        within(self.get_file_handle(name, &options)).await.map(JsCast::unchecked_into)
    }
}

fn picker() -> Option<Function> {
    field(&gloo::utils::window(), "showDirectoryPicker").dyn_into().ok()
}

fn mode(access: Access) -> Object {
    let options = Object::new();
    let mode = match access {
        Access::Read => "read",
        Access::Write => "readwrite",
    };
    set(&options, "mode", &mode.into());
    options
}

/// What a promise comes to, if it does so in time.
async fn within(promise: Result<Promise, JsValue>) -> Result<JsValue, CopyFault> {
    let promise = promise.map_err(|error| fault(&error))?;
    let late = future_to_promise(async {
        TimeoutFuture::new(LIMIT_MS).await;
        Err(JsValue::NULL)
    });
    let first = JsFuture::from(Promise::race(&Array::of2(&promise, &late))).await;
    first.map_err(|error| if error.is_null() { CopyFault::Slow } else { fault(&error) })
}

fn fault(error: &JsValue) -> CopyFault {
    match name_of(error).as_str() {
        "NotFoundError" => CopyFault::Gone,
        "NotAllowedError" | "SecurityError" => CopyFault::NotAllowed,
        "QuotaExceededError" => CopyFault::Full,
        _ => CopyFault::Failed,
    }
}

fn name_of(error: &JsValue) -> String {
    field(error, "name").as_string().unwrap_or_default()
}

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // A plain property of a fresh object: it can't fail.
    let _ = Reflect::set(object, &name.into(), value);
}
