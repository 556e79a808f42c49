//! The rules of the machine, played in virtual time with scripted activities.

mod activities;
mod calls;
mod distributed;
mod driver;
mod endings;
mod maps;
mod parallels;
mod properties;
mod replay;
mod retries;
mod services;
mod states;
mod trees;
mod variables;
