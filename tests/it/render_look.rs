//! Writes a fake release to the target's folder for temporary files, to be opened and looked at:
//! `cargo test --test it look_at -- --ignored --nocapture`.

use super::render_fake::{ENGLAND, SMALL, release};
use dpcmi::disclose::Policy;
use dpcmi::model::Provenance;
use dpcmi::render::{self, Pictures};
use dpcmi::report;
use std::path::Path;

#[test]
#[ignore = "writes files for people to look at"]
fn look_at_a_fake_release() {
    for (name, size, pictures) in
        [("look", ENGLAND, Pictures::Svg), ("look-small", SMALL, Pictures::default())]
    {
        let input = release(&size, Provenance::Synthetic);
        let published = report::publish(input, &Policy::shipped().unwrap()).unwrap();
        let views = report::lay_out(&published).unwrap();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        for (path, bytes) in render::files(&views, pictures).unwrap() {
            let to = folder.join(path);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::write(to, bytes).unwrap();
        }
        eprintln!("{}", folder.join("index.html").display());
    }
}
