//! Declares the window's one command, so that the capability has to name it.

fn main() {
    let attributes =
        tauri_build::Attributes::new().app_manifest(tauri_build::AppManifest::new().commands(&["dispatch"]));
    if let Err(error) = tauri_build::try_build(attributes) {
        // Cargo shows a build script's words only when it fails.
        println!("cargo::error=the window cannot be built: {error:#}. The interface comes from `cargo xtask ui`.");
        std::process::exit(1);
    }
}
