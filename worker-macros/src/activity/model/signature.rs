//! What syntax alone can say against a signature; the rest is asked of the type system.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{
    FnArg, Lifetime, PatType, Path, Receiver, ReceiverKind, ReturnType, Safety, Signature, Type,
    TypeImplTrait, TypeReference,
};

use super::{Mode, Place};
use crate::errors::ErrorSink;
use crate::owner;

/// What a right signature says.
pub(super) struct Shape {
    pub(super) mode: Mode,
    pub(super) has_receiver: bool,
    /// The types of the arguments, in order and without a receiver.
    pub(super) arguments: Vec<Type>,
    pub(super) returned: Type,
}

/// Decides how the handler runs, which arguments it takes and what it returns.
///
/// When something is wrong, the first message shows the right signature.
pub(super) fn check(
    signature: &Signature,
    blocking: Option<Span>,
    place: Place<'_>,
    errors: &mut ErrorSink,
) -> Option<Shape> {
    let mut found = ErrorSink::default();
    refuse_qualifiers(signature, &mut found);
    refuse_generics(signature, &mut found);
    let mode = mode(signature, blocking, &mut found);
    let mut has_receiver = false;
    let mut arguments = Vec::new();
    for argument in &signature.inputs {
        match argument {
            FnArg::Receiver(receiver) => {
                has_receiver = true;
                refuse_receiver(receiver, place, &mut found);
            }
            FnArg::Typed(argument) => arguments.push(argument_type(argument, place, &mut found)),
        }
    }
    let returned = returned(signature, place, &mut found);
    let is_right = found.is_empty();
    let right = right_signature(signature, blocking.is_some(), place);
    errors.append_explained(found, signature.ident.span(), right);
    is_right.then_some(Shape {
        mode,
        has_receiver,
        arguments,
        returned: returned?,
    })
}

fn right_signature(signature: &Signature, blocking: bool, place: Place<'_>) -> String {
    let name = &signature.ident;
    // Whoever wrote both `blocking` and `async` is told how to get rid of either.
    let (attribute, keyword) = if blocking && signature.asyncness.is_none() {
        ("#[activity(blocking)]\n    ", "")
    } else {
        ("#[activity]\n    ", "async ")
    };
    let receiver = match place {
        Place::Free => "",
        Place::Block(_) => "&self, ",
    };
    format!(
        "the signature of an activity looks like this:\n\n    \
         {attribute}{keyword}fn {name}({receiver}input: Input, context: ActivityContext) \
         -> Result<Output, Error>\n\n\
         each argument may be left out, and they may stand in any order\n"
    )
}

fn refuse_qualifiers(signature: &Signature, errors: &mut ErrorSink) {
    if let Some(constness) = &signature.constness {
        errors.push(constness, "an activity cannot be `const`: remove it");
    }
    if let Safety::Unsafe(token) = &signature.safety {
        errors.push(
            token,
            "an activity cannot be `unsafe`: the worker calls it with whatever the task brings",
        );
    }
    if let Some(abi) = &signature.abi {
        errors.push(abi, "an activity cannot be `extern`: remove it");
    }
    if let Some(variadic) = &signature.variadic {
        errors.push(
            variadic,
            "an activity cannot take a variable number of arguments",
        );
    }
}

fn refuse_generics(signature: &Signature, errors: &mut ErrorSink) {
    let generics = &signature.generics;
    for parameter in &generics.params {
        errors.push(
            parameter,
            "an activity cannot be generic: the worker has nothing to choose the parameter by",
        );
    }
    if let (Some(clause), true) = (&generics.where_clause, generics.params.is_empty()) {
        errors.push(clause, "an activity cannot have a `where` clause");
    }
}

fn mode(signature: &Signature, blocking: Option<Span>, errors: &mut ErrorSink) -> Mode {
    match (&signature.asyncness, blocking) {
        (Some(_), None) => Mode::Async,
        (None, Some(_)) => Mode::Blocking,
        (Some(_), Some(span)) => {
            errors.push_at(
                span,
                "`blocking` is for functions that are not `async`: remove one of the two",
            );
            Mode::Async
        }
        (None, None) => {
            errors.push(
                signature.fn_token,
                format!(
                    "`{}` is not `async`: mark it `#[activity(blocking)]` to run it on a thread \
                     of its own, or make it `async`",
                    signature.ident
                ),
            );
            Mode::Blocking
        }
    }
}

