//! Nothing that stops a commit can hurt what was committed: every operation made to fail, once and for good; every
//! state that a power cut could leave, with names that were not yet synced lost.

use crate::store_support::{commit_a_month, tree};
use dpcmi::store::{Disk, Fs, Store, StoreError, verify};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use tempfile::{TempDir, tempdir};

/// One operation that changes the disk.
#[derive(Clone, Debug, PartialEq)]
enum Op {
    CreateDir(PathBuf),
    Write(PathBuf, Vec<u8>),
    SyncDir(PathBuf),
    RenameNew(PathBuf, PathBuf),
    Link(PathBuf, PathBuf),
    RenameOver(PathBuf, PathBuf),
    Exchange(PathBuf, PathBuf),
    RemoveFile(PathBuf),
    RemoveTree(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// The n-th operation fails with EIO and has no effect; all others work.
    Once(usize),
    /// The n-th operation and all after it fail: a dead disk, or a killed process. A write that is hit leaves half.
    FromThenOn(usize),
    /// An old file system: no rename that refuses to replace.
    NoRefusingRename,
}

/// The disk, with a record of what was asked of it, and a fault.
struct Faulty {
    fault: Fault,
    log: Mutex<Vec<Op>>,
}

impl Faulty {
    fn new(fault: Fault) -> Arc<Faulty> {
        Arc::new(Faulty { fault, log: Mutex::new(Vec::new()) })
    }

    fn log(&self) -> Vec<Op> {
        self.log.lock().unwrap().clone()
    }

    /// One operation at a time, so that the record has their true order.
    fn run(&self, op: Op, work: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let mut log = self.log.lock().unwrap();
        let number = log.len();
        log.push(op.clone());
        match self.fault {
            Fault::Once(n) if n == number => Err(io::Error::from_raw_os_error(5)),
            Fault::FromThenOn(n) if number >= n => {
                if let (Op::Write(path, bytes), true) = (&op, number == n) {
                    std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
                }
                Err(io::Error::from_raw_os_error(5))
            }
            Fault::NoRefusingRename if matches!(op, Op::RenameNew(..) | Op::Exchange(..)) => {
                Err(io::Error::from_raw_os_error(22))
            }
            _ => work(),
        }
    }
}

impl Fs for Faulty {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.run(Op::CreateDir(path.into()), || Disk.create_dir(path))
    }
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.run(Op::Write(path.into(), bytes.into()), || Disk.write_new(path, bytes))
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.run(Op::SyncDir(path.into()), || Disk.sync_dir(path))
    }
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.run(Op::RenameNew(from.into(), to.into()), || Disk.rename_new(from, to))
    }
    fn hard_link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.run(Op::Link(from.into(), to.into()), || Disk.hard_link(from, to))
    }
    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.run(Op::RenameOver(from.into(), to.into()), || Disk.rename_over(from, to))
    }
    fn exchange(&self, a: &Path, b: &Path) -> io::Result<()> {
        self.run(Op::Exchange(a.into(), b.into()), || Disk.exchange(a, b))
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.run(Op::RemoveFile(path.into()), || Disk.remove_file(path))
    }
    fn remove_tree(&self, path: &Path) -> io::Result<()> {
        self.run(Op::RemoveTree(path.into()), || Disk.remove_tree(path))
    }
}

const OLD: &str = "2018-08-31";
const NEW: &str = "2018-09-30";

