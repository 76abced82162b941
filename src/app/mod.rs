//! The state of the messenger and how it changes: `update(state, event) -> effects`, pure.
