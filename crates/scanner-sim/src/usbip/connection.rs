//! One host's connection: transfers that wait, are answered, or are taken back.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use super::wire::{self, Command, Direction, Greeting, Urb};
use super::{BUS_ID, Shared};
use crate::{Answer, Device, OnBus};

/// How long a host may take to say what it wants.
const GREETING: Duration = Duration::from_secs(10);
/// How long a host may leave its answers unread.
const WRITING: Duration = Duration::from_secs(30);
/// Transfers of a host that wait; Linux and Chromium have a few dozen.
const MAX_PENDING: usize = 256;
/// Bytes in them.
const MAX_PENDING_BYTES: usize = 4 << 20;
/// Commands that were read and not looked at.
const AHEAD: usize = 4;
/// How soon a transfer is tried again that the device had no answer to.
const AGAIN: Duration = Duration::from_millis(1);
/// How soon a host without transfers learns that the cable was pulled.
const IDLE: Duration = Duration::from_millis(20);

const EPIPE: i32 = -32;
const EOVERFLOW: i32 = -75;
const ECONNRESET: i32 = -104;

/// Answers a host's first question, and serves it if it takes the device.
pub fn greet<D: OnBus + Send + ?Sized>(
    mut stream: TcpStream,
    shared: &Arc<Shared<D>>,
) -> io::Result<()> {
    stream.set_read_timeout(Some(GREETING))?;
    stream.set_write_timeout(Some(WRITING))?;
    let plugged = |device: &mut D| device.is_plugged().then(|| device.descriptors().clone());
    match wire::read_greeting(&mut stream)? {
        Greeting::List => stream.write_all(&wire::list_reply(shared.with(plugged).as_ref())),
        Greeting::Import(id) => {
            let free = id == BUS_ID && !shared.in_use.swap(true, Ordering::SeqCst);
            let device = shared.with(plugged).filter(|_| free);
            let reply = wire::import_reply(device.as_ref());
            match stream.write_all(&reply) {
                Ok(()) if device.is_some() => {
                    (shared.say)("a host has taken the device");
                    converse(&stream, shared)
                }
                other => {
                    if free {
                        shared.in_use.store(false, Ordering::SeqCst);
                    }
                    other
                }
            }
        }
    }
}

fn converse<D: OnBus + Send + ?Sized>(
    stream: &TcpStream,
    shared: &Arc<Shared<D>>,
) -> io::Result<()> {
    stream.set_read_timeout(None)?;
    let (sender, commands) = sync_channel(AHEAD);
    let reader = stream.try_clone()?;
    let reading = thread::spawn(move || read(reader, &sender));
    let result = Host { stream, shared, pending: VecDeque::new() }.serve(&commands);
    // Before the host sees that this side hangs up: it may take the device again at once.
    shared.in_use.store(false, Ordering::SeqCst);
    // Both ends wake up: the reader at the socket, and at a channel that nobody empties.
    drop(commands);
    let _ = stream.shutdown(Shutdown::Both);
    let read = reading.join().unwrap_or(Ok(()));
    result.and(read)
}

fn read(mut stream: TcpStream, sender: &SyncSender<Command>) -> io::Result<()> {
    loop {
        match wire::read_command(&mut stream) {
            Ok(command) => {
                if sender.send(command).is_err() {
                    return Ok(());
                }
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(error),
            // The host hung up, or this side did.
            Err(_) => return Ok(()),
        }
    }
}

struct Host<'a, D: ?Sized> {
    stream: &'a TcpStream,
    shared: &'a Shared<D>,
    /// In the order in which they came.
    pending: VecDeque<Urb>,
}

impl<D: OnBus + Send + ?Sized> Host<'_, D> {
    fn serve(mut self, commands: &Receiver<Command>) -> io::Result<()> {
        loop {
            let wait = if self.pending.is_empty() { IDLE } else { AGAIN };
            match commands.recv_timeout(wait) {
                Ok(command) => self.take(command)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            while let Ok(command) = commands.try_recv() {
                self.take(command)?;
            }
            if self.progress()? == Cable::Pulled {
                return Ok(());
            }
        }
    }

    fn take(&mut self, command: Command) -> io::Result<()> {
        match command {
            Command::Unlink { seq, victim } => {
                let before = self.pending.len();
                self.pending.retain(|urb| urb.seq != victim);
                let status = if self.pending.len() < before { ECONNRESET } else { 0 };
                self.send(&wire::unlink_reply(seq, status))
            }
            Command::Submit(urb) => {
                self.pending.push_back(urb);
                let bytes = |urb: &Urb| match &urb.direction {
                    Direction::Out(data) => data.len(),
                    Direction::In(_) => 0,
                };
                let waiting: usize = self.pending.iter().map(bytes).sum();
                if self.pending.len() > MAX_PENDING || waiting > MAX_PENDING_BYTES {
                    return Err(io::Error::other("too many transfers wait"));
                }
                Ok(())
            }
        }
    }

    /// Tries every endpoint's transfers in their order, until one has to wait.
    fn progress(&mut self) -> io::Result<Cable> {
        let mut blocked = Vec::new();
        let mut at = 0;
        while let Some(urb) = self.pending.get(at) {
            let way = (urb.endpoint, matches!(urb.direction, Direction::In(_)));
            let answer = match blocked.contains(&way) {
                true => Answer::Wait,
                false => self.shared.with(|device| attempt(device, urb)),
            };
            let reply = match answer {
                Answer::Gone => return Ok(Cable::Pulled),
                Answer::Wait => {
                    blocked.push(way);
                    at += 1;
                    continue;
                }
                Answer::Stall => wire::submit_reply(urb.seq, EPIPE, 0, &[]),
                Answer::Done(data) => done(urb, data),
            };
            self.pending.remove(at);
            self.send(&reply)?;
        }
        let plugged = self.shared.with(|device| device.is_plugged());
        Ok(if plugged { Cable::In } else { Cable::Pulled })
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut stream = self.stream;
        stream.write_all(bytes)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cable {
    In,
    Pulled,
}

fn done(urb: &Urb, mut data: Vec<u8>) -> Vec<u8> {
    match &urb.direction {
        Direction::Out(sent) => wire::submit_reply(urb.seq, 0, sent.len(), &[]),
        Direction::In(most) => {
            let most = usize::try_from(*most).unwrap_or(usize::MAX);
            let status = if data.len() > most { EOVERFLOW } else { 0 };
            data.truncate(most);
            wire::submit_reply(urb.seq, status, data.len(), &data)
        }
    }
}

fn attempt<D: Device + ?Sized>(device: &mut D, urb: &Urb) -> Answer {
    match (&urb.direction, urb.endpoint) {
        // A reset of the hub's port, as Linux's own server takes it.
        (Direction::Out(_), 0) if urb.setup[..4] == [0x23, 3, 4, 0] => {
            device.reset();
            Answer::Done(Vec::new())
        }
        (Direction::Out(data), 0) => device.control(urb.setup, data),
        (Direction::In(_), 0) => device.control(urb.setup, &[]),
        (Direction::Out(data), endpoint) => device.bulk_out(endpoint, data),
        (Direction::In(most), endpoint) => {
            device.bulk_in(0x80 | endpoint, usize::try_from(*most).unwrap_or(usize::MAX))
        }
    }
}
