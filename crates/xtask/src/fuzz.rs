//! `cargo xtask fuzz --seconds N [TARGET]`: every decoder of bytes from outside, fed with rubbish.
//!
//! Works with the stable compiler: coverage needs no nightly feature, and the address sanitizer, which would, has little
//! to find in a program without `unsafe`.

use std::{fs, path::Path};

use crate::{
    failure::Failure,
    needs::{self, For},
    place::Place,
    plan::Plan,
    shell::Cmd,
    tools,
};

/// The longest input: a little more than the longest entry, sealed.
const MAX_LEN: usize = 68 * 1024;

/// `cargo xtask fuzz --seconds N [TARGET]`.
pub(crate) fn fuzz(place: &Place, rest: &[String]) -> Result<(), Failure> {
    let usage = || Failure::Usage("use: cargo xtask fuzz --seconds N [TARGET]".to_owned());
    let (seconds, only) = match rest {
        [flag, seconds] if flag == "--seconds" => (seconds, None),
        [flag, seconds, target] if flag == "--seconds" => (seconds, Some(target)),
        _ => return Err(usage()),
    };
    // libFuzzer takes 0 for "for ever".
    let seconds: u32 = seconds.parse().ok().filter(|seconds| *seconds > 0).ok_or_else(usage)?;
    let mut targets = targets(place)?;
    if let Some(only) = only {
        if !targets.contains(only) {
            return Err(Failure::Usage(format!("there is no target {only:?}; there are: {}", targets.join(", "))));
        }
        targets.retain(|target| target == only);
    }
    let mut plan = Plan::new("fuzz");
    needs::add_steps(place, For::Fuzz, &mut plan)?;
    plan.step("build the targets", || {
        cargo_fuzz(place, "build")?.args(["--sanitizer", "none", "--target-dir"]).arg(target_dir(place)).run()
    });
    for target in targets {
        plan.step(format!("{target}, for {seconds} s"), move || run(place, &target, seconds));
    }
    plan.run_all()
}

/// The targets are the files: none can be forgotten in a list.
fn targets(place: &Place) -> Result<Vec<String>, Failure> {
    let folder = place.root.join("fuzz/fuzz_targets");
    let failed = |source| Failure::File { doing: "read", path: folder.clone(), source };
    let mut targets = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            targets.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    targets.sort();
    Ok(targets)
}

fn target_dir(place: &Place) -> std::path::PathBuf {
    place.target.join("fuzz")
}

fn cargo_fuzz(place: &Place, subcommand: &str) -> Result<Cmd, Failure> {
    // The first argument is what cargo would put there, had it been called as `cargo fuzz`.
    Ok(Cmd::new(place, tools::FUZZ.path(place)?).args(["fuzz", subcommand]))
}

fn run(place: &Place, target: &str, seconds: u32) -> Result<(), Failure> {
    let fuzz = place.root.join("fuzz");
    // What was found earlier, and small valid examples to begin from.
    let corpus = fuzz.join("corpus").join(target);
    let seeds = fuzz.join("seeds").join(target);
    fs::create_dir_all(&corpus).map_err(|source| Failure::File { doing: "make", path: corpus.clone(), source })?;
    let folders = [&corpus, &seeds].into_iter().filter(|folder| Path::is_dir(folder));
    cargo_fuzz(place, "run")?
        .args(["--sanitizer", "none", "--target-dir"])
        .arg(target_dir(place))
        .arg(target)
        .args(folders)
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={MAX_LEN}"))
        .args(["-timeout=10", "-rss_limit_mb=2048", "-verbosity=0", "-print_final_stats=1"])
        .run()
}
