//! The program killed at random moments, run twice at once, or out of room: what was committed stays whole, and the
//! next run ends with the bytes of a run that nothing disturbed.

use dpcmi::store::{Store, release, verify};
use dpcmi::synth::{Era, Spec};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tempfile::{TempDir, tempdir};

/// A synthetic folder, the part of it that an earlier run saw, and what undisturbed runs make of them.
struct World {
    dir: TempDir,
    /// How long a whole run takes here and now.
    takes: Duration,
    early: Tree,
    late: Tree,
    /// Both one after the other.
    both: Tree,
}

/// Files by path.
type Tree = BTreeMap<String, Vec<u8>>;

fn tree(root: &Path) -> Tree {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    for (name, bytes) in tree(from) {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// A run from `inputs` to the store and release in `out`.
fn run(inputs: &Path, out: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_dpcmi"));
    program.args(["run", "open-2018-19", "--quiet", "--inputs"]).arg(inputs);
    program.arg("--store").arg(out.join("store")).arg("--out").arg(out.join("release"));
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    program
}

fn finish(inputs: &Path, out: &Path) -> Tree {
    let status = run(inputs, out).status().unwrap();
    assert!(matches!(status.code(), Some(0 | 1)), "{status}");
    tree(out)
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let dir = tempdir().unwrap();
    let [early, late] = ["early", "late"].map(|n| dir.path().join(n));
    let spec = Spec { practices: 40, quarters: 1, era: Era::Open2018, ..Spec::default() };
    dpcmi::pipeline::synthetic::write(&spec, &late).unwrap();
    copy(&late, &early);
    fs::remove_file(early.join("list-sizes/gp-reg-pat-prac-all-jun2018.csv")).unwrap();
    fs::remove_file(early.join("payments/18-19.csv")).unwrap();
    let [a, b] = ["a", "b"].map(|n| dir.path().join(n));
    let first = finish(&early, &a);
    let both = finish(&late, &a);
    #[expect(clippy::disallowed_methods, reason = "how long an undisturbed run takes decides when to kill")]
    let start = Instant::now();
    let fresh = finish(&late, &b);
    let takes = start.elapsed();
    World { dir, takes, early: first, late: fresh, both }
});

impl World {
    fn inputs(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

/// Starts a run and kills it after `moment`; false when it had ended by itself.
fn killed(mut child: Child, moment: Duration) -> bool {
    std::thread::sleep(moment);
    let ended = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    !ended
}

fn restore(tree: &Tree, out: &Path) {
    for (name, bytes) in tree {
        let path = out.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn current(tree: &Tree) -> Option<&[u8]> {
    tree.get("store/CURRENT").map(Vec::as_slice)
}

fn part<'a>(tree: &'a Tree, folder: &str) -> BTreeMap<&'a str, &'a [u8]> {
    let of = tree.iter().filter_map(|(n, b)| n.strip_prefix(folder).map(|n| (n, b.as_slice())));
    of.collect()
}

/// What lies in `out` after a kill is one of the states in `allowed`, whole.
fn assert_whole(out: &Path, allowed: &[&Tree], moment: &str) {
    let store = out.join("store");
    if store.is_dir() {
        let report = verify::store(&store).unwrap();
        assert!(report.is_whole(), "{moment}: {:?}", report.faults);
        let pointer = fs::read(store.join("CURRENT")).ok();
        // a store before its first commit says so
        let fresh = allowed.len() == 1 && pointer.as_deref().is_none_or(|p| p == b"empty\n");
        let known = fresh || allowed.iter().any(|t| current(t) == pointer.as_deref());
        assert!(known, "{moment}: CURRENT is {pointer:?}");
        Store::open(&store).unwrap().current().unwrap();
    }
    let published = out.join("release");
    if published.is_dir() {
        assert!(release::verify(&published).unwrap().is_whole(), "{moment}");
        let found = tree(&published);
        let found: BTreeMap<&str, &[u8]> = found.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
        assert!(
            allowed.iter().any(|t| part(t, "release/") == found),
            "{moment}: a release of neither version"
        );
    }
}

/// A folder as it is before a run.
fn folder_of(before: Option<&Tree>) -> TempDir {
    let out = tempdir().unwrap();
    if let Some(before) = before {
        restore(before, out.path());
    }
    out
}

/// Kills runs from `before` to `after`, five times before one may end.
fn kill_often(seed: u64, rounds: usize, before: Option<&Tree>, after: &Tree) -> usize {
    let world = &*WORLD;
    let inputs = world.inputs("late");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut kills, mut takes) = (0, world.takes);
    for round in 0..rounds {
        let mut out = folder_of(before);
        let allowed: Vec<&Tree> = before.into_iter().chain([after]).collect();
        for _ in 0..5 {
            let share = (rng.next_u32() as f64) / f64::from(u32::MAX);
            let moment = takes.mul_f64(share);
            let was = killed(run(&inputs, out.path()).spawn().unwrap(), moment);
            assert_whole(out.path(), &allowed, &format!("round {round}, killed after {moment:?}"));
            if was {
                kills += 1;
            } else {
                // the machine is less busy than when a run was measured; and after a whole run the next has nothing to do
                takes = moment;
                assert_same(&tree(out.path()), after, &format!("round {round}, ended before {moment:?}"));
                out = folder_of(before);
            }
        }
        assert_same(&finish(&inputs, out.path()), after, &format!("round {round}"));
    }
    kills
}

/// The same files with the same bytes; a lock that a killed run left is none.
fn assert_same(found: &Tree, wanted: &Tree, what: &str) {
    let names = |t: &Tree| -> Vec<String> { t.keys().filter(|n| !n.contains("lock")).cloned().collect() };
    assert_eq!(names(found), names(wanted), "{what}");
    for name in names(found) {
        assert!(found[&name] == wanted[&name], "{what}: {name}");
    }
}

#[test]
fn a_run_killed_at_any_moment_leaves_the_old_or_the_new_and_the_next_one_ends_as_if_nothing_had_been() {
    let world = &*WORLD;
    let fresh = kill_often(11, 2, None, &world.late);
    let later = kill_often(12, 3, Some(&world.early), &world.both);
    println!("{} of 25 runs were killed before their end; a run takes {:?}", fresh + later, world.takes);
    assert!(fresh + later >= 9, "too few kills hit: {fresh} and {later}");
}

#[test]
fn of_two_runs_at_once_one_waits_or_gives_way_and_nothing_is_mixed() {
    let world = &*WORLD;
    let inputs = world.inputs("late");
    let out = tempdir().unwrap();
    restore(&world.early, out.path());
    let both: Vec<Child> = (0..2).map(|_| run(&inputs, out.path()).spawn().unwrap()).collect();
    let codes: Vec<Option<i32>> = both.into_iter().map(|mut c| c.wait().unwrap().code()).collect();
    assert!(codes.iter().all(|c| matches!(c, Some(0 | 1 | 75))), "{codes:?}");
    assert!(codes.iter().any(|c| matches!(c, Some(0 | 1))), "somebody wins: {codes:?}");
    assert_whole(out.path(), &[&world.both], "two at once");
    assert_same(&finish(&inputs, out.path()), &world.both, "two at once");
}

#[test]
fn a_file_that_may_not_grow_is_a_clean_error_and_changes_nothing() {
    let world = &*WORLD;
    let inputs = world.inputs("late");
    for blocks in [0, 4, 24] {
        let out = tempdir().unwrap();
        restore(&world.early, out.path());
        let run = run(&inputs, out.path());
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("ulimit -f {blocks}; exec \"$@\"")).arg("sh");
        shell.arg(run.get_program()).args(run.get_args());
        let done = shell.output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(20), "{blocks} blocks: {said}");
        assert!(
            said.contains("File too large") && said.contains(".dpcmi") | said.contains("store"),
            "{said}"
        );
        assert_eq!(fs::read(out.path().join("store/CURRENT")).ok().as_deref(), current(&world.early));
        assert_whole(out.path(), &[&world.early], "no room");
        assert_same(&finish(&inputs, out.path()), &world.both, "room again");
    }
}
