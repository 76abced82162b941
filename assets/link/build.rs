//! Has the linker put together the functions that an ordinary session runs.
//!
//! The kernel maps 64 KiB of code around each function that is called for the first time. A fifth of the code runs in a
//! session; spread over all of it, it brings the other four fifths into the memory. `hot.ld` names that fifth, for
//! releases on Linux. A linker that cannot read it links in its own order, as does one that was chosen by hand.

use std::env;
use std::path::Path;

const SCRIPT: &str = "assets/link/hot.ld";

fn main() {
    println!("cargo::rerun-if-changed={SCRIPT}");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    // Others than the linkers that Rust and GCC choose by themselves do not all know scripts; and of code that is never
    // called (`cargo fuzz`) there is so much that it takes minutes.
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let chosen = ["fuse-ld", "linker", "link-dead-code"].iter().any(|word| flags.contains(word));
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") && !chosen {
        let script = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join(SCRIPT);
        println!("cargo::rustc-link-arg-bins=-T{}", script.display());
    }
}
