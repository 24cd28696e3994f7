//! The command line as clap sees it. Doc comments are the user's help.

use crate::model::MembershipBasis;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

/// Digital Primary Care Maturity Index: from what the NHS published to a scored, charted, verifiable release.
///
/// Exit codes: 0 clean or notes only, 1 done with warnings, 2 usage, 10 definitions, 11 a submission was refused
/// (a file, sheet, or the return of one CCG; what was not refused is stored, and a release is made of it), 12 reconciliation
/// failed, 13 disclosure check failed, 20 files, 70 a bug, 75 another run holds the lock.
#[derive(Debug, Parser)]
#[command(name = "dpcmi", version, max_term_width = 100, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Clone, Debug, Args)]
pub struct Common {
    /// How the summary is printed on standard output.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// No progress, no summary; only what is wrong.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Notes too, and more examples of each fault.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// A folder with `datasets/` and `pipelines/` in place of the shipped definitions, and files of `reports/`.
    #[arg(long, global = true, value_name = "DIR")]
    pub definitions: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Writes a synthetic England in the published layouts and runs the whole line on it.
    Demo(DemoArgs),
    /// All stages: inputs to store to release. Does nothing when nothing changed.
    Run(RunArgs),
    /// Every problem in definitions and inputs in one pass; writes nothing.
    ///
    /// It reads the inputs only and opens no store: whether a file is a second release of a period that a store
    /// holds, or has lost most of its rows against it (RESUBMISSION, RESUBMISSION_SHRANK), it says between the files
    /// of the folder alone; and what shows only in a release, such as a quarter that covers few patients, it cannot
    /// see. `ingest` and `run` see both.
    Check(InputArgs),
    /// As far as the store.
    Ingest(IngestArgs),
    /// What a run would do, and why.
    Plan(PlanArgs),
    /// The index engine on any units: one row per unit, one column per indicator.
    Score(ScoreArgs),
    /// Divides a pot of money among CCGs by scenarios, to the penny, and sets them side by side.
    Allocate(AllocateArgs),
    /// The release as it would be with other answers, lists, spend or weights; without a change, the same bytes.
    WhatIf(WhatIfArgs),
    /// Feeds of facts for patients, whole and as changes since a former release.
    Feed(FeedArgs),
    /// What would be told to patients, a file for each practice to confirm or correct before the release.
    Preview(PreviewArgs),
    /// What a diagnostic code means; or, with --release, one published number back to its source.
    Explain(ExplainArgs),
    /// Checks a store or a release: every hash, every count, every total.
    Verify(VerifyArgs),
    /// What a store holds: datasets, periods, gaps, restatements.
    Status(StatusArgs),
    /// Writes a synthetic England in the published layouts, with a truth file.
    Synth(SynthArgs),
    /// Of what a synthetic set plants, how much its release found (false claims, copies).
    Detection(DetectionArgs),
    /// Writes the empty forms of returns, as text and workbook, from their contracts.
    Template(TemplateArgs),
    /// JSON Schemas of the definitions, for editors.
    Schema(SchemaArgs),
    /// Completions for a shell.
    Completions { shell: clap_complete::Shell },
    /// The manual page.
    Man,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Folder for inputs, store and release; replaced when it holds an earlier demo.
    #[arg(long, value_name = "DIR", default_value = "demo")]
    pub out: PathBuf,
    /// Practices of the synthetic England.
    #[arg(long, default_value_t = 7_000)]
    pub practices: usize,
    /// Quarters of it; who took a step and kept it shows from the fifth on.
    #[arg(long, default_value_t = 6)]
    pub quarters: usize,
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

#[derive(Debug, Args)]
pub struct InputArgs {
    /// A pipeline's name (see `dpcmi schema --list`) or a .toml file.
    pub pipeline: String,
    /// Folder with the quarter's files, searched to any depth.
    #[arg(long, value_name = "DIR")]
    pub inputs: PathBuf,
}

#[derive(Debug, Args)]
pub struct IngestArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[arg(long, value_name = "DIR", default_value = "store")]
    pub store: PathBuf,
}

#[derive(Debug, Args)]
pub struct ChoiceArgs {
    /// Which CCG a practice counts under: as-returned, current, or a date such as 2018-09-30.
    #[arg(long, default_value = "as-returned")]
    pub basis: MembershipBasis,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The last day for replies to the preview, as `dpcmi preview --reply-by` named it: a later reply is not applied,
    /// whatever day the returned file names.
    #[arg(long, value_name = "DATE")]
    pub reply_by: Option<Date>,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub ingest: IngestArgs,
    /// Folder of the release; replaced in one step.
    #[arg(long, value_name = "DIR", default_value = "release")]
    pub out: PathBuf,
    #[command(flatten)]
    pub choices: ChoiceArgs,
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    pub ingest: IngestArgs,
    /// Folder of the release, to see whether it would be made again.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub choices: ChoiceArgs,
}

