//! Durable writes in the background: waiting for the disk overlaps with encoding the next table.
//!
//! One file costs about a millisecond of waiting (`fsync`), and a journal commits many files at once; sixteen
//! writers keep two cores busy with work. Nothing is acknowledged before [`Writers::finish`] says that all of it is
//! on disk. After the first failure nothing more is written, and nothing is tried again: a second `fsync` "could
//! appear to succeed" (PostgreSQL, 2018).

use super::error::{Result, StoreError};
use super::fs::Fs;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

const WRITERS: usize = 16;

/// Bytes that a writer keeps until they are on disk.
pub(super) type Payload = Box<dyn AsRef<[u8]> + Send>;
type Job = (PathBuf, Payload);

pub(super) struct Writers {
    queue: Option<SyncSender<Job>>,
    threads: Vec<JoinHandle<()>>,
    failure: Arc<Mutex<Option<StoreError>>>,
}

impl Writers {
    pub(super) fn start(fs: &Arc<dyn Fs>) -> Writers {
        // A queue without room: at most as many files are held in memory as there are writers.
        let (queue, jobs) = sync_channel::<Job>(0);
        let jobs = Arc::new(Mutex::new(jobs));
        let failure = Arc::new(Mutex::new(None));
        let threads = (0..WRITERS)
            .map(|_| {
                let (fs, jobs, failure) = (fs.clone(), jobs.clone(), failure.clone());
                thread::spawn(move || work(fs.as_ref(), &jobs, &failure))
            })
            .collect();
        Writers { queue: Some(queue), threads, failure }
    }

    /// Hands over a new file. A failure shows in [`Writers::finish`].
    pub(super) fn write(&self, path: PathBuf, bytes: Payload) {
        if let Some(queue) = &self.queue {
            // The receivers live until `queue` is dropped.
            let _ = queue.send((path, bytes));
        }
    }

    /// Waits until all files are on disk; the first failure otherwise.
    pub(super) fn finish(mut self) -> Result<()> {
        self.stop();
        match lock(&self.failure).take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn stop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                lock(&self.failure).get_or_insert_with(|| StoreError::Io {
                    action: "write",
                    path: PathBuf::new(),
                    source: std::io::Error::other("a writer panicked"),
                });
            }
        }
    }
}

/// An abandoned transaction waits too: its folder is removed next.
impl Drop for Writers {
    fn drop(&mut self) {
        self.stop();
    }
}

fn work(fs: &dyn Fs, jobs: &Mutex<Receiver<Job>>, failure: &Mutex<Option<StoreError>>) {
    loop {
        let Ok((path, bytes)) = lock(jobs).recv() else { return };
        if lock(failure).is_some() {
            continue;
        }
        if let Err(source) = fs.write_new(&path, bytes.as_ref().as_ref()) {
            lock(failure).get_or_insert(StoreError::Io { action: "write", path, source });
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
