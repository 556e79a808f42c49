//! The visits that wait for something, by their frames.

use std::collections::BTreeMap;

use super::frame::{FrameId, Parked};

/// The visits that wait for something. Each has a place of its own on the heap: a node of the
/// tree has room for eleven, and most executions that wait have one.
#[derive(Debug, Default)]
pub(super) struct Parking(BTreeMap<FrameId, Box<Parked>>);

impl Parking {
    pub(super) fn insert(&mut self, frame: FrameId, parked: Parked) {
        self.0.insert(frame, Box::new(parked));
    }

    pub(super) fn get(&self, frame: &FrameId) -> Option<&Parked> {
        self.0.get(frame).map(|parked| &**parked)
    }

    pub(super) fn get_mut(&mut self, frame: &FrameId) -> Option<&mut Parked> {
        self.0.get_mut(frame).map(|parked| &mut **parked)
    }

    pub(super) fn remove(&mut self, frame: &FrameId) -> Option<Parked> {
        self.0.remove(frame).map(|parked| *parked)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Parked> {
        self.0.values().map(|parked| &**parked)
    }
}