#[derive(Debug, Args)]
pub struct ScoreArgs {
    /// A framework file, or the name of a pipeline.
    #[arg(long, value_name = "FILE")]
    pub framework: String,
    /// CSV: `unit`, optionally `period`, then one column per indicator.
    #[arg(long, value_name = "CSV")]
    pub values: PathBuf,
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Replicates of the joint simulation, instead of the framework's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=100_000))]
    pub replicates: Option<u32>,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// CSV with a sample of weights instead of draws: a column from 0 to 1 per id, a row per replicate.
    #[arg(long, value_name = "CSV", conflicts_with = "replicates")]
    pub design: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct AllocateArgs {
    /// Scenarios: names (split-2014, split-2014-weighted, uplift-18, uplift-18-5, uplift-flat, uplift-lists) or .toml
    /// files. Several are set side by side; the first is what the others are compared with.
    #[arg(required = true, value_name = "SCENARIO")]
    pub scenarios: Vec<String>,
    /// Folder with the published files that hold the people, searched to any depth.
    #[arg(long, value_name = "DIR")]
    pub inputs: Option<PathBuf>,
    /// Take the people from the practices of this release instead.
    #[arg(long, value_name = "DIR", conflicts_with = "inputs")]
    pub release: Option<PathBuf>,
    #[arg(long, value_name = "DIR", default_value = "allocation")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct WhatIfArgs {
    /// A .toml file of `[[set]]` (dataset, rows, column, value), `[[add]]` (dataset, as_at, cells) and `[[weight]]` (of, value).
    #[arg(value_name = "CHANGES")]
    pub changes: PathBuf,
    /// The release that the changes are held against.
    #[arg(long, value_name = "DIR", default_value = "release")]
    pub release: PathBuf,
    /// The store that it was made of.
    #[arg(long, value_name = "DIR", default_value = "store")]
    pub store: PathBuf,
    /// Where the trial goes; never onto the release itself.
    #[arg(long, value_name = "DIR", default_value = "what-if")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct FeedArgs {
    #[arg(long, value_name = "DIR", default_value = "release")]
    pub release: PathBuf,
    /// The release, or the output of this command, that readers hold: what changed since goes to `feeds/changes/`.
    #[arg(long, value_name = "DIR")]
    pub previous: Option<PathBuf>,
    /// The address under which the files will lie, such as https://data.example/gp/.
    #[arg(long, value_name = "URL")]
    pub base: Option<String>,
    /// The ODS file of successors (succ.csv; read by the contract `ods_succession`), to say who took over from a practice that is gone.
    #[arg(long, value_name = "CSV", requires = "previous")]
    pub successors: Option<PathBuf>,
    #[arg(long, value_name = "DIR", default_value = "feed")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// A pipeline's name or a .toml file.
    pub pipeline: String,
    #[arg(long, value_name = "DIR", default_value = "store")]
    pub store: PathBuf,
    /// The last day for replies, for practices to read; give `dpcmi run` the same.
    #[arg(long, value_name = "DATE")]
    pub reply_by: Option<Date>,
    /// Only the practices of this CCG.
    #[arg(long, value_name = "CODE")]
    pub ccg: Option<String>,
    /// Which CCG a practice counts under: as-returned, current, or a date such as 2018-09-30.
    #[arg(long, default_value = "as-returned")]
    pub basis: MembershipBasis,
    /// An empty or new folder: what somebody may have filled in is never replaced.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A diagnostic code (C012 or NUM_NOT_FINITE), or with --release a practice or CCG.
    pub code: String,
    /// The release that printed the number.
    #[arg(long, value_name = "DIR")]
    pub release: Option<PathBuf>,
    /// A column of the score tables, or an indicator.
    #[arg(long, default_value = "score")]
    pub measure: String,
    /// A quarter of the release, by its last day or its label; unless said, the one that the page puts in front.
    #[arg(long, value_name = "QUARTER", requires = "release")]
    pub period: Option<String>,
    /// The store that the release was made of: adds the rows of the files, with their lines.
    #[arg(long, value_name = "DIR", requires = "release")]
    pub store: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A store or a release.
    pub dir: PathBuf,
}

#[derive(Debug, Args)]
pub struct StatusArgs {
    #[arg(long, value_name = "DIR", default_value = "store")]
    pub store: PathBuf,
}

#[derive(Debug, Args)]
pub struct SynthArgs {
    /// An empty or new folder.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    #[arg(long, default_value_t = 7_000)]
    pub practices: usize,
    /// Quarters in each era.
    #[arg(long, default_value_t = 2)]
    pub quarters: usize,
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Which sets: 2018, 2025, both; or dpcma, the sets of 2018 with the returns of the full model.
    #[arg(long, default_value = "both")]
    pub era: String,
    /// First day of the first quarter of the 2018 sets.
    #[arg(long, value_name = "DATE", default_value = "2018-04-01")]
    pub start: Date,
}

#[derive(Debug, Args)]
pub struct DetectionArgs {
    /// The pipeline that made the release.
    #[arg(default_value = "dpcma-2018")]
    pub pipeline: String,
    /// The synthetic set, with its `truth/`.
    #[arg(long, value_name = "DIR")]
    pub inputs: PathBuf,
    #[arg(long, value_name = "DIR", default_value = "release")]
    pub release: PathBuf,
}

#[derive(Debug, Args)]
pub struct TemplateArgs {
    /// Datasets such as practice_declaration, ccg_gpit_survey, practice_agreements.
    #[arg(required = true, value_name = "DATASET")]
    pub datasets: Vec<String>,
    /// An empty or new folder: forms that are there are never replaced.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Only the units of this CCG.
    #[arg(long, value_name = "CODE")]
    pub ccg: Option<String>,
    /// The day that the answers will speak of.
    #[arg(long, value_name = "DATE")]
    pub as_at: Option<Date>,
    /// A release whose practices the forms are made out to.
    #[arg(long, value_name = "DIR")]
    pub release: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// `pipeline` (also without a word), `dataset`, `scenario`, `changes`, `scope-map` or `plausibility`.
    pub kind: Option<String>,
    /// Names the shipped pipelines and datasets instead.
    #[arg(long)]
    pub list: bool,
}
