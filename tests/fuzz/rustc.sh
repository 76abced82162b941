#!/bin/sh
# What `cargo fuzz` has cargo call instead of the compiler for what stands in this repository (build.rustc-workspace-wrapper).
#
# Only our own code counts what it runs and tells what it compares: libFuzzer looks at every counter after every run, and
# those of all libraries would be ten times as many. Flags for one crate cargo has none of, on stable Rust.
case " $* " in
  *" --crate-name udpqq "* | *" --crate-name fuzz "*)
    exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
      -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
      -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
esac
exec "$@"
