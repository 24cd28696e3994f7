//! `dpcmi`: the Digital Primary Care Maturity Index, from what the NHS published to a scored, charted,
//! verifiable release.
//!
//! Raw files become **snapshots**; a snapshot is **read** as text with positions, **typed** by its data
//! contract, **harmonised** to organisations as at a date, **checked** by rules and **stored** as Parquet;
//! stored datasets become an **index**, **spend** per head and **comparisons**; these pass **disclosure**
//! control, are laid out as **report** views and **rendered** to files in a **release**.
//!
//! ```text
//!  raw file
//!    | snapshot    bytes in, hashed; origin kept
//!    | read        bytes -> text table with line/byte or sheet/cell      (untrusted bytes, limits)
//!    | contract    text -> typed frame; a diagnostic per bad cell
//!    | harmonise   codes -> organisations as at a date
//!    | rules       cross-field and cross-row checks                       store: clean/<dataset>/<period>/...
//!    | ---------------------------------------------------- below this line only the store is read
//!    | index       screen > bound > normalise > weigh > aggregate
//!    | spend       scope > divide by a stated population
//!    | agreements  who has signed or escalated in time, what is at risk
//!    | standards   requirements by CCG, the security toolkit by year
//!    | providers   suppliers and partners, compared like with like
//!    | value       spend against score, with doubt on both sides
//!    | feeds       facts for patients, from an allow-list
//!    | allocate    a pot > central shares > per head > transition, to the penny
//!    | compare     ranks and tiers, process limits, funnels
//!    | improve     peers, the smallest steps, who has done it
//!    | disclose    what may leave; what is not public is rounded at the door, before the index
//!    | report      frames -> plain view models
//!    | render      view model -> bytes (svg, png, csv, json, html)
//!    v
//!  release/    files + manifest.json, written last, made visible by one rename
//! ```
//!
//! Who may use whom (a line may use those above it; `tests/it/tidy.rs` enforces the table):
//! `model stats` < `diag frames` < `define` < `snapshot read store` < `contract harmonise rules` <
//! `index spend agreements standards providers allocate value feeds compare disclose` <
//! `improve` < `report` < `render` < `synth template` <
//! `pipeline` < `cli`.
//! Siblings do not import each other.
//!
//! **Invariants of absence.** Only `cli` prints, exits, reads the clock or the environment. Only `store` and
//! `snapshot` touch files. No stage takes "today": dates are parameters. No match on a dataset's name in Rust:
//! a new quarter, column, indicator or weight is TOML. No hash-map iteration reaches an output. Only `store`
//! names arrow and parquet. No `DataFrame` in `model`, `diag`, `render`, `cli`; columns are built in `frames`.
//!
//! **Two channels for trouble, never mixed.** What the data or a definition got wrong is a value
//! ([`diag::Diagnostic`]); what the machine got wrong (disk full, file gone, an invariant broken) is an `Error`.

pub mod model;
pub mod stats;

pub mod diag;
mod frames;

pub mod define;

pub mod read;
pub mod snapshot;
pub mod store;

pub mod contract;
pub mod harmonise;
pub mod rules;

pub mod agreements;
pub mod allocate;
pub mod compare;
pub mod disclose;
pub mod feeds;
pub mod index;
pub mod providers;
pub mod spend;
pub mod standards;
pub mod value;

pub mod improve;

pub mod report;

pub mod render;

pub mod synth;
pub mod template;

pub mod pipeline;

pub mod cli;
