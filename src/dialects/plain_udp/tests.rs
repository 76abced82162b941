//! plain UDP under a virtual clock.
