//! Criterion benches of the parts that a whole run spends its time in. Inputs are synthetic and national in size;
//! whole runs, and the comparison with another engine, are described in `benches/README.md`.

mod charts;
mod simulation;
mod workbook;

use criterion::{Criterion, SamplingMode, Throughput, criterion_group};
use dpcmi::contract::{recognise, type_table};
use dpcmi::define::{Contract, Library};
use dpcmi::read::encoding::decode;
use dpcmi::read::table::Table;
use dpcmi::read::{Limits, archive};
use dpcmi::store::{Metadata, encode};
use dpcmi::synth::{Era, Spec, generate};
use polars::prelude::DataFrame;
use std::hint::black_box;
use std::time::Duration;

/// A half-year of POMI of 7,000 practices: the archive as published.
fn pomi() -> (String, Vec<u8>) {
    let spec = Spec { practices: 7_000, quarters: 2, era: Era::Open2018, ..Spec::default() };
    let files = generate(&spec).expect("a valid spec");
    let file = files.into_iter().find(|f| f.path.starts_with("pomi/")).expect("a POMI archive");
    (file.path, file.bytes)
}

fn typed(contracts: &[Contract], label: &str, text: Vec<u8>) -> Vec<DataFrame> {
    let limits = Limits::default();
    let decoded = decode(label, text).0.expect("text");
    let claim = recognise::text(contracts, label, &decoded, &limits).expect("a contract");
    let dialect = recognise::dialect(claim.era);
    let table = Table::of_text(label, decoded, claim.data, claim.width, dialect, &limits).expect("records");
    let typed = type_table(&claim, table).expect("frames");
    assert!(typed.account.balances());
    typed.parts.into_iter().map(|(_, frame)| frame).collect()
}

fn intake(c: &mut Criterion) {
    let limits = Limits::default();
    let (contracts, faults) = Library::shipped().contracts();
    assert!(faults.is_empty());
    let (label, zip) = pomi();
    let text = archive::entries(&label, &zip, &limits).0.remove(0).bytes;
    let frames = typed(&contracts, &label, text.clone());

    let mut group = c.benchmark_group("intake of POMI");
    group.sampling_mode(SamplingMode::Flat).sample_size(10).measurement_time(Duration::from_secs(10));
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("inflate", |b| b.iter(|| black_box(archive::entries(&label, &zip, &limits))));
    group.bench_function("records and types", |b| {
        b.iter(|| black_box(typed(&contracts, &label, text.clone())))
    });
    group.bench_function("to Parquet", |b| {
        b.iter(|| {
            for frame in &frames {
                black_box(encode(frame, &Metadata::new()).expect("Parquet"));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, intake, charts::charts, workbook::workbook);

fn main() {
    if std::env::args().any(|a| a == "simulation") {
        return simulation::run();
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
