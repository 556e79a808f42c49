//! No name of the user collides with one of the expansion of a block.

#![allow(dead_code, non_camel_case_types, reason = "the names are the point")]

use sfn_worker_core::{Failure, activities, activity};

type Result<T> = ::std::result::Result<T, Failure>;
struct Ok;
struct Err;
struct Option;
struct Send;
struct str;
mod core {}
mod std {}

struct set {}
struct shared {}

/// Named like a method, and taken by it.
#[derive(serde::Deserialize)]
struct refund(u8);

#[activities]
impl set {
    #[activity]
    async fn refund(&self, refund(call): refund) -> Result<u8> {
        Result::Ok(call)
    }

    #[activity(blocking)]
    fn call(&self, shared: u8) -> Result<u8> {
        Result::Ok(shared)
    }

    #[activity]
    async fn arguments(&self, argument0: u8) -> Result<u8> {
        Result::Ok(argument0)
    }

    #[activity]
    async fn register(&self) -> Result<u8> {
        Result::Ok(4)
    }
}

fn main() {
    let value = set {};
    assert_eq!(value.call(1).unwrap(), 1);
}
