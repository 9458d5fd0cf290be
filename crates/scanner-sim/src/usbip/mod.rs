//! The device on a network socket: USB/IP, as Linux's `usbip` and `vhci_hcd` speak it.
//!
//! One device, bus id `1-1`, and one host at a time. Whatever a host sends that is no USB/IP, or more
//! than any host needs, closes its connection and nothing else.

mod connection;
mod wire;

use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::{OnBus, Simulator};

/// The bus id of the device.
pub const BUS_ID: &str = "1-1";

/// Connections at a time; further ones are closed at once.
const MAX_CONNECTIONS: usize = 8;

/// How often the clock goes on while no host asks.
const TICK: Duration = Duration::from_millis(20);

/// What a server has to tell people.
pub type Say = Box<dyn Fn(&str) + Send + Sync>;

/// A device that several connections look at.
pub struct Shared<D: ?Sized = dyn Simulator + Send> {
    device: Mutex<(Box<D>, Instant)>,
    in_use: AtomicBool,
    connections: AtomicUsize,
    say: Say,
}

impl<D: OnBus + Send + ?Sized> Shared<D> {
    /// A device on the shelf, and whom to tell.
    pub fn new(device: Box<D>, say: Say) -> Arc<Self> {
        Arc::new(Shared {
            device: Mutex::new((device, Instant::now())),
            in_use: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
            say,
        })
    }

    /// Works with the device as it is now: its clock follows this computer's.
    pub fn with<T>(&self, work: impl FnOnce(&mut D) -> T) -> T {
        let mut guard = self.lock();
        let (device, last) = &mut *guard;
        let passed = last.elapsed().as_millis();
        let ms = u32::try_from(passed).unwrap_or(u32::MAX);
        *last += Duration::from_millis(u64::from(ms));
        device.advance(ms);
        let result = work(device.as_mut());
        let notes = device.take_notes();
        drop(guard);
        notes.iter().for_each(|note| (self.say)(note));
        result
    }

    fn lock(&self) -> MutexGuard<'_, (Box<D>, Instant)> {
        // A thread that died left the device in one of its states: they are all fit to go on.
        self.device.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the clock go on while nobody asks; `each` is called after every tick. Does not return.
    pub fn keep_time(&self, mut each: impl FnMut(&mut D)) {
        loop {
            self.with(&mut each);
            thread::sleep(TICK);
        }
    }
}

/// Serves a device until the listener fails.
///
/// # Errors
/// Whatever `accept` says.
pub fn serve<D: OnBus + Send + ?Sized + 'static>(
    listener: &TcpListener,
    shared: &Arc<Shared<D>>,
) -> io::Result<()> {
    loop {
        let (stream, peer) = listener.accept()?;
        if shared.connections.fetch_add(1, Ordering::SeqCst) >= MAX_CONNECTIONS {
            shared.connections.fetch_sub(1, Ordering::SeqCst);
            (shared.say)("a host was turned away: too many connections");
            continue;
        }
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            let end = one(stream, &shared);
            shared.connections.fetch_sub(1, Ordering::SeqCst);
            let why = end.map_or_else(|error| error.to_string(), |()| "done".into());
            (shared.say)(&format!("{peer} is gone: {why}"));
        });
    }
}

fn one<D: OnBus + Send + ?Sized>(stream: TcpStream, shared: &Arc<Shared<D>>) -> io::Result<()> {
    // Without it every transfer waits 40 ms for the other side's acknowledgement.
    stream.set_nodelay(true)?;
    connection::greet(stream, shared)
}
