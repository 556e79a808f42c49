//! No name of the user collides with one of the expansion.

#![allow(dead_code, non_camel_case_types, reason = "the names are the point")]

use sfn_worker_core::{Activity, Failure, activity};

type Result<T> = ::std::result::Result<T, Failure>;
struct Ok;
struct Err;
struct Option;
struct Send;
struct str;
mod core {}
mod std {}

#[activity(blocking)]
fn call(input: u8) -> Result<u8> {
    Result::Ok(input + 1)
}

#[activity]
async fn arguments(input: u8) -> Result<u8> {
    Result::Ok(input)
}

#[activity]
async fn argument0(argument0: u8) -> Result<u8> {
    Result::Ok(argument0)
}

#[activity]
async fn run() -> Result<u8> {
    Result::Ok(4)
}

#[activity]
async fn r#move() -> Result<u8> {
    Result::Ok(4)
}

fn main() {
    assert_eq!(call(1).unwrap(), 2);
    assert_eq!(r#move::NAME, "move");
    let _ = (call::NAME, arguments::NAME, argument0::NAME, run::NAME);
}
