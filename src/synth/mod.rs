//! A whole synthetic England in the published file layouts, with a truth file.
//!
//! Not data: every practice, CCG, count and pound here is drawn by a seeded generator. The *shapes* follow the
//! published files (list sizes, supplier shares, sizes of CCGs, how adoption hangs together, which cells are
//! blank), the *values* belong to nobody. It feeds `dpcmi demo`, the tests and the benches, which need a country
//! of any size whose true answers are known.
//!
//! **Marked on everything it reaches.** Organisation names hold the word [`MARK`], so that one file taken out of
//! its folder still says what it is; the root holds [`MARKER`] with the seed and a hash of every file; workbooks
//! say it on their title sheet. Layouts without any name say it in the publication column (list sizes) or, having no
//! column of text at all, in the file's own name (GP2GP, epcmem). Practice codes start with `Z` (cost centres with `X`), letters that the ODS does
//! not use for practices in England; CCG codes end in a letter that no CCG of the ODS lists of 2016 and 2025 ends in.
//! Region, area and PCN codes keep the published form, and a code may coincide with a real one: names never do.
//!
//! **Truth.** `truth/` says what the files were made from: adoption per practice, totals per field and month before
//! and after the planted faults, and every planted fault (a *wart*) with its key, so that a test can ask whether
//! the pipeline found it.
//!
//! **Determinism.** Each entity draws from its own ChaCha stream (seed, kind, number), never from a shared one, so the
//! bytes depend on the [`Spec`] alone and not on threads. Logarithms and cosines come from the platform's maths
//! library: another C library may differ in a last digit.
//!
//! [`generate`] touches no files: it returns paths and bytes.

mod book;
mod choices;
mod consultations;
mod draw;
mod gp2gp;
mod gpsoc;
mod lists;
mod ods;
mod payments;
mod places;
mod pomi;
mod practice;
mod returns;
mod spend;
mod telephony;
mod text;
mod truth;
mod weighted;
mod world;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use rayon::prelude::*;
use world::World;

/// The word in the name of every synthetic organisation.
pub const MARK: &str = "SYNTHETIC";
/// The marker file at the root of every synthetic set.
pub const MARKER: &str = "SYNTHETIC.json";
/// Folder of the answers: what was planted, and the totals.
pub const TRUTH: &str = "truth";

/// Which families of files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// POMI, list sizes, payments, GPSoC, GP2GP, NHS Choices, CCG spend; ODS.
    Open2018,
    /// Online consultations, cloud telephony, list sizes, weighted populations; ODS.
    Open2025,
    Both,
    /// The sets of 2018 and the returns of the full model (practice declaration, CCG survey, agreements, security
    /// toolkit, spend), with planted false claims, copies, silence, one supplier's fault and errors of spend.
    Dpcma,
}

impl Era {
    /// `2018`, `2025`, `both` or `dpcma`.
    pub fn parse(word: &str) -> Option<Era> {
        [Era::Open2018, Era::Open2025, Era::Both, Era::Dpcma].into_iter().find(|e| e.as_str() == word)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Era::Open2018 => "2018",
            Era::Open2025 => "2025",
            Era::Both => "both",
            Era::Dpcma => "dpcma",
        }
    }
}

/// What to generate. The same value gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    pub seed: u64,
    /// Practices open on the first day of the first era; 40 to 90,000. England had about 7,000 in 2018. With
    /// [`Era::Both`] one in nine of them closes before the sets of 2025 begin, as happened in England.
    pub practices: usize,
    /// Quarters in each era; 1 to 24.
    pub quarters: usize,
    /// First day of the first quarter of the 2018 sets.
    pub start: Date,
    /// First day of the first quarter of the 2025 sets.
    pub start_2025: Date,
    pub era: Era,
}

impl Default for Spec {
    fn default() -> Spec {
        Spec {
            seed: 1,
            practices: 7_000,
            quarters: 2,
            start: date(2018, 4, 1),
            start_2025: date(2025, 10, 1),
            era: Era::Both,
        }
    }
}