/// Puts a store with one version at `root`.
fn old_version(root: &Path) -> String {
    static MADE: OnceLock<(String, BTreeMap<String, Vec<u8>>)> = OnceLock::new();
    let (id, files) = MADE.get_or_init(|| {
        let dir = tempdir().unwrap();
        let id = commit_a_month(&Store::open(dir.path()).unwrap(), OLD, &[3, 1]).unwrap();
        (id, tree(dir.path()))
    });
    for (name, bytes) in files {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    id.clone()
}

fn new_version(root: &Path, fs: &Arc<Faulty>) -> Result<String, StoreError> {
    commit_a_month(&Store::open_on(root, fs.clone()).unwrap(), NEW, &[4008, 9120])
}

fn current(root: &Path) -> Option<String> {
    Store::open(root).unwrap().current().unwrap().map(|v| v.id().to_owned())
}

/// Old and new version, and the files of a store that was never disturbed.
fn undisturbed() -> (String, String, BTreeMap<String, Vec<u8>>, Vec<Op>) {
    let dir = tempdir().unwrap();
    let old = old_version(dir.path());
    let fs = Faulty::new(Fault::None);
    let new = new_version(dir.path(), &fs).unwrap();
    (old, new, tree(dir.path()), fs.log())
}

#[test]
fn whichever_operation_fails_the_old_version_stays_and_the_next_run_gives_the_same_store() {
    let (old, new, reference, log) = undisturbed();
    assert!(log.len() > 25, "{} operations", log.len());
    for number in 0..log.len() {
        for fault in [Fault::Once(number), Fault::FromThenOn(number)] {
            let dir = tempdir().unwrap();
            old_version(dir.path());
            let fs = Faulty::new(fault);
            let outcome = new_version(dir.path(), &fs);
            let failed = fs.log()[number].clone();
            let pointed = fs.log()[..number].iter().any(|op| matches!(op, Op::RenameOver(..)));
            match &outcome {
                Ok(id) => {
                    // The new version was acknowledged, and only the clearing away after it failed.
                    assert_eq!((id, pointed), (&new, true), "{fault:?} {failed:?}");
                    assert!(matches!(failed, Op::RemoveTree(_)), "{fault:?} {failed:?}");
                }
                Err(error) => {
                    let text = error.to_string();
                    assert!(text.contains("Input/output error") && text.contains("/"), "{text}");
                    // Once renamed, the pointer is the new one; its last sync is what failed.
                    let expected = if pointed { &new } else { &old };
                    assert_eq!(current(dir.path()).as_ref(), Some(expected), "{fault:?} {failed:?}");
                }
            }
            let report = verify::store(dir.path()).unwrap();
            assert!(report.is_whole(), "{fault:?} {failed:?} {:?}", report.faults);
            assert_eq!(new_version(dir.path(), &Faulty::new(Fault::None)).unwrap(), new);
            assert!(tree(dir.path()) == reference, "{fault:?} {failed:?} leaves other files");
        }
    }
}

#[test]
fn a_fault_in_the_first_run_and_another_in_clearing_it_away_do_no_harm_either() {
    let (_, _, reference, log) = undisturbed();
    for first in (3..log.len()).step_by(6) {
        for second in 0..4 {
            let dir = tempdir().unwrap();
            old_version(dir.path());
            let _ = new_version(dir.path(), &Faulty::new(Fault::FromThenOn(first)));
            let _ = new_version(dir.path(), &Faulty::new(Fault::FromThenOn(second)));
            assert!(verify::store(dir.path()).unwrap().is_whole(), "{first} {second}");
            new_version(dir.path(), &Faulty::new(Fault::None)).unwrap();
            assert!(tree(dir.path()) == reference, "{first} {second}");
        }
    }
}

#[test]
fn the_very_first_commit_is_there_or_not() {
    let dir = tempdir().unwrap();
    let fs = Faulty::new(Fault::None);
    let id = new_version(&dir.path().join("deep/store"), &fs).unwrap();
    let reference = tree(&dir.path().join("deep/store"));
    for number in 0..fs.log().len() {
        let dir = tempdir().unwrap();
        let root = dir.path().join("deep/store");
        let _ = new_version(&root, &Faulty::new(Fault::FromThenOn(number)));
        assert!(current(&root).is_none_or(|c| c == id));
        assert_eq!(new_version(&root, &Faulty::new(Fault::None)).unwrap(), id);
        assert!(tree(&root) == reference, "operation {number}");
    }
}

#[test]
fn a_file_system_without_refusing_renames_gives_the_same_store() {
    let (_, new, reference, _) = undisturbed();
    let dir = tempdir().unwrap();
    old_version(dir.path());
    let fs = Faulty::new(Fault::NoRefusingRename);
    assert_eq!(new_version(dir.path(), &fs).unwrap(), new);
    assert!(fs.log().iter().any(|op| matches!(op, Op::Link(..))));
    assert!(tree(dir.path()) == reference);
}

/// A disk in memory, for the states after a power cut.
#[derive(Clone, Default, PartialEq)]
struct Model {
    dirs: BTreeSet<PathBuf>,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Model {
    fn of(root: &Path) -> Model {
        let mut model = Model { dirs: BTreeSet::from([root.to_owned()]), files: BTreeMap::new() };
        for (name, bytes) in tree(root) {
            let path = root.join(name);
            model
                .dirs
                .extend(path.ancestors().skip(1).take_while(|a| a.starts_with(root)).map(Path::to_owned));
            model.files.insert(path, bytes);
        }
        model
    }

    /// Does what the operation asks; one that rests on a lost one does nothing.
    fn apply(&mut self, op: &Op) {
        let has_parent = |m: &Model, p: &Path| m.dirs.contains(p.parent().unwrap());
        match op {
            Op::CreateDir(p) if has_parent(self, p) => drop(self.dirs.insert(p.clone())),
            Op::Write(p, bytes) if has_parent(self, p) => drop(self.files.insert(p.clone(), bytes.clone())),
            Op::RenameNew(a, b) | Op::RenameOver(a, b) if has_parent(self, b) => {
                let under = |p: &PathBuf| p.starts_with(a);
                let moved = |p: &PathBuf| if p == a { b.clone() } else { b.join(p.strip_prefix(a).unwrap()) };
                for p in self.dirs.iter().filter(|p| under(p)).cloned().collect::<Vec<_>>() {
                    self.dirs.remove(&p);
                    self.dirs.insert(moved(&p));
                }
                for p in self.files.keys().filter(|p| under(p)).cloned().collect::<Vec<_>>() {
                    let bytes = self.files.remove(&p).unwrap();
                    self.files.insert(moved(&p), bytes);
                }
            }
            Op::RemoveFile(p) => drop(self.files.remove(p)),
            Op::RemoveTree(p) => {
                self.dirs.retain(|d| !d.starts_with(p));
                self.files.retain(|f, _| !f.starts_with(p));
            }
            _ => {}
        }
    }

    fn write_out(&self, from: &Path) -> TempDir {
        let dir = tempdir().unwrap();
        let place = |p: &PathBuf| dir.path().join(p.strip_prefix(from).unwrap());
        for p in &self.dirs {
            std::fs::create_dir_all(place(p)).unwrap();
        }
        for (p, bytes) in &self.files {
            std::fs::write(place(p), bytes).unwrap();
        }
        dir
    }
}

/// The operations of `log` whose change of a name is not durable at its end: no sync of that folder follows, and no
/// durable rename out of it (a file that has safely moved does not need its former folder).
fn not_durable(log: &[Op], syncs_work: bool) -> Vec<usize> {
    let mut at_risk = Vec::new();
    let mut moved_from: Vec<&Path> = Vec::new();
    for (i, op) in log.iter().enumerate().rev() {
        let name = match op {
            Op::CreateDir(p) | Op::Write(p, _) | Op::RemoveFile(p) | Op::RemoveTree(p) => p,
            Op::RenameNew(_, p) | Op::RenameOver(_, p) | Op::Link(_, p) | Op::Exchange(_, p) => p,
            Op::SyncDir(_) => continue,
        };
        let folder = name.parent().unwrap();
        let synced =
            syncs_work && log[i + 1..].iter().any(|later| matches!(later, Op::SyncDir(d) if d == folder));
        if !synced && !moved_from.iter().any(|from| from.starts_with(name)) {
            at_risk.push(i);
        } else if let Op::RenameNew(from, _) | Op::RenameOver(from, _) = op {
            moved_from.push(from);
        }
    }
    at_risk
}

/// The states that a power cut after each operation could leave: all names kept, all that were not synced lost,
/// each of them alone lost, and each of them alone kept. Returns what each state's store says, with the number of operations done.
fn after_power_cuts(syncs_work: bool) -> Vec<(usize, usize, Result<Option<String>, String>)> {
    let dir = tempdir().unwrap();
    old_version(dir.path());
    let start = Model::of(dir.path());
    let fs = Faulty::new(Fault::None);
    new_version(dir.path(), &fs).unwrap();
    let log = fs.log();
    let mut outcomes = Vec::new();
    let mut seen: Vec<Model> = Vec::new();
    for done in 0..=log.len() {
        let at_risk = not_durable(&log[..done], syncs_work);
        let alone = at_risk.iter().map(|&i| vec![i]);
        let all_but = at_risk.iter().map(|&i| at_risk.iter().copied().filter(|&other| other != i).collect());
        for lost in [Vec::new(), at_risk.clone()].into_iter().chain(alone).chain(all_but) {
            let mut state = start.clone();
            for (i, op) in log[..done].iter().enumerate() {
                if !lost.contains(&i) {
                    state.apply(op);
                }
            }
            if seen.contains(&state) && done < log.len() {
                continue;
            }
            let cut = state.write_out(dir.path());
            seen.push(state);
            let report = verify::store(cut.path()).unwrap();
            let answer =
                if report.is_whole() { Ok(current(cut.path())) } else { Err(format!("{:?}", report.faults)) };
            outcomes.push((done, log.len(), answer));
        }
    }
    outcomes
}

#[test]
fn after_any_power_cut_the_old_or_the_new_version_is_whole_and_an_acknowledged_one_is_there() {
    let (old, new, ..) = undisturbed();
    let outcomes = after_power_cuts(true);
    assert!(outcomes.len() > 40, "{} states", outcomes.len());
    for (done, all, answer) in outcomes {
        match answer {
            Ok(Some(id)) if id == new => {}
            Ok(Some(id)) if id == old => assert!(done < all, "acknowledged and lost"),
            other => panic!("after {done} of {all} operations: {other:?}"),
        }
    }
}

/// The test above must be able to fail: without syncs of folders it finds damage.
#[test]
fn without_syncs_the_power_cuts_do_damage() {
    let (_, new, ..) = undisturbed();
    let outcomes = after_power_cuts(false);
    assert!(outcomes.iter().any(|(_, _, answer)| answer.is_err()), "a version that names lost files");
    assert!(
        outcomes
            .iter()
            .any(|(done, all, answer)| done == all && answer.as_ref().ok() != Some(&Some(new.clone()))),
        "an acknowledged version that is lost"
    );
}
