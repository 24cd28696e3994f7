//! Workbooks read in a child of ourselves, so that an abort, a stack overflow, a hang or a lack of memory costs one
//! file and not the run.
//!
//! `dpcmi __read` takes the file from its standard input and gives cells on its standard output; it may use so
//! much memory and time, open no file and write none. Before: `snapshot` or `archive`; after: `contract`.

mod frame;

use crate::diag::{Diagnostic, Place};
use crate::read::{Limits, Sheet, workbook};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// The word on the command line that makes a process the child.
pub const ARGUMENT: &str = "__read";

/// Reads workbooks, several at once if so called.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// This program, to be run as the child. `None` reads in this process, where a panic is caught and an abort
    /// is not: for tests.
    pub program: Option<PathBuf>,
}

impl Reader {
    /// All sheets of a workbook, or none and why. Never panics; whatever befalls the child is `READER_CRASHED`.
    pub fn workbook(&self, label: &str, bytes: &[u8], limits: &Limits) -> (Vec<Sheet>, Vec<Diagnostic>) {
        if bytes.len() as u64 > limits.file {
            let message = format!("{} bytes, the limit is {}", bytes.len(), limits.file);
            return (Vec::new(), vec![Diagnostic::new("LIMIT_FILE_BYTES", Place::file(label), message)]);
        }
        let read = match &self.program {
            None => catch_unwind(AssertUnwindSafe(|| workbook::read(label, bytes, limits)))
                .map_err(|_| "the reader panicked".to_owned()),
            Some(program) => ask(program, bytes, limits).and_then(|answer| {
                frame::decode(label, &answer, limits)
                    .ok_or_else(|| "the reader's answer makes no sense".to_owned())
            }),
        };
        read.unwrap_or_else(|why| {
            (Vec::new(), vec![Diagnostic::new("READER_CRASHED", Place::file(label), why)])
        })
    }
}

/// The child's whole answer, or what became of the child.
fn ask(program: &Path, bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, String> {
    let mut child = Command::new(program)
        .arg(ARGUMENT)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("the reader could not be started: {e}"))?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(format!("the reader has no pipes; {}", end(&mut child)));
    };
    // The child waits for others of its kind, so the clock on the wall gets more than its processor time.
    let patience = Duration::from_secs(limits.seconds.saturating_mul(4));
    // It cannot build an answer larger than its memory.
    let most = limits.memory;
    std::thread::scope(|threads| {
        threads.spawn(move || {
            // A child that has died early closes the pipe; its answer tells.
            let sent = input.write_all(&frame::header(limits)).and_then(|()| input.write_all(bytes));
            drop(sent);
        });
        let (sender, receiver) = mpsc::channel();
        threads.spawn(move || {
            let mut answer = Vec::new();
            let read = output.take(most).read_to_end(&mut answer).map(|_| answer);
            // The receiver is gone only after a timeout, when nobody wants the answer.
            let _ = sender.send(read);
        });
        let answer = receiver.recv_timeout(patience);
        if matches!(&answer, Ok(Ok(part)) if !frame::ended(part)) {
            linger(&mut child);
        }
        // Closed, full or late: in each case the child has nothing more to say.
        let status = end(&mut child);
        match answer {
            Err(_) => Err(format!("the reader gave no answer within {} seconds", patience.as_secs())),
            Ok(Err(e)) => Err(format!("the reader's answer could not be taken: {e}")),
            Ok(Ok(answer)) if frame::ended(&answer) => Ok(answer),
            Ok(Ok(_)) => Err(format!("the reader stopped half way; {status}")),
        }
    })
}

/// A child that dies closes its output a little before its death can be seen: it gets half a second, so that the
/// status is that of its own death and not of our kill.
fn linger(child: &mut Child) {
    for _ in 0..100 {
        match child.try_wait() {
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            _ => return,
        }
    }
}

/// Makes sure that the child is gone and says how.
fn end(child: &mut Child) -> String {
    let killed = child.kill();
    match child.wait() {
        Ok(status) => describe(status),
        Err(e) => format!("its end is unknown ({e}, {killed:?})"),
    }
}

fn describe(status: ExitStatus) -> String {
    const CPU: i32 = rustix::process::Signal::XCPU.as_raw();
    const ABORT: i32 = rustix::process::Signal::ABORT.as_raw();
    match (status.signal(), status.code()) {
        (Some(CPU), _) => "it used up its processor time".to_owned(),
        (Some(ABORT), _) => "it aborted, mostly for lack of memory".to_owned(),
        (Some(signal), _) => format!("signal {signal} ended it"),
        (None, code) => format!("it ended with code {}", code.unwrap_or(-1)),
    }
}

/// The child's side: a request on standard input, the answer on standard output.
///
/// # Errors
/// When the limits cannot be set, or the request is not one, or the pipes break. The parent sees an answer that
/// does not end.
pub fn serve() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let limits = take_limits(&mut input)?;
    confine(&limits)?;
    answer(input, io::stdout().lock(), &limits)
}

fn take_limits(input: &mut impl Read) -> io::Result<Limits> {
    let mut header = [0; frame::HEADER];
    input.read_exact(&mut header)?;
    frame::limits(&header).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not a request"))
}

/// Limits of the process, hard: it cannot raise them again.
fn confine(limits: &Limits) -> io::Result<()> {
    let set = |resource, value| {
        setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) }).map_err(io::Error::from)
    };
    set(Resource::Core, 0)?;
    set(Resource::Fsize, 0)?;
    // The three pipes are open already.
    set(Resource::Nofile, 3)?;
    set(Resource::As, limits.memory)?;
    // The soft limit sends SIGXCPU, a second before the hard one kills.
    let seconds = limits.seconds.max(1);
    let cpu = Rlimit { current: Some(seconds), maximum: Some(seconds.saturating_add(1)) };
    setrlimit(Resource::Cpu, cpu).map_err(io::Error::from)
}

fn answer(input: impl Read, mut output: impl Write, limits: &Limits) -> io::Result<()> {
    let mut bytes = Vec::new();
    input.take(limits.file.saturating_add(1)).read_to_end(&mut bytes)?;
    let (sheets, diagnostics) = workbook::read("", &bytes, limits);
    drop(bytes);
    output.write_all(&frame::encode(&sheets, &diagnostics))?;
    output.flush()
}
