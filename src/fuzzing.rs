//! All that is fuzzed, each with its laws: the decoders of what others wrote, the state and the history. `cargo fuzz` runs
//! them (`tests/fuzz`).

use crate::model::fuzzing::FuzzTarget;
use crate::{app, dialects, model, runtime, store, tui};

/// All of them, from the lowest layer up.
pub fn targets() -> impl Iterator<Item = FuzzTarget> {
    let all = [
        model::fuzzing::TARGETS,
        dialects::fuzzing::TARGETS,
        dialects::plain_tcp::fuzzing::TARGETS,
        dialects::ipmsg::fuzzing::TARGETS,
        dialects::relay::fuzzing::TARGETS,
        dialects::secure::fuzzing::TARGETS,
        app::fuzzing::TARGETS,
        store::fuzzing::TARGETS,
        runtime::fuzzing::TARGETS,
        tui::fuzzing::TARGETS,
    ];
    #[cfg(feature = "nats")]
    let cluster = crate::net::relay::nats::fuzzing::TARGETS;
    #[cfg(not(feature = "nats"))]
    let cluster: &[FuzzTarget] = &[];
    all.into_iter().flatten().chain(cluster).copied()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    fn corpus() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus")
    }

    #[test]
    fn no_decoder_stumbles_over_what_the_fuzzer_has_found() {
        for target in targets() {
            let mut inputs: Vec<PathBuf> = fs::read_dir(corpus().join(target.name))
                .unwrap_or_else(|error| panic!("{}: {error}", target.name))
                .map(|entry| entry.expect("an entry").path())
                .collect();
            inputs.sort();
            assert!(!inputs.is_empty(), "{} has no corpus", target.name);
            (target.run)(&[]);
            for input in inputs {
                (target.run)(&fs::read(&input).expect("a file"));
            }
        }
    }
}
