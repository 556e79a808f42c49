//! A table of paths over one value, with what the service's dialect makes of each.

use serde_json::{Value, json};

use super::*;

/// A small shop.
fn shop() -> Value {
    json!({
        "shop-name": "Ink & Sons",
        "open": true,
        "staff": ["Ada", "Ben", "Cy", "Di"],
        "stock": [
            {"sku": "p1", "kind": "pen", "price": 2.5, "tags": ["blue", "fine"], "left": 10},
            {"sku": "p2", "kind": "pen", "price": 4, "tags": [], "left": 0},
            {"sku": "n1", "kind": "note", "price": 7, "pages": 96, "left": 3},
            {"sku": "n2", "kind": "Note", "price": 9, "left": null},
        ],
        "address": {"city": "Kiel", "geo": {"lat": 54, "lon": 10}},
        "limit": 5,
        "nothing": null,
        "grid": [[1, 2], [3, 4], [5]],
        "codes": {"a.b": 1, "x y": 2, "": 3, "7": 4},
    })
}

fn find_in_shop(path: &str) -> Result<Value, String> {
    let context = context();
    let shop = shop();
    let scope = Scope {
        input: &shop,
        text: None,
        context: &context,
        random: &Random::new(0),
    };
    let path = JsonPath::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    path.find(scope)
        .map(Cow::into_owned)
        .map_err(|error| error.to_string())
}

#[test]
fn paths_find_what_the_dialect_says() {
    let table = [
        // Members.
        ("$.shop-name", json!("Ink & Sons")),
        ("$['shop-name']", json!("Ink & Sons")),
        ("$[\"shop-name\"]", json!("Ink & Sons")),
        ("$.open", json!(true)),
        ("$.nothing", json!(null)),
        ("$.address.geo.lat", json!(54)),
        ("$['address']['geo']['lat']", json!(54)),
        ("$.codes['a.b']", json!(1)),
        ("$.codes['x y']", json!(2)),
        ("$.codes['']", json!(3)),
        ("$.codes.7", json!(4)),
        ("$.codes['x y','a.b']", json!({"x y": 2, "a.b": 1})),
        ("$['open','absent']", json!({"open": true})),
        // Indexes and slices.
        ("$.staff[0]", json!("Ada")),
        ("$.staff[-1]", json!("Di")),
        ("$.staff[ 1 ]", json!("Ben")),
        ("$.staff[0,2]", json!(["Ada", "Cy"])),
        ("$.staff[0, 9]", json!(["Ada"])),
        ("$.staff[1:3]", json!(["Ben", "Cy"])),
        ("$.staff[:2]", json!(["Ada", "Ben"])),
        ("$.staff[2:]", json!(["Cy", "Di"])),
        ("$.staff[-2:]", json!(["Cy", "Di"])),
        ("$.staff[:-3]", json!(["Ada"])),
        ("$.staff[3:1]", json!([])),
        ("$.staff[0:99]", json!(["Ada", "Ben", "Cy", "Di"])),
        ("$.grid[1][0]", json!(3)),
        ("$.grid[*][0]", json!([1, 3, 5])),
        ("$.grid[*][1]", json!([2, 4])),
        ("$.grid[0:2][-1]", json!([2, 4])),
        ("$.grid[9][*]", json!([])),
        // Wildcards and deep scans.
        ("$.address.*", json!(["Kiel", {"lat": 54, "lon": 10}])),
        ("$.address.geo[*]", json!([54, 10])),
        ("$.stock[*].sku", json!(["p1", "p2", "n1", "n2"])),
        ("$.stock[*].pages", json!([96])),
        ("$.stock[*].absent", json!([])),
        ("$.limit.*", json!([])),
        ("$..lat", json!([54])),
        ("$..tags[0]", json!(["blue"])),
        ("$.address..lon", json!([10])),
        ("$.grid..[0]", json!([[1, 2], 1, 3, 5])),
        ("$..absent", json!([])),
        // Filters.
        ("$.stock[?(@.price < 5)].sku", json!(["p1", "p2"])),
        ("$.stock[?(@.price <= $.limit)].sku", json!(["p1", "p2"])),
        ("$.stock[?(@.kind == 'pen')].left", json!([10, 0])),
        ("$.stock[?(@['kind'] != \"pen\")].sku", json!(["n1", "n2"])),
        ("$.stock[?(@.pages)].sku", json!(["n1"])),
        ("$.stock[?(!@.pages)].sku", json!(["p1", "p2", "n2"])),
        ("$.stock[?(@.left == null)].sku", json!(["n2"])),
        (
            "$.stock[?(@.price > 2 && @.price < 8)].price",
            json!([2.5, 4, 7]),
        ),
        (
            "$.stock[?(@.price > 8 || @.left == 0)].sku",
            json!(["p2", "n2"]),
        ),
        (
            "$.stock[?((@.price > 8 || @.left == 0) && @.kind == 'pen')].sku",
            json!(["p2"]),
        ),
        ("$.stock[?(@.kind =~ /note/i)].sku", json!(["n1", "n2"])),
        ("$.stock[?(@.kind =~ /no/)].sku", json!([])),
        (
            "$.stock[?(@.kind in ['pen', 'cup'])].sku",
            json!(["p1", "p2"]),
        ),
        ("$.stock[?(@.kind nin ['pen'])].sku", json!(["n1", "n2"])),
        ("$.stock[?(@.tags contains 'blue')].sku", json!(["p1"])),
        ("$.stock[?(@.tags size 2)].sku", json!(["p1"])),
        ("$.stock[?(@.tags empty true)].sku", json!(["p2"])),
        ("$.stock[?(@.tags anyof ['fine', 'x'])].sku", json!(["p1"])),
        (
            "$.stock[?(@.tags subsetof ['blue', 'fine', 'x'])].sku",
            json!(["p1", "p2"]),
        ),
        ("$.stock[?(@.left == '3')].sku", json!(["n1"])),
        ("$.stock[?(@.tags[0] == 'blue')].sku", json!(["p1"])),
        ("$.staff[?(@ > 'B')]", json!(["Ben", "Cy", "Di"])),
        ("$.address[?(@.lat == 54)]", json!([])),
        ("$..[?(@.lat == 54)].lon", json!([10])),
        // Functions.
        ("$.staff.length()", json!(4)),
        ("$.stock[*].price.length()", json!(4)),
        ("$.stock[*].price.max()", json!(9.0)),
        ("$.stock[*].price.min()", json!(2.5)),
        ("$.grid[0].avg()", json!(1.5)),
        ("$.grid[0].stddev()", json!(0.5)),
        // The whole.
        ("$.stock.length()", json!(4)),
    ];
    for (path, expected) in table {
        assert_eq!(find_in_shop(path), Ok(expected), "{path}");
    }
}

