//! Invariants of the tree itself.
