//! The few programs that test and check us, at pinned versions, in the target folder: nothing is put into the system.
//!
//! Each comes ready-made through pip (a second or two, checked against the hashes in `crates/xtask/tools/`), and where
//! that is not possible, built from source through cargo (minutes).

use std::{fs, path::PathBuf};

use crate::{
    failure::Failure,
    place::Place,
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

    /// What the step that installs it is called.
    pub(crate) fn step(&self) -> String {
        format!("install {} {}, which {}, into the target folder", self.program, self.version, self.what_for)
    }

    pub(crate) fn is_installed(&self, place: &Place) -> bool {
        self.installed(place).is_some()
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

    /// The program's path, once it is installed.
    pub(crate) fn path(&self, place: &Place) -> Result<PathBuf, Failure> {
        self.installed(place).ok_or_else(|| Failure::Missing(format!("{} is not installed", self.program)))
    }

    pub(crate) fn install(&self, place: &Place) -> Result<(), Failure> {
        let folder = self.folder(place);
        fs::create_dir_all(&folder).map_err(|source| Failure::File { doing: "make", path: folder.clone(), source })?;
        if has_pip(place) {
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

/// Whether ready-made tools can be had.
pub(crate) fn has_pip(place: &Place) -> bool {
    Cmd::new(place, "python3").args(["-m", "pip", "--version"]).succeeds()
}
