//! Building the interface: Rust to wasm, wasm to JavaScript + wasm, and the static files beside it, into `ui/dist`.
//!
//! wasm-bindgen's generator has to be of the very version that the interface was compiled with. It is a member of the
//! interface's own workspace (`ui/bindgen`), so one lock file holds both and they cannot differ.

use std::{fs, io, path::Path};

use crate::{
    failure::Failure,
    needs::{self, For, WASM},
    place::Place,
    plan::Plan,
    shell::Cmd,
};

/// The name of the generated files: chapterhouse.js and chapterhouse_bg.wasm.
const NAME: &str = "chapterhouse";

/// `cargo xtask ui`.
pub(crate) fn ui(place: &Place) -> Result<(), Failure> {
    let mut plan = Plan::new("ui");
    needs::add_steps(place, For::Ui, &mut plan)?;
    add_steps(place, &mut plan);
    plan.run()
}

/// Adds the steps that build the interface.
pub(crate) fn add_steps<'a>(place: &'a Place, plan: &mut Plan<'a>) {
    plan.step("compile the interface to WebAssembly", || {
        Cmd::cargo_ui(place).args(["build", "--locked", "--release", "--target", WASM]).run()
    });
    plan.step("put the interface together in ui/dist", || assemble(place));
}

fn assemble(place: &Place) -> Result<(), Failure> {
    let ui = place.root.join("ui");
    let wasm = place.ui_target().join(WASM).join("release").join("chapterhouse-ui.wasm");
    // Everything is made in a folder beside it, so that dist is never half of one build and half of another.
    let fresh = ui.join("dist.new");
    remove(&fresh)?;
    let file = |doing, path: &Path| {
        let path = path.to_path_buf();
        move |source| Failure::File { doing, path, source }
    };
    copy_all(&ui.join("static"), &fresh).map_err(file("copy to", &fresh))?;
    Cmd::cargo_ui(place)
        .args(["run", "--locked", "--package", "chapterhouse-bindgen", "--"])
        .arg(&wasm)
        .arg(&fresh)
        .arg(NAME)
        .run()?;
    let dist = ui.join("dist");
    remove(&dist)?;
    fs::rename(&fresh, &dist).map_err(file("rename to", &dist))?;
    let size = fs::metadata(dist.join(format!("{NAME}_bg.wasm"))).map_err(file("measure", &dist))?.len();
    println!("  ui/dist: {NAME}_bg.wasm has {} KiB", size / 1024);
    Ok(())
}

fn remove(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(Failure::File { doing: "remove", path: folder.to_path_buf(), source })
        }
        _ => Ok(()),
    }
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
