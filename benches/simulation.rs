//! The joint simulation at national size against a bare matrix product and the counting of ranks, printed as ratios.
//!
//! 7,500 practices x 50 indicators (half of them counts with a sampling error), 200 CCGs. What the simulation costs is
//! the difference between many replicates and few, so that reading and tables fall out; a quarter runs every replicate
//! twice (the intervals, and the design that splits the variance).
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

use dpcmi::define::Source as Text;
use dpcmi::define::framework::{Framework, load};
use dpcmi::index::{Source, score};
use dpcmi::model::{Grain, Period, Provenance};
use polars::prelude::*;
use rayon::prelude::*;
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

const UNITS: usize = 7_500;
const INDICATORS: usize = 50;
const CCGS: usize = 200;

fn framework(replicates: u32) -> Framework {
    let mut text = format!(
        "id = \"bench\"\ntitle = \"t\"\nedition = \"e\"\nmethod = \"own\"\n[index]\nmean = \"arithmetic\"\nreason = \"r\"\n\
         [[input]]\ndataset = \"survey\"\npurpose = \"p\"\ntime = \"month\"\n[uncertainty]\nweights = 0.25\ngoalposts = 0.1\n\
         powers = [0.5]\nmissing = [\"bounds\", \"estimate\", \"not_met\"]\nreplicates = {replicates}\ntier_margin = 3.0\n\
         reason = \"r\"\nowner = \"o\"\n"
    );
    for d in 0..5 {
        let _ = writeln!(
            text,
            "[[dimension]]\nid = \"d{d}\"\nname = \"d\"\nmean = \"arithmetic\"\nweight = {{ value = 1, reason = \"r\", owner = \"o\" }}"
        );
    }
    for i in 0..INDICATORS {
        let value = if i % 2 == 0 {
            format!(
                "goalposts = {{ low = 0.0, high = 0.8, reason = \"r\" }}\n[indicator.value]\ntype = \"ratio\"\nat = \"sum\"\n\
                 population = \"p\"\ncap = 1.0\nnumerator = {{ dataset = \"survey\", column = \"c{i}\" }}\n\
                 denominator = {{ dataset = \"survey\", column = \"asked\" }}"
            )
        } else {
            format!(
                "[indicator.value]\ntype = \"state\"\ndataset = \"survey\"\ncolumn = \"c{i}\"\npoints = {{ \"1\" = 100, \"0\" = 0 }}"
            )
        };
        let _ = writeln!(
            text,
            "[[indicator]]\nid = \"i{i}\"\ndimension = \"d{}\"\nedition = \"e\"\nwording = \"w\"\nkind = \"use\"\ntier = \"t\"\n\
             unit = \"practice\"\ndirection = \"higher_is_better\"\nabsence = \"bounded\"\n\
             weight = {{ value = 1, reason = \"r\", owner = \"o\" }}\n{value}",
            i % 5
        );
    }
    load(&Text { name: "bench.toml".to_owned(), text }).unwrap_or_else(|f| panic!("{f:#?}"))
}