#[test]
fn paths_that_lead_nowhere_say_where_they_end() {
    let provider = "This is not a json object according to the JsonProvider: \
                    'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.";
    let table = [
        ("$.absent", "No results for path: $['absent']".to_owned()),
        (
            "$.absent.x",
            "Missing property in path $['absent']".to_owned(),
        ),
        (
            "$.address.absent",
            "No results for path: $['address']['absent']".to_owned(),
        ),
        (
            "$.staff[4]",
            "No results for path: $['staff'][4]".to_owned(),
        ),
        (
            "$.staff[-5]",
            "No results for path: $['staff'][-5]".to_owned(),
        ),
        ("$.nothing[0]", "The path $['nothing'] is null".to_owned()),
        (
            "$.limit[0]",
            "Filter: [0] can only be applied to arrays. Current context is: 5".to_owned(),
        ),
        (
            "$.address.geo[0:1]",
            "Filter: [0:1] can only be applied to arrays. Current context is: {lat=54, lon=10}"
                .to_owned(),
        ),
        (
            "$.limit[?(@.x)]",
            "Filter: [?] can not be applied to primitives. Current context is: 5".to_owned(),
        ),
        (
            "$.staff.first",
            format!(
                "Expected to find an object with property ['first'] in path $['staff'] but found \
                 'java.util.ArrayList'. {provider}"
            ),
        ),
        (
            "$.nothing.x",
            format!(
                "Expected to find an object with property ['x'] in path $['nothing'] but found \
                 'null'. {provider}"
            ),
        ),
    ];
    for (path, detail) in table {
        assert_eq!(
            find_in_shop(path),
            Err(format!("Invalid path '{path}' : {detail}"))
        );
    }
}

#[test]
fn only_members_and_indexes_from_the_start_make_a_reference() {
    for path in ["$.a", "$.a-b['c d'][0].e", "$$.Execution.Name", "$"] {
        assert!(JsonPath::parse(path).unwrap().is_reference(), "{path}");
    }
    for path in [
        "$.a[*]",
        "$..a",
        "$.a[-1]",
        "$.a[0:1]",
        "$['a','b']",
        "$.a[?(@.b)]",
        "$.a.length()",
        "$.*",
        "$.a[0,1]",
    ] {
        assert!(!JsonPath::parse(path).unwrap().is_reference(), "{path}");
    }
}

#[test]
fn texts_that_are_no_paths_are_refused() {
    for text in [
        "",
        "a",
        ".a",
        "$a.",
        "$.",
        "$..",
        "$.a.",
        "$[",
        "$[]",
        "$['a]",
        "$[a]",
        "$.a[",
        "$.a]",
        "$.a b",
        "$.a[1",
        "$.a[1:2:3",
        "$.a[?]",
        "$.a[?(]",
        "$.a[?(@.b ==)]",
        "$.a[?(@.b = 1)]",
        "$.a[?(@.b =~ 'x')]",
        "$.a[?(@.b =~ /(/)]",
        "$.a.nope()",
        "$.a.length(",
        "$ .a",
        " $.a",
    ] {
        assert!(JsonPath::parse(text).is_err(), "{text}");
    }
}
