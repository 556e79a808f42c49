//! A table of the language: each expression beside the value that its documentation gives it.

use super::check;

#[test]
fn places_are_found() {
    check(&[
        ("$states.input.order.id", r#""o-1""#),
        ("$states.input.order.customer.name", r#""Ada Lovelace""#),
        ("$states.input.missing", ""),
        ("$states.input.order.missing.deeper", ""),
        ("$states.input.nothing", "null"),
        ("$states.input.no", "false"),
        ("$states.input.text.more", ""),
        (
            "$states.input.order.items.sku",
            r#"["apple","pear","melon"]"#,
        ),
        ("$states.input.order.items[0].sku", r#""apple""#),
        ("$states.input.order.items[-1].sku", r#""melon""#),
        ("$states.input.order.items[7].sku", ""),
        (
            "$states.input.order.items.tags",
            r#"["red","round","green"]"#,
        ),
        ("$states.input.order.items.tags[0]", r#"["red","green"]"#),
        ("($states.input.order.items.tags)[0]", r#""red""#),
        ("$states.input.one", "[7]"),
        ("$states.input.none", "[]"),
        ("$states.input.nested", "[[1,2],[3]]"),
        ("$states.input.nested[0]", "[1,2]"),
        ("$states.input.numbers[[0..1]]", "[3,1]"),
        ("$states.input.order.`id`", r#""o-1""#),
        ("$states.input.order.*.name", r#""Ada Lovelace""#),
        ("$states.input.order.**.sku", r#"["apple","pear","melon"]"#),
        ("$states.input.order.items.(price * count)", "[6,4.5,7]"),
        (
            "$states.input.order.items.[sku, count]",
            r#"[["apple",4],["pear",2],["melon",1]]"#,
        ),
        (
            "$states.input.order.items.{sku: price}",
            r#"[{"apple":1.5},{"pear":2.25},{"melon":7}]"#,
        ),
        (
            "$states.input.order.items{sku: price}",
            r#"{"apple":1.5,"pear":2.25,"melon":7}"#,
        ),
        (
            "$states.input.order.items.sku[]",
            r#"["apple","pear","melon"]"#,
        ),
        ("$states.input.order.items[sku = 'pear'].count[]", "[2]"),
    ]);
}

#[test]
fn filters_and_orders_choose() {
    check(&[
        (
            "$states.input.order.items[price > 2].sku",
            r#"["pear","melon"]"#,
        ),
        (
            "$states.input.order.items[price > 2 and count = 2].sku",
            r#""pear""#,
        ),
        ("$states.input.order.items[price > 100]", ""),
        ("$states.input.order.items['red' in tags].sku", r#""apple""#),
        ("$states.input.numbers[$ > 1]", "[3,2]"),
        (
            "$states.input.order.items^(price).sku",
            r#"["apple","pear","melon"]"#,
        ),
        (
            "$states.input.order.items^(>price).sku",
            r#"["melon","pear","apple"]"#,
        ),
        ("$states.input.order.items^(>count, sku).count", "[4,2,1]"),
        (
            "$states.input.order.items@$i.{'sku': $i.sku}.sku",
            r#"["apple","pear","melon"]"#,
        ),
        (
            "$states.input.order.items#$n.($string($n) & sku)",
            r#"["0apple","1pear","2melon"]"#,
        ),
        (
            "$states.input.order.items.tags.(%.sku & ':' & $)",
            r#"["apple:red","apple:round","pear:green"]"#,
        ),
    ]);
}

#[test]
fn operators_compute() {
    check(&[
        ("1 + 2", "3"),
        ("1 - 2.5", "-1.5"),
        ("3 * 4", "12"),
        ("10 / 4", "2.5"),
        ("10 % 4", "2"),
        ("-$states.input.numbers[0]", "-3"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("1 + $states.input.missing", ""),
        ("'a' & 'b'", r#""ab""#),
        ("'n' & 1 & true & null", r#""n1truenull""#),
        ("'a' & $states.input.missing", r#""a""#),
        ("1 = 1", "true"),
        ("1 = '1'", "false"),
        ("[1, 2] = [1, 2]", "true"),
        ("{'a': 1} = {'a': 1}", "true"),
        ("1 != 2", "true"),
        ("1 < 2", "true"),
        ("'a' < 'b'", "true"),
        ("2 >= 2", "true"),
        ("3 <= 2", "false"),
        ("1 = $states.input.missing", "false"),
        ("true and false", "false"),
        ("true or false", "true"),
        ("1 in [1, 2]", "true"),
        ("3 in [1, 2]", "false"),
        ("'a' in 'a'", "true"),
        ("[1..4]", "[1,2,3,4]"),
        ("[4..1]", "[]"),
        ("[1..2, 5..6]", "[1,2,5,6]"),
        ("true ? 'yes' : 'no'", r#""yes""#),
        ("false ? 'yes'", ""),
        ("($a := 5; $b := $a * 2; $a + $b)", "15"),
        ("[1, [2, 3]]", "[1,[2,3]]"),
        ("{'a': 1, 'b': [true, null]}", r#"{"a":1,"b":[true,null]}"#),
        ("{'a': $states.input.missing}", "{}"),
        ("[$states.input.missing, 1]", "[1]"),
        ("null", "null"),
        ("\"it's\"", r#""it's""#),
        ("\"\\u00e9\"", "\"é\""),
        ("/* a comment */ 1", "1"),
        ("[1, 2, 3] ~> $sum()", "6"),
        ("'a b' ~> $uppercase() ~> $split(' ')", r#"["A","B"]"#),
        (
            "($states.input.order ~> |customer|{'tags': 1}|).customer",
            r#"{"name":"Ada Lovelace","tags":1}"#,
        ),
        (
            "$states.input.order.customer ~> |$|{}, ['tags']|",
            r#"{"name":"Ada Lovelace"}"#,
        ),
    ]);
}

#[test]
fn functions_of_texts_answer() {
    check(&[
        ("$string(5)", r#""5""#),
        ("$string({'a': [1, null]})", r#""{\"a\":[1,null]}""#),
        ("$string(1e21)", r#""1e+21""#),
        ("$string(1e20)", r#""100000000000000000000""#),
        ("$string(1/3)", r#""0.333333333333333""#),
        ("$string(1e-7)", r#""1e-7""#),
        ("$length('über')", "4"),
        ("$substring('hello world', 3, 5)", r#""lo wo""#),
        ("$substring('hello', -4)", r#""ello""#),
        ("$substringBefore('a-b-c', '-')", r#""a""#),
        ("$substringAfter('a-b-c', '-')", r#""b-c""#),
        ("$uppercase('abc')", r#""ABC""#),
        ("$lowercase('ABC')", r#""abc""#),
        ("$trim('  a   b ')", r#""a b""#),
        ("$pad('a', 3)", r#""a  ""#),
        ("$pad('a', -3, '#')", "\"##a\""),
        ("$contains('abc', 'bc')", "true"),
        ("$contains('abc', /B/i)", "true"),
        ("$split('a,b,c', ',')", r#"["a","b","c"]"#),
        ("$split('a, b;c', /[,;] */)", r#"["a","b","c"]"#),
        ("$split('a,b,c', ',', 2)", r#"["a","b"]"#),
        ("$join(['a', 'b'], '-')", r#""a-b""#),
        ("$join('abc')", r#""abc""#),
        ("$match('ababb', /a(b+)/).match", r#"["ab","abb"]"#),
        ("$match('ababb', /a(b+)/)[1].groups", r#"["bb"]"#),
        ("$replace('a.b.c', '.', '-')", r#""a-b-c""#),
        ("$replace('a.b.c', '.', '-', 1)", r#""a-b.c""#),
        (
            "$replace('John Smith', /(\\w+)\\s(\\w+)/, '$2, $1')",
            r#""Smith, John""#,
        ),
        ("$replace('265USD', /([0-9]+)USD/, '$$$1')", r#""$265""#),
        (
            "$replace('abc', /b/, function($m) { $uppercase($m.match) })",
            r#""aBc""#,
        ),
        ("('a.b').$replace('.', '-')", r#""a-b""#),
        (
            "$base64encode('myuser:mypass')",
            r#""bXl1c2VyOm15cGFzcw==""#,
        ),
        (
            "$base64decode('bXl1c2VyOm15cGFzcw==')",
            r#""myuser:mypass""#,
        ),
        ("$encodeUrlComponent('?x=test')", r#""%3Fx%3Dtest""#),
        (
            "$encodeUrl('https://a.b/?x=é')",
            r#""https://a.b/?x=%C3%A9""#,
        ),
        ("$decodeUrlComponent('%3Fx%3Dtest')", r#""?x=test""#),
        ("$formatNumber(12345.6, '#,###.00')", r#""12,345.60""#),
        ("$formatNumber(0.14, '01%')", r#""14%""#),
        ("$formatBase(100, 2)", r#""1100100""#),
        (
            "$formatInteger(2789, 'w')",
            r#""two thousand, seven hundred and eighty-nine""#,
        ),
        ("$formatInteger(1999, 'I')", r#""MCMXCIX""#),
        ("$parseInteger('12,345,678', '#,##0')", "12345678"),
    ]);
}

#[test]
fn functions_of_numbers_answer() {
    check(&[
        ("$number('5')", "5"),
        ("$number('0x1F')", "31"),
        ("$number(true)", "1"),
        ("$abs(-5)", "5"),
        ("$floor(-5.3)", "-6"),
        ("$ceil(5.3)", "6"),
        ("$round(123.456, 2)", "123.46"),
        ("$round(11.5)", "12"),
        ("$round(12.5)", "12"),
        ("$round(125, -1)", "120"),
        ("$power(2, 8)", "256"),
        ("$sqrt(4)", "2"),
        ("$sum([1, 2, 3])", "6"),
        ("$max([1, 3, 2])", "3"),
        ("$min([])", ""),
        ("$average([1, 2, 6])", "3"),
        ("$sum($states.input.order.items.(price * count))", "17.5"),
        ("$boolean('')", "false"),
        ("$boolean([0, null])", "false"),
        ("$boolean({'a': 0})", "true"),
        ("$not(0)", "true"),
        ("$exists($states.input.missing)", "false"),
        ("$exists($states.input.nothing)", "true"),
    ]);
}

#[test]
fn functions_of_arrays_and_objects_answer() {
    check(&[
        ("$count($states.input.order.items)", "3"),
        ("$count($states.input.missing)", "0"),
        ("$count(null)", "1"),
        ("$append([1], [2, 3])", "[1,2,3]"),
        ("$append(1, 2)", "[1,2]"),
        ("$sort([3, 1, 2])", "[1,2,3]"),
        (
            "$sort(['b', 'a'], function($l, $r) { $l > $r })",
            r#"["a","b"]"#,
        ),
        ("$reverse([1, 2, 3])", "[3,2,1]"),
        ("$distinct([1, 2, 1, '1'])", r#"[1,2,"1"]"#),
        ("$zip([1, 2], ['a', 'b'])", r#"[[1,"a"],[2,"b"]]"#),
        ("$count($shuffle([1, 2, 3]))", "3"),
        ("$keys($states.input.order)", r#"["id","customer","items"]"#),
        ("$lookup({'a': 1}, 'a')", "1"),
        ("$spread({'a': 1, 'b': 2})", r#"[{"a":1},{"b":2}]"#),
        ("$merge([{'a': 1}, {'b': 2, 'a': 3}])", r#"{"a":3,"b":2}"#),
        (
            "$sift({'a': 1, 'b': 2}, function($v) { $v > 1 })",
            r#"{"b":2}"#,
        ),
        (
            "$each({'a': 1, 'b': 2}, function($v, $k) { $k & $v })",
            r#"["a1","b2"]"#,
        ),
        ("$type([])", r#""array""#),
        ("$type($states.input.nothing)", r#""null""#),
        ("$type('a')", r#""string""#),
        ("$map([1, 2], function($v, $i) { $v * $i })", "[0,2]"),
        ("$map(['a', 'b'], $uppercase)", r#"["A","B"]"#),
        ("$map([1], function($v) { $v + 1 })", "2"),
        ("$filter([1, 2, 3], function($v) { $v > 1 })", "[2,3]"),
        ("$filter([1, 2, 3], function($v) { $v > 5 })", ""),
        ("$single([1, 2, 3], function($v) { $v = 2 })", "2"),
        ("$reduce([1, 2, 3], function($a, $b) { $a * $b })", "6"),
        ("$reduce([1, 2], function($a, $b) { $a + $b }, 10)", "13"),
        (
            "($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(5))",
            "120",
        ),
        (
            "($add := function($a, $b) { $a + $b }; $inc := $add(?, 1); $inc(41))",
            "42",
        ),
        ("($f := $uppercase ~> $length; $f('abc'))", "3"),
        ("($f := function($x)<n:n> { $x }; $f(3))", "3"),
        ("λ($x) { $x * 2 }(21)", "42"),
    ]);
}

#[test]
fn functions_of_time_answer() {
    check(&[
        (
            "$fromMillis(1510067557121)",
            r#""2017-11-07T15:12:37.121Z""#,
        ),
        (
            "$fromMillis(1510067557121, '[M01]/[D01]/[Y0001] [h#1]:[m01][P]')",
            r#""11/07/2017 3:12pm""#,
        ),
        (
            "$fromMillis(1510067557121, '[H01]:[m01] [z]', '-0500')",
            r#""10:12 GMT-05:00""#,
        ),
        ("$toMillis('2017-11-07T15:07:54.972Z')", "1510067274972"),
        (
            "$toMillis('11/07/2017', '[M01]/[D01]/[Y0001]')",
            "1510012800000",
        ),
        ("$now()", r#""2026-11-24T10:20:30.456Z""#),
        ("$now('[Y0001]-[M01]-[D01]')", r#""2026-11-24""#),
        ("$now('[H01]', '+0100')", r#""11""#),
        ("$millis()", "1795515630456"),
        ("$now() = $now()", "true"),
    ]);
}
