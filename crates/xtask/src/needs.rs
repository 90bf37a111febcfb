//! What each command needs on a computer, found out by looking for the thing itself rather than for a package's name.

use crate::{
    failure::Failure,
    place::Place,
    plan::Plan,
    shell::{Cmd, which},
    system::{self, System},
    tools::{self, Tool},
};

/// One thing that has to be there.
#[derive(Debug)]
pub(crate) struct Need {
    probe: Probe,
    /// What it is for.
    pub(crate) why: &'static str,
    apt: &'static str,
    dnf: &'static str,
    pacman: &'static str,
}

#[derive(Debug)]
enum Probe {
    Program(&'static str),
    Library(&'static str),
    Pip,
}

/// To compile and open the window. (A linker is there already: without one this program would not exist.)
const WINDOW: &[Need] = &[
    Need {
        probe: Probe::Program("pkg-config"),
        why: "pkg-config, to find the libraries of the window",
        apt: "pkg-config",
        dnf: "pkgconf-pkg-config",
        pacman: "pkgconf",
    },
    Need {
        probe: Probe::Library("webkit2gtk-4.1"),
        why: "WebKitGTK 4.1 with its headers, which draws the window",
        apt: "libwebkit2gtk-4.1-dev",
        dnf: "webkit2gtk4.1-devel",
        pacman: "webkit2gtk-4.1",
    },
];

/// To drive real windows and make several hosts on one computer.
const TESTS: &[Need] = &[
    Need {
        probe: Probe::Program("WebKitWebDriver"),
        why: "WebKitWebDriver, which clicks and types in the tested windows",
        apt: "webkit2gtk-driver",
        dnf: "webkitgtk6.0",
        pacman: "webkit2gtk-4.1",
    },
    Need {
        probe: Probe::Program("Xvfb"),
        why: "Xvfb, the screen without a monitor that tested windows open on",
        apt: "xvfb",
        dnf: "xorg-x11-server-Xvfb",
        pacman: "xorg-server-xvfb",
    },
    Need {
        probe: Probe::Program("dbus-run-session"),
        why: "dbus-run-session, which gives tested windows a session bus",
        apt: "dbus",
        dnf: "dbus-daemon",
        pacman: "dbus",
    },
    Need {
        probe: Probe::Program("ip"),
        why: "ip, which makes several hosts on one computer",
        apt: "iproute2",
        dnf: "iproute",
        pacman: "iproute2",
    },
];

/// To get the tools ready-made, in seconds. Without it they are built from source, in many minutes.
const PIP: Need = Need {
    probe: Probe::Pip,
    why: "Python's pip, which brings the ready-made tools",
    apt: "python3-pip",
    dnf: "python3-pip",
    pacman: "python-pip",
};

impl Need {
    /// What a system's package manager calls it.
    pub(crate) fn package(&self, system: System) -> &'static str {
        match system {
            System::Dnf => self.dnf,
            System::Pacman => self.pacman,
            System::Apt | System::OtherLinux | System::NotLinux => self.apt,
        }
    }

    fn is_met(&self, place: &Place) -> bool {
        match self.probe {
            Probe::Program(name) => which(name).is_some(),
            Probe::Library(name) => Cmd::new(place, "pkg-config").args(["--exists", name]).succeeds(),
            Probe::Pip => tools::has_pip(place),
        }
    }
}

/// The commands that need something installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    Ui,
    Run,
    Test,
    Ci,
    Fuzz,
}

/// Adds the steps that install whatever `purpose` still lacks; none when all is there.
pub(crate) fn add_steps<'a>(place: &'a Place, purpose: For, plan: &mut Plan<'a>) -> Result<(), Failure> {
    let wanted: Vec<&'static Need> = match purpose {
        // Elsewhere the system brings its web view, and the tests that need Linux say that they are skipped.
        _ if !cfg!(target_os = "linux") => Vec::new(),
        For::Ui | For::Fuzz => Vec::new(),
        For::Run | For::Ci => WINDOW.iter().collect(),
        For::Test => WINDOW.iter().chain(TESTS).collect(),
    };
    let mut missing: Vec<&'static Need> = wanted.into_iter().filter(|need| !need.is_met(place)).collect();
    let tools: &[&'static Tool] = match purpose {
        For::Ui | For::Run => &[],
        For::Test => &[&tools::NEXTEST],
        For::Ci => &[&tools::DENY, &tools::TYPOS],
        For::Fuzz => &[&tools::FUZZ],
    };
    let tools: Vec<&'static Tool> = tools.iter().copied().filter(|tool| !tool.is_installed(place)).collect();
    // Nobody is sent to install pip: there is another way, only slower.
    if !tools.is_empty() && System::here() == System::Apt && !PIP.is_met(place) {
        missing.push(&PIP);
    }
    system::install(place, &missing, plan)?;
    if purpose != For::Fuzz {
        add_wasm_target(place, plan)?;
    }
    if purpose == For::Ci {
        add_components(place, plan);
    }
    for tool in tools {
        plan.step(tool.step(), move || tool.install(place));
    }
    Ok(())
}

fn add_wasm_target<'a>(place: &'a Place, plan: &mut Plan<'a>) -> Result<(), Failure> {
    let libraries = Cmd::new(place, "rustc").args(["--print", "target-libdir", "--target", WASM]).read()?;
    if std::path::Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    if which("rustup").is_none() {
        return Err(Failure::Missing(format!(
            "Rust's standard library for {WASM} is missing, and there is no rustup to add it.\n\
             Please install Rust through rustup, or your system's package for that target."
        )));
    }
    plan.step("add Rust's WebAssembly target, for the interface", move || {
        Cmd::new(place, "rustup").args(["target", "add", WASM]).run()
    });
    Ok(())
}

/// What the interface is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

fn add_components<'a>(place: &'a Place, plan: &mut Plan<'a>) {
    for (component, subcommand) in [("clippy", "clippy"), ("rustfmt", "fmt")] {
        if !Cmd::cargo(place).args([subcommand, "--version"]).succeeds() {
            plan.step(format!("add Rust's {component}"), move || {
                Cmd::new(place, "rustup").args(["component", "add", component]).run()
            });
        }
    }
}

/// `cargo xtask setup [run|test|ci]`.
pub(crate) fn setup(place: &Place, rest: &[String]) -> Result<(), Failure> {
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    let purposes: &[For] = match words.as_slice() {
        [] | ["all"] => &[For::Test, For::Ci],
        ["run"] => &[For::Run],
        ["test"] => &[For::Test],
        ["ci"] => &[For::Ci],
        _ => return Err(Failure::Usage(format!("setup knows run, test and ci, not {words:?}"))),
    };
    // One plan after the other: what the first installs, the second no longer misses.
    for purpose in purposes {
        let mut plan = Plan::new("setup");
        add_steps(place, *purpose, &mut plan)?;
        plan.run()?;
    }
    Ok(())
}
