//! `chapterhouse-bindgen INPUT.wasm OUTPUT_DIR NAME`: writes NAME.js and NAME_bg.wasm for a web view.
//!
//! Knows: wasm-bindgen. Must not know: the interface, how it was built, any other crate of ours.

use std::{path::PathBuf, process::ExitCode};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output, name] = arguments.as_slice() else {
        eprintln!("use: chapterhouse-bindgen INPUT.wasm OUTPUT_DIR NAME");
        return ExitCode::from(2);
    };
    match convert(input, output, name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{input} could not be turned into JavaScript: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn convert(input: &str, output: &str, name: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut bindgen = Bindgen::new();
    // ES modules, and no TypeScript: nothing but the web view loads them.
    bindgen.input_path(PathBuf::from(input)).web(true)?.typescript(false).out_name(name);
    bindgen.generate(output)?;
    Ok(())
}
