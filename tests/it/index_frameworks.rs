//! The shipped frameworks and pipelines, and hostile ones.

use crate::common::shared;
use dpcmi::define::Source;
use dpcmi::define::framework::{Framework, UnitKind, load};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines")
}

pub fn shipped(name: &str) -> Framework {
    let text = std::fs::read_to_string(folder().join(name)).expect(name);
    load(&Source { name: name.to_owned(), text }).unwrap_or_else(|faults| {
        let lines: Vec<_> =
            faults.iter().map(|d| format!("{} {}: {}", d.code.id, d.place, d.message)).collect();
        panic!("{name}:\n{}", lines.join("\n"))
    })
}

#[test]
fn every_shipped_framework_loads_and_its_shares_sum_to_one() {
    let mut names: Vec<_> =
        std::fs::read_dir(folder()).expect("pipelines").map(|e| e.expect("entry").path()).collect();
    names.sort();
    assert!(names.len() >= 3);
    for path in names.iter().filter(|p| p.extension().is_some_and(|e| e == "toml")) {
        let name = path.file_name().expect("name").to_string_lossy();
        let f = shipped(&name);
        assert_eq!(format!("{}.toml", f.id), name, "a pipeline is named by its id");
        let sum: f64 = f.effective_weights().iter().sum();
        assert!((sum - 1.0).abs() < 1e-12, "{name}: {sum}");
    }
}

#[test]
fn the_open_frameworks_say_whose_method_they_are_and_why_each_weight() {
    for name in ["open-2018-19.toml", "open-2025.toml"] {
        let f = shipped(name);
        assert!(f.method.contains("no official score"), "{name}");
        assert!(f.units.is_some() && f.population.is_some(), "{name}");
        for x in &f.indicators {
            assert_eq!(x.unit, UnitKind::Practice);
            assert!(x.weight.reason.len() > 20, "{} gives no reason for its weight", x.id);
            assert!(x.goalposts.as_ref().is_none_or(|g| g.reason.len() > 20), "{}", x.id);
        }
    }
}

#[test]
fn hostile_definitions_are_refused_with_their_codes() {
    let Some(folder) = shared("hostile/synthetic/config") else { return };
    let expected = [
        ("dup_id.toml", "CONFIG_DUPLICATE_ID"),
        ("output_escape.toml", "CONFIG_PATH_ESCAPE"),
        ("path_traversal.toml", "CONFIG_PATH_ESCAPE"),
        ("weights_nan.toml", "CONFIG_NOT_FINITE"),
    ];
    for (name, code) in expected {
        let text = std::fs::read_to_string(folder.join(name)).expect(name);
        let faults = load(&Source { name: name.to_owned(), text }).expect_err(name);
        assert!(faults.iter().any(|d| d.code.name == code), "{name}: {faults:#?}");
    }
}

#[test]
fn no_text_makes_the_loader_panic() {
    let good = std::fs::read_to_string(folder().join("open-2025.toml")).expect("file");
    let scraps = [
        "",
        "=",
        "[index",
        "index = 3",
        "[[indicator]]",
        "indicator = [1, 2]",
        "[[dimension]]\nid = 3",
        "\u{feff}",
    ];
    let cuts = (0..good.len()).step_by(997).filter_map(|n| good.get(..n));
    for text in scraps.into_iter().chain(cuts) {
        assert!(load(&Source { name: "x.toml".to_owned(), text: text.to_owned() }).is_err());
    }
}
