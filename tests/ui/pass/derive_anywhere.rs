//! The derive works wherever an error is written, and whatever else is called as its parts are.

#![allow(dead_code, reason = "the names are the point")]

use sfn_worker_core::ActivityError;

const PARTS: u8 = 0;
const MERGED: u8 = 0;
struct Details;
struct ErrorInfo;
struct Option;
struct Part;
struct Some;
struct None;

macro_rules! error {
    ($name:ident { $($variant:ident($inner:ty)),* }) => {
        #[derive(Debug, ActivityError)]
        enum $name {
            $(#[activity_error(transparent)] $variant($inner),)*
            #[activity_error(details(field_0 = field_1, field_1 = field_0))]
            Own { field_0: u8, field_1: u8 },
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str("failed")
            }
        }

        impl ::std::error::Error for $name {}
    };
}

error!(Inner {});
error!(Outer { Shared(Named), Boxed(Box<Generic<u8>>) });

/// Some of it is there on some machines only.
#[derive(Debug, thiserror::Error, ActivityError)]
#[error("named")]
enum Named {
    #[activity_error(benign)]
    r#Raw { r#type: u8 },
    #[cfg(any())]
    #[activity_error(details(nothing))]
    Nowhere,
    #[cfg_attr(all(), activity_error(name = "Conditional", details(r#type)))]
    Everywhere { r#type: u8 },
}

#[derive(Debug, thiserror::Error, ActivityError)]
#[error("generic")]
enum Generic<T> {
    #[activity_error(details(value))]
    Value { value: u8, of: std::marker::PhantomData<T> },
    #[activity_error(transparent)]
    Local(local::Private),
}

mod local {
    #[derive(Debug, thiserror::Error, super::ActivityError)]
    #[error("private")]
    #[activity_error(name = "Private", details(code = 0))]
    pub(super) struct Private(pub(super) u8);
}

fn main() {
    #[derive(Debug, thiserror::Error, ActivityError)]
    #[error("inside a function")]
    #[activity_error(transparent)]
    struct Inside(Outer);

    assert_eq!(Inner::NAMES, ["Own"]);
    assert_eq!(Inside::NAMES, ["Own", "Raw", "Conditional", "Value", "Private"]);
    let own = Inside(Outer::Own { field_0: 1, field_1: 2 });
    let details = own.details().unwrap();
    assert_eq!(details.value().unwrap().to_string(), r#"{"field_0":2,"field_1":1}"#);
    let private = Outer::Boxed(Box::new(Generic::Local(local::Private(7))));
    assert_eq!(Inside(private).details().unwrap().value().unwrap()["code"], 7);
    let conditional = Named::Everywhere { r#type: 3 };
    assert_eq!(conditional.details().unwrap().value().unwrap()["type"], 3);
}
