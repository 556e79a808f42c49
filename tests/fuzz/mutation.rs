//! Seeds, and how they are changed.

/// Definitions that use most of the language.
pub(crate) const DEFINITIONS: &[&str] = &[
    r#"{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"x.$":"$.a[0]","y":[{"z.$":"States.UUID()"}]},"ResultPath":"$.r","Next":"B"},"B":{"Type":"Choice","Choices":[{"And":[{"Variable":"$.n","NumericEquals":2},{"Not":{"Variable":"$.q","IsPresent":true}}],"Next":"C"}],"Default":"D"},"C":{"Type":"Wait","Seconds":1,"Next":"D"},"D":{"Type":"Fail","ErrorPath":"$.a","Cause":"c"}}}"#,
    r#"{"StartAt":"M","TimeoutSeconds":60,"States":{"M":{"Type":"Map","ItemsPath":"$.a","MaxConcurrency":2,"ItemSelector":{"i.$":"$$.Map.Item.Index"},"ItemProcessor":{"ProcessorConfig":{"Mode":"INLINE"},"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"ResultSelector":{"all.$":"$"},"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"E"}],"Next":"E"},"E":{"Type":"Succeed","OutputPath":"$.all"}}}"#,
    r#"{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[{"StartAt":"X","States":{"X":{"Type":"Pass","Result":[1],"End":true}}},{"StartAt":"Y","States":{"Y":{"Type":"Fail","Error":"E"}}}],"Catch":[{"ErrorEquals":["E"],"ResultPath":"$.e","Next":"T"}],"End":true},"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","TimeoutSeconds":5,"HeartbeatSecondsPath":"$.n","End":true}}}"#,
    r#"{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"v":"{% $states.input.n %}"},"Output":{"w":"{% $v + 1 %}"},"End":true}}}"#,
];

/// Paths of every kind.
pub(crate) const PATHS: &[&str] = &[
    "$.a[1].b",
    "$['my-key']['x y']",
    "$.items[?(@.id > 1 && @.tag =~ /x.*/i)].tag",
    "$..b",
    "$.a[-2:][0]",
    "$['a','n']",
    "$.items[*].id.length()",
    "$$.Execution.Input.a[0,1]",
    "$.items[?(@.tag in ['x', 'y'] || !(@.id == $.n))]",
];

/// Calls of every function.
pub(crate) const CALLS: &[&str] = &[
    r"States.Format('{} \{\} \'{}\'', $.n, States.JsonToString($.a))",
    "States.StringToJson($.json)",
    "States.ArrayGetItem(States.StringSplit($.text, ','), States.MathAdd($.n, -1))",
    "States.ArrayPartition(States.ArrayRange(0, 20, 3), 2)",
    "States.ArrayUnique(States.Array($.a, null, 1.5, true, $.a))",
    "States.Hash(States.Base64Encode('é'), 'SHA-256')",
    "States.Base64Decode('YWJj')",
    "States.JsonMerge(States.StringToJson('{\"a\": 1}'), $.my-key, false)",
    "States.ArrayContains($.a, States.ArrayLength($.a))",
    "States.MathRandom(1, 9, 3)",
];

/// Expressions in JSONata.
pub(crate) const EXPRESSIONS: &[&str] = &[
    "$states.input.items[id > 1].tag & 'x'",
    "$map($states.input.a, function($v, $i) { $i + $count($v) })",
    "{'sum': $sum(items.id), 'parts': $partition([1..9], 4)}",
    "$sort($states.input.items, function($l, $r) { $l.id < $r.id })[0]^(id)",
    "($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(10))",
    "$range(1, 5, 2) ~> $string()",
];

/// What the languages are made of, and what is awkward.
const WORDS: &[&str] = &[
    "$",
    "$$",
    ".",
    "..",
    "[",
    "]",
    "[*]",
    "[?(",
    ")]",
    "(",
    ")",
    "@",
    "'",
    "\"",
    "\\",
    "\\'",
    ",",
    ":",
    "{",
    "}",
    "{}",
    "{%",
    "%}",
    "&&",
    "||",
    "!",
    "==",
    "=~",
    "/",
    "in",
    "size",
    "length()",
    "States.",
    "States.Array(",
    "States.Format('",
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "0.1",
    "é",
    "\u{10ffff}",
    "\u{0}",
    "\n",
    " ",
    "Type",
    "\"Type\":\"Map\"",
    "\"Next\":",
    "\"End\":true",
    "[[[[",
    "{\"a\":",
    "~>",
    ":=",
    "function($x) {",
    "$states",
    "$eval(",
    "^(",
    "?:",
    "[1..9]",
    "..9999999]",
];

/// Makes one text after another out of the seeds.
pub(crate) struct Mutator {
    seeds: Vec<Vec<char>>,
    random: fastrand::Rng,
}

impl Mutator {
    pub(crate) fn new(seeds: &[&str], seed: u64) -> Self {
        Self {
            seeds: seeds.iter().map(|seed| seed.chars().collect()).collect(),
            random: fastrand::Rng::with_seed(seed),
        }
    }

    pub(crate) fn next(&mut self) -> String {
        let mut text = self.seed();
        for _ in 0..self.random.usize(0..6) {
            self.change(&mut text);
        }
        text.into_iter().collect()
    }

    fn seed(&mut self) -> Vec<char> {
        let chosen = self.random.usize(0..self.seeds.len());
        self.seeds[chosen].clone()
    }

    fn change(&mut self, text: &mut Vec<char>) {
        let at = self.random.usize(0..=text.len());
        let end = (at + self.random.usize(0..12)).min(text.len());
        match self.random.u8(0..7) {
            0 => drop(text.drain(at..end)),
            1 => {
                let part = text[at..end].to_vec();
                text.splice(at..at, part);
            }
            2 => {
                let word = self.word();
                text.splice(at..end, word);
            }
            3 => {
                let word = self.word();
                text.splice(at..at, word);
            }
            4 => {
                let other = self.seed();
                let from = self.random.usize(0..=other.len());
                text.truncate(at);
                text.extend_from_slice(&other[from..]);
            }
            5 => {
                if let Some(c) = text.get_mut(at) {
                    *c = self.random.char('\u{0}'..='\u{17f}');
                }
            }
            _ => {
                // Deep nesting is what stacks die of.
                let word = self.word();
                let times = self.random.usize(0..200);
                let repeated = (0..times).flat_map(|_| word.clone()).collect::<Vec<_>>();
                text.splice(at..at, repeated);
            }
        }
    }

    fn word(&mut self) -> Vec<char> {
        let chosen = self.random.usize(0..WORDS.len());
        WORDS[chosen].chars().collect()
    }
}