/// One answer in so many is missing.
fn world(missing: u64) -> (Vec<Source>, DataFrame) {
    let mut state = 7_u64;
    let mut below = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let day =
        Int32Chunked::from_vec("period".into(), vec![17_804; UNITS]).into_date().into_series().into_column();
    let codes: Vec<String> = (0..UNITS).map(|p| format!("A{:05}", 10_000 + p)).collect();
    let ccgs: Vec<String> = (0..UNITS).map(|p| format!("{:03}", p % CCGS)).collect();
    let mut columns = vec![day.clone(), Column::new("practice_code".into(), &codes)];
    for i in 0..INDICATORS {
        let most = if i % 2 == 0 { 500 } else { 2 };
        let cells: Vec<Option<i64>> =
            (0..UNITS).map(|_| (below(missing) > 0).then(|| below(most) as i64)).collect();
        let name = format!("c{i}");
        // answers are words
        columns.push(if i % 2 == 0 {
            Column::new(name.into(), cells)
        } else {
            Column::new(name.into(), cells.iter().map(|c| c.map(|c| c.to_string())).collect::<Vec<_>>())
        });
    }
    columns.push(Column::new("asked".into(), vec![600_i64; UNITS]));
    let same = |name: &str| Column::new(name.into(), vec!["x"; UNITS]);
    let practices = DataFrame::new_infer_height(vec![
        day,
        Column::new("practice_code".into(), &codes),
        same("practice_name"),
        Column::new("ccg_code".into(), &ccgs),
        same("ccg_name"),
        same("region_code"),
        same("region_name"),
        same("basis"),
        same("provenance"),
        Column::new(
            "list_size".into(),
            (0..UNITS).map(|p| 2_000 + (p as i64 * 37) % 12_000).collect::<Vec<_>>(),
        ),
    ]);
    let source = Source {
        dataset: "survey".to_owned(),
        period: Period::containing(Grain::Point, jiff::civil::date(2018, 9, 30)),
        frame: DataFrame::new_infer_height(columns).expect("a frame"),
        aside: None,
        provenance: Provenance::Synthetic,
    };
    (vec![source], practices.expect("a frame"))
}

/// Seconds a replicate of a bare product of points and weights, and of sorting the scores into ranks.
fn bare(replicates: usize) -> (f64, f64) {
    let points: Vec<f32> = (0..UNITS * INDICATORS).map(|i| (i * 7_919 % 10_007) as f32 / 100.0).collect();
    let weights: Vec<f32> = (0..INDICATORS).map(|i| 1.0 + i as f32 / 50.0).collect();
    let product = |r: usize| -> Vec<f32> {
        let mut out = vec![0.0_f32; UNITS];
        for (i, w) in weights.iter().enumerate() {
            let w = w + r as f32 * 1e-6;
            let column = &points[i * UNITS..(i + 1) * UNITS];
            out.iter_mut().zip(column).for_each(|(s, x)| *s += w * x);
        }
        out
    };
    let start = Instant::now();
    (0..replicates).into_par_iter().for_each(|r| drop(black_box(product(r))));
    let products = start.elapsed().as_secs_f64() / replicates as f64;
    let start = Instant::now();
    (0..replicates).into_par_iter().for_each(|r| {
        let mut keyed: Vec<(u32, u32)> = product(r).iter().zip(0..).map(|(x, i)| (x.to_bits(), i)).collect();
        keyed.sort_unstable();
        black_box(keyed);
    });
    (products, start.elapsed().as_secs_f64() / replicates as f64 - products)
}

/// Prints the table.
pub fn run() {
    println!("simulation, {UNITS} units x {INDICATORS} indicators, {} threads", rayon::current_num_threads());
    let (product, ranks) = bare(2_000);
    println!("  bare matrix product             {:.3} ms", 1e3 * product);
    println!("  bare sort into ranks            {:.3} ms", 1e3 * ranks);
    for missing in [500, 40] {
        let median = replicate(missing);
        println!("  one answer in {missing} missing");
        println!("    a replicate with ranks        {:.3} ms ({:.0} a second)", 1e3 * median, 1.0 / median);
        println!("    share of the arithmetic bound {:.2}", (product + ranks) / median);
        println!("    10,000 replicates             {:.1} s", 1e4 * median);
    }
}

/// Seconds a replicate, the median of three.
fn replicate(missing: u64) -> f64 {
    let (sources, practices) = world(missing);
    let time = |replicates: u32| {
        let f = framework(replicates);
        let start = Instant::now();
        black_box(score(&f, &sources, &practices, 1).expect("scored"));
        start.elapsed().as_secs_f64()
    };
    time(100);
    let (few, many) = (500, 5_500);
    let mut each: Vec<f64> =
        (0..3).map(|_| (time(many) - time(few)) / (2.0 * f64::from(many - few))).collect();
    each.sort_by(f64::total_cmp);
    each[1]
}
