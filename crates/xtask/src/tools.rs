//! The few programs that test and check us, at pinned versions, in the target folder: nothing is put into the system.
//!
//! Each comes ready-made through pip (a second or two, checked against the hashes in `crates/xtask/tools/`), and where
//! that is not possible, built from source through cargo (minutes).

use std::{fs, path::PathBuf};

use crate::{
    failure::Failure,
    place::Place,
    plan::Plan,
    shell::{Cmd, which},
};

/// A program that we install for ourselves.
#[derive(Debug)]
pub(crate) struct Tool {
    /// The program; also the name of its file of hashes.
    program: &'static str,
    /// Its crate.
    krate: &'static str,
    version: &'static str,
    /// Whether any version that is already installed will do.
    any_version: bool,
    what_for: &'static str,
}

pub(crate) const NEXTEST: Tool = Tool {
    program: "cargo-nextest",
    krate: "cargo-nextest",
    version: "0.9.148",
    any_version: true,
    what_for: "runs the tests",
};
// Rules and word lists change between versions, so these two have to be exactly the ones we know.
pub(crate) const DENY: Tool = Tool {
    program: "cargo-deny",
    krate: "cargo-deny",
    version: "0.20.2",
    any_version: false,
    what_for: "checks the licences",
};
pub(crate) const TYPOS: Tool = Tool {
    program: "typos",
    krate: "typos-cli",
    version: "1.52.0",
    any_version: false,
    what_for: "checks the spelling",
};

pub(crate) const FUZZ: Tool = Tool {
    program: "cargo-fuzz",
    krate: "cargo-fuzz",
    version: "0.13.2",
    any_version: true,
    what_for: "runs the fuzzer",
};

impl Tool {
    fn folder(&self, place: &Place) -> PathBuf {
        place.tools().join(format!("{}-{}", self.program, self.version))
    }

    fn installed(&self, place: &Place) -> Option<PathBuf> {
        let ours = self.folder(place).join("bin").join(format!("{}{}", self.program, std::env::consts::EXE_SUFFIX));
        if ours.is_file() {
            return Some(ours);
        }
        let theirs = which(self.program)?;
        let said = Cmd::new(place, &theirs).arg("--version").read().ok()?;
        let fits = self.any_version || said.split_whitespace().any(|word| word == self.version);
        fits.then_some(theirs)
    }

    /// The program's path, once [`add_step`]'s step has been done.
    pub(crate) fn path(&self, place: &Place) -> Result<PathBuf, Failure> {
        self.installed(place).ok_or_else(|| Failure::Missing(format!("{} is not installed", self.program)))
    }

    fn install(&self, place: &Place) -> Result<(), Failure> {
        let folder = self.folder(place);
        fs::create_dir_all(&folder).map_err(|source| Failure::File { doing: "make", path: folder.clone(), source })?;
        if Cmd::new(place, "python3").args(["-m", "pip", "--version"]).succeeds() {
            let hashes = place.root.join("crates/xtask/tools").join(format!("{}.txt", self.program));
            let ready_made = Cmd::new(place, "python3")
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"])
                .args(["--no-deps", "--only-binary", ":all:", "--require-hashes", "--upgrade", "--target"])
                .arg(&folder)
                .arg("--requirement")
                .arg(hashes)
                .run();
            match ready_made {
                Ok(()) => return Ok(()),
                Err(failure) => println!("  {failure}. So it is built from source, which takes some minutes."),
            }
        } else {
            println!("  Without python3 and its pip it is built from source, which takes some minutes.");
        }
        Cmd::cargo(place)
            .args(["install", "--locked", "--version", self.version, "--root"])
            .arg(&folder)
            .arg(self.krate)
            .run()
    }
}

/// Adds the step that installs `tool`, unless it is there.
pub(crate) fn add_step<'a>(place: &'a Place, tool: &'static Tool, plan: &mut Plan<'a>) {
    if tool.installed(place).is_none() {
        let what =
            format!("install {} {}, which {}, into the target folder", tool.program, tool.version, tool.what_for);
        plan.step(what, move || tool.install(place));
    }
}
