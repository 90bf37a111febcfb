//! Which kind of computer this is, and how one installs things on it.

use crate::{failure::Failure, needs::Need, place::Place, plan::Plan, shell::Cmd, shell::which};

/// The systems whose package names we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    /// Debian, Ubuntu and their descendants: the only one where we install things ourselves.
    Apt,
    /// Fedora.
    Dnf,
    /// Arch.
    Pacman,
    /// Some other Linux.
    OtherLinux,
    /// Not Linux: WebKit or its equivalent is part of the system.
    NotLinux,
}

impl System {
    /// Looks at what is installed.
    pub(crate) fn here() -> Self {
        if !cfg!(target_os = "linux") {
            return Self::NotLinux;
        }
        [("apt-get", Self::Apt), ("dnf", Self::Dnf), ("pacman", Self::Pacman)]
            .into_iter()
            .find(|(program, _)| which(program).is_some())
            .map_or(Self::OtherLinux, |(_, system)| system)
    }
}

/// Adds the steps that install `missing`; where we cannot, says exactly what the person has to install.
pub(crate) fn install<'a>(place: &'a Place, missing: &[&'static Need], plan: &mut Plan<'a>) -> Result<(), Failure> {
    if missing.is_empty() {
        return Ok(());
    }
    let system = System::here();
    let mut packages: Vec<&'static str> = missing.iter().map(|need| need.package(system)).collect();
    packages.sort_unstable();
    packages.dedup();
    let list = packages.join(" ");
    match system {
        System::Apt => {
            let sudo = needs_sudo(place, &list)?;
            let how = if sudo { "apt-get, with sudo because you are not root" } else { "apt-get" };
            plan.step(format!("install with {how}: {list}"), move || apt(place, sudo, &packages));
            Ok(())
        }
        System::Dnf => Err(ask_to_install(missing, &format!("sudo dnf install {list}"))),
        System::Pacman => Err(ask_to_install(missing, &format!("sudo pacman -S --needed {list}"))),
        System::OtherLinux | System::NotLinux => {
            Err(ask_to_install(missing, &format!("the packages that Debian calls: {list}")))
        }
    }
}

fn ask_to_install(missing: &[&'static Need], command: &str) -> Failure {
    let reasons: Vec<String> = missing.iter().map(|need| format!("  {}", need.why)).collect();
    Failure::Missing(format!("Missing on this computer:\n{}\nPlease install: {command}", reasons.join("\n")))
}

fn needs_sudo(place: &Place, list: &str) -> Result<bool, Failure> {
    if Cmd::new(place, "id").arg("-u").read()?.trim() == "0" {
        return Ok(false);
    }
    match which("sudo") {
        Some(_) => Ok(true),
        None => Err(Failure::Missing(format!("Please install as root, for there is no sudo: apt-get install {list}"))),
    }
}

fn apt(place: &Place, sudo: bool, packages: &[&str]) -> Result<(), Failure> {
    let apt_get = || {
        let cmd = if sudo { Cmd::new(place, "sudo").arg("env") } else { Cmd::new(place, "env") };
        cmd.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"])
    };
    apt_get().arg("update").run_asking()?;
    apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages).run_asking()
}