/// Why a [`Spec`] cannot be generated.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    #[error(
        "{0} practices: between 40 (fewer cannot carry every planted fault) and 90,000 (codes) are possible"
    )]
    Practices(usize),
    #[error("{0} quarters: between 1 and 24 are possible")]
    Quarters(usize),
    #[error("{0} is not the first day of a quarter between 2013 and 2099")]
    Start(Date),
    #[error("the sets of 2025 would start on {modern}, before the last month of the 2018 sets, {last}")]
    Overlap { modern: Date, last: Date },
    #[error("a workbook could not be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    #[error("a zip could not be written")]
    Zip(#[from] zip::result::ZipError),
}

impl Spec {
    /// Checks the limits named on the fields.
    pub fn check(&self) -> Result<(), SynthError> {
        if !(40..=90_000).contains(&self.practices) {
            return Err(SynthError::Practices(self.practices));
        }
        if !(1..=24).contains(&self.quarters) {
            return Err(SynthError::Quarters(self.quarters));
        }
        for day in [self.start, self.start_2025] {
            if day.day() != 1 || (day.month() - 1) % 3 != 0 || !(2013..2099).contains(&day.year()) {
                return Err(SynthError::Start(day));
            }
        }
        if let (Era::Both, Some(&last)) = (self.era, self.months(self.start).last())
            && self.start_2025 <= last
        {
            return Err(SynthError::Overlap { modern: self.start_2025, last });
        }
        Ok(())
    }

    /// First days of the months of one era.
    fn months(&self, start: Date) -> Vec<Date> {
        (0..3 * self.quarters as i32).map(|m| start.saturating_add(m.months())).collect()
    }
}

/// One file of the set: a path relative to the root, with `/`, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SynthFile {
    pub path: String,
    pub bytes: Vec<u8>,
}

/// What one writer hands over: its file and what it knows about it.
struct Part {
    file: SynthFile,
    warts: Vec<truth::Wart>,
    totals: Vec<truth::Total>,
}

/// Writes the whole set: data files sorted by path, then `truth/`, then [`MARKER`]. Runs on the current rayon pool.
pub fn generate(spec: &Spec) -> Result<Vec<SynthFile>, SynthError> {
    spec.check()?;
    let world = World::build(spec);
    let mut jobs: Vec<Job> = Vec::new();
    if world.has_2018() {
        jobs.extend(pomi::jobs(&world));
        jobs.extend(lists::jobs(&world));
        jobs.extend(payments::jobs(&world));
        jobs.extend(gpsoc::jobs(&world));
        jobs.extend(gp2gp::jobs(&world));
        jobs.extend(choices::jobs(&world));
        jobs.extend(spend::jobs(&world));
    }
    if spec.era == Era::Dpcma {
        jobs.extend(returns::jobs(&world));
    }
    if world.has_2025() {
        jobs.extend(consultations::jobs(&world));
        jobs.extend(telephony::jobs(&world));
        jobs.extend(weighted::jobs(&world));
        jobs.extend(lists::jobs_2025(&world));
    }
    jobs.extend(ods::jobs(&world));
    write(&world, jobs)
}

/// The part of a [`Era::Dpcma`] set that spend is worked out from: returns, residents, published lines and list sizes,
/// the same bytes as in the whole set, with the truth about them. For measurements over many countries.
pub fn generate_spend(spec: &Spec) -> Result<Vec<SynthFile>, SynthError> {
    spec.check()?;
    let world = World::build(&Spec { era: Era::Dpcma, ..spec.clone() });
    let mut jobs = lists::jobs(&world);
    jobs.extend(spend::jobs(&world));
    jobs.extend(returns::spending::jobs(&world));
    write(&world, jobs)
}

fn write(world: &World, jobs: Vec<Job<'_>>) -> Result<Vec<SynthFile>, SynthError> {
    let mut parts = jobs.into_par_iter().map(|job| job()).collect::<Result<Vec<Part>, _>>()?;
    parts.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    Ok(truth::close(world, parts))
}

/// One file to be written, on whichever thread is free.
type Job<'w> = Box<dyn FnOnce() -> Result<Part, SynthError> + Send + 'w>;
