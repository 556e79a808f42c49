//! An argument can be any pattern, with attributes.

use serde::Deserialize;
use sfn_worker_core::{Activity, Failure, activity};

#[derive(Deserialize)]
struct Area {
    width: u64,
    height: u64,
}

#[activity(blocking)]
fn area(Area { width, height }: Area) -> Result<u64, Failure> {
    Ok(width * height)
}

#[activity(blocking)]
fn count_down(mut from: u64) -> Result<Vec<u64>, Failure> {
    let mut all = Vec::new();
    while from > 0 {
        all.push(from);
        from -= 1;
    }
    Ok(all)
}

#[activity(blocking)]
fn first((first, _): (u8, u8)) -> Result<u8, Failure> {
    Ok(first)
}

#[activity(blocking)]
fn ignored(#[expect(unused_variables, reason = "not needed yet")] input: u8) -> Result<(), Failure> {
    Ok(())
}

fn main() {
    assert_eq!(area(Area { width: 2, height: 3 }), Ok(6));
    assert_eq!(count_down(2), Ok(vec![2, 1]));
    assert_eq!(first((1, 2)), Ok(1));
    assert_eq!(ignored(1), Ok(()));
    let _ = (area::NAME, count_down::NAME, first::NAME, ignored::NAME);
}
