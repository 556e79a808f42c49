//! What a finding is about: `Code`, and how much it matters.

use std::fmt;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; the definition may well be right.
    Note,
    /// An execution will go wrong when something else does.
    Warning,
    /// The state machine cannot be created, or the state cannot work.
    Error,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// What a finding is about.
        ///
        /// The letter is the [`Severity`]. Codes are stable: `allow` names them. Every one is
        /// explained, with an example and the remedy, in `docs/definition-checks.md`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// All codes, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as text.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

codes! {
    /// The text is no definition: it is not JSON, or has no `States`.
    Unreadable = "SFN-E001",
    /// The state uses an activity that the worker does not have.
    UnknownActivity = "SFN-E002",
    /// The worker's heartbeats come too late for the state's `HeartbeatSeconds`.
    HeartbeatTooSlow = "SFN-E003",
    /// `States.ALL` does not stand alone in the last entry.
    MisplacedAll = "SFN-E004",
    /// `HeartbeatSeconds` is not smaller than `TimeoutSeconds`.
    HeartbeatNotBelowTimeout = "SFN-E005",
    /// A value that is taken from the context object cannot be had in this way.
    ContextPath = "SFN-E006",
    /// A field of the envelope is missing that the activity cannot do without.
    EnvelopeFieldMissing = "SFN-E007",
    /// What the definition itself writes down is larger than a payload may be.
    PayloadTooLarge = "SFN-E008",
    /// What the definition itself writes down is not what the activity takes.
    InputMismatch = "SFN-E009",
    /// The parameters look like an envelope and are none.
    BrokenEnvelope = "SFN-E010",
    /// The activity is used where activities do not work: in an express workflow.
    ActivityInExpress = "SFN-E011",
    /// No state uses the activity.
    UnusedActivity = "SFN-W001",
    /// The state has no `TimeoutSeconds`.
    NoTimeout = "SFN-W002",
    /// The state has no `HeartbeatSeconds`.
    NoHeartbeat = "SFN-W003",
    /// A single heartbeat that gets lost can end the task.
    HeartbeatTight = "SFN-W004",
    /// The state ends before the handler's own limit.
    TimeoutTooShort = "SFN-W005",
    /// No `Retry` and no `Catch` matches an error of the activity.
    UnhandledError = "SFN-W006",
    /// `Retry` or `Catch` names an error that nothing raises.
    NeverRaised = "SFN-W007",
    /// An error is retried of which the activity says that it will not go away.
    RetryOfTerminal = "SFN-W008",
    /// A task is not given to another worker when its own goes away.
    NotHandedOver = "SFN-W009",
    /// An entry of `Retry` or `Catch` is never reached, since one before it matches as well.
    HiddenByEarlier = "SFN-W010",
    /// An error is not retried although the activity says that this may help.
    NotRetried = "SFN-W011",
    /// `HeartbeatSeconds` is not what the activity declares.
    HeartbeatDiffers = "SFN-W012",
    /// The envelope tells the worker other clocks than the state has.
    EnvelopeDiffers = "SFN-W013",
    /// A field of the envelope is misspelt or cannot be read.
    EnvelopeField = "SFN-W014",
    /// It is not known which activity a substitution stands for.
    UnresolvedResource = "SFN-N001",
    /// An `allow` allows nothing that was found.
    UnusedAllow = "SFN-N002",
    /// The items of a Map cannot be told apart by their envelopes.
    NoMapIndex = "SFN-N003",
}

impl Code {
    /// How much findings of this code matter.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self.as_str().as_bytes()[4] {
            b'E' => Severity::Error,
            b'W' => Severity::Warning,
            _ => Severity::Note,
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|code| code.as_str().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}