fn refuse_receiver(receiver: &Receiver, place: Place<'_>, errors: &mut ErrorSink) {
    let problem = match (place, &receiver.kind) {
        (Place::Free, _) => {
            "a method becomes an activity with its `impl` block: put `#[activities]` on the block"
        }
        (Place::Block(_), ReceiverKind::Reference(_, None, None)) => return,
        (Place::Block(_), ReceiverKind::Reference(_, _, Some(_))) => {
            "tasks run at the same time and share the value: take `&self`, and put what changes \
             behind a lock or into an atomic"
        }
        (Place::Block(_), ReceiverKind::Reference(..)) => {
            "the value is borrowed for one task only: take `&self`, without a lifetime"
        }
        (Place::Block(_), ReceiverKind::Value) => {
            "tasks share the value, none can have it for itself: take `&self`"
        }
        (Place::Block(_), _) => {
            "an activity borrows its value, however the worker keeps it: take `&self`"
        }
    };
    errors.push(receiver, problem);
}

/// The type of an argument, in which `Self` is written out.
fn argument_type(argument: &PatType, place: Place<'_>, errors: &mut ErrorSink) -> Type {
    refuse_conditions(argument, errors);
    Unsuitable { place, errors }.visit_type(&argument.ty);
    match place {
        Place::Free => (*argument.ty).clone(),
        Place::Block(block) => owner::written_out(&argument.ty, &block.owner),
    }
}

fn refuse_conditions(argument: &PatType, errors: &mut ErrorSink) {
    for attribute in &argument.attrs {
        if ["cfg", "cfg_attr"]
            .iter()
            .any(|name| attribute.path().is_ident(name))
        {
            errors.push(
                attribute,
                "an argument cannot be conditional: put the condition on the whole function",
            );
        }
    }
}

fn returned(signature: &Signature, place: Place<'_>, errors: &mut ErrorSink) -> Option<Type> {
    match &signature.output {
        ReturnType::Type(_, returned) => {
            if let Place::Free = place {
                SelfOnly(errors).visit_type(returned);
            }
            Some((**returned).clone())
        }
        ReturnType::Default => {
            errors.push_at(
                signature.paren_token.span.close(),
                "an activity returns a `Result`: add `-> Result<Output, Error>`, \
                 with `()` for the output if there is none",
            );
            None
        }
    }
}

/// Finds what cannot be in the type of an argument, at any depth.
struct Unsuitable<'sink> {
    place: Place<'sink>,
    errors: &'sink mut ErrorSink,
}

impl<'ast> Visit<'ast> for Unsuitable<'_> {
    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        // What is behind it is not looked at: one message per reference is enough.
        self.errors.push(
            reference,
            "the argument of an activity cannot be borrowed, nobody would own the value: \
             take it by value (`String` instead of `&str`)",
        );
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if lifetime.ident != "static" {
            self.errors.push(
                lifetime,
                "the argument of an activity cannot have a lifetime: take it by value",
            );
        }
    }

    fn visit_type_impl_trait(&mut self, opaque: &'ast TypeImplTrait) {
        self.errors.push(
            opaque,
            "the argument of an activity needs a type of its own: \
             nothing tells the worker what to decode for `impl`",
        );
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let is_free = matches!(self.place, Place::Free);
        if !(is_free && refuse_self(path, self.errors)) {
            visit::visit_path(self, path);
        }
    }
}

/// Finds `Self` at any depth.
struct SelfOnly<'sink>(&'sink mut ErrorSink);

impl<'ast> Visit<'ast> for SelfOnly<'_> {
    fn visit_path(&mut self, path: &'ast Path) {
        if !refuse_self(path, self.0) {
            visit::visit_path(self, path);
        }
    }
}

/// `Self` means that the function stands in an `impl` block.
fn refuse_self(path: &Path, errors: &mut ErrorSink) -> bool {
    let is_self = path
        .segments
        .first()
        .is_some_and(|first| first.ident == "Self");
    if is_self {
        errors.push(
            path,
            "there is no `Self` in a free function; a method becomes an activity with its `impl` \
             block: put `#[activities]` on the block",
        );
    }
    is_self
}
