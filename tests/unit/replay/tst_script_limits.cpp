#include "tests/unit/replay/script_fixture.h"

#include <QtTest>

using namespace hindcast;
using namespace hindcast::test;

// What a script's call of the language's own functions may cost: they take no step that could be
// broken off, so each hostile one here must throw, and the records around it be folded.
class tst_ScriptLimits : public QObject
{
    Q_OBJECT

private slots:
    void whatRunsWithoutAStepIsRefused_data();
    void whatRunsWithoutAStepIsRefused();
    void guardsChangeNoAnswer_data();
    void guardsChangeNoAnswer();
};

void tst_ScriptLimits::whatRunsWithoutAStepIsRefused_data()
{
    QTest::addColumn<QString>("says");
    const auto add = [](const QByteArray& body, const QByteArray& says) {
        QTest::newRow(body.constData()) << QString::fromUtf8(says);
    };
    // What is written.
    add("return new Array(4e9)", "JSON.stringify over 4000000000 elements; 524288 are the most");
    add("let a = []; a[4294967290] = 1; return a", "JSON.stringify over 4294967291 elements");
    add("return JSON.stringify(new Array(4e9)).length", "JSON.stringify over 4000000000");
    add("return JSON.stringify(1, new Array(4e9))", "JSON.stringify over 4000000000");
    add("return JSON.stringify(1, (k, v) => k === '' ? [new Array(4e9)] : v)",
        "JSON.stringify over 4000000000");
    add("return { a: new Array(1e8) }", "JSON.stringify over 100000000");
    add("let a = new Array(300000); return [a, a]", "JSON.stringify over more than 524288");
    add("let o = {}; for (let i = 0; i < 40; i++) o = { a: o, b: o }; return o",
        "JSON.stringify over more than 524288");
    add("let o = {}; for (let i = 0; i < 40; i++) o = [o, o]; return o",
        "JSON.stringify over more than 524288");
    add("let o = 1; for (let i = 0; i < 40; i++) o = Object.assign(Object.create(null), "
        "{ a: o, b: o }); return o",
        "JSON.stringify over more than 524288");
    add("return new Array(500000).fill('x'.repeat(1e6))",
        "JSON.stringify would make more than 16 million");
    add("return { toJSON() { return new Array(4e9) } }", "JSON.stringify over 4000000000");
    add("let a = new Array(4e9); a['to' + 'JSON'] = 1; return a", "JSON.stringify over 4000000000");
    add("return Object.setPrototypeOf(new Array(4e9), null)", "JSON.stringify over 4000000000");
    add("class A extends Array { get toJSON() {} } return new A(4e9)",
        "JSON.stringify over 4000000000");
    // Functions of lists, also for what only looks like one.
    for (const char* const call : {"forEach(x => 1)",
                                   "map(x => 1)",
                                   "filter(x => 1)",
                                   "some(x => 1)",
                                   "every(x => 1)",
                                   "find(x => 1)",
                                   "findIndex(x => 1)",
                                   "reduce((x, y) => 1, 1)",
                                   "reduceRight((x, y) => 1, 1)",
                                   "indexOf(1)",
                                   "lastIndexOf(1)",
                                   "includes(1)",
                                   "slice(1)",
                                   "splice(0, 1)",
                                   "shift()",
                                   "unshift(1)",
                                   "reverse()",
                                   "sort()",
                                   "join()",
                                   "fill(1)",
                                   "copyWithin(0, 1)",
                                   "concat([1])"}) {
        const QByteArray name = QByteArray(call).left(QByteArray(call).indexOf('('));
        const QByteArray says = "Array." + name + " over 4294967295 elements; 524288 are the most";
        add("let a = []; a.length = 4294967295; return [a." + QByteArray(call) + "]", says);
        if (name != "concat") {
            add("return [[]." + name + ".call({ length: 4294967295 }, x => 1)]", says);
            add("return [[]." + name + ".call({ get length() { return 4e9 } }, x => 1)]",
                "takes no object that computes its length");
        }
    }
    add("return String(new Array(4e9))", "Array.join over 4000000000 elements");
    add("return new Array(500000).fill('x'.repeat(1e6)).join()", "Array.join would make more");
    add("return [].constructor(4e9).map(x => 1)", "Array.map over 4000000000 elements");
    add("class A extends Array {} return new A(4e9).map(x => 1)", "Array.map over 4000000000");
    add("return Array.from({ length: 4e9 })", "Array.from over 4000000000 elements");
    add("return String.raw({ raw: { length: 4e9 } })", "String.raw over 4000000000 elements");
    add("return new Proxy([], {})", "Proxy is not defined");
    add("return new Uint8Array(4e9)", "Uint8Array is not defined");
    // What steps through a list, or takes one as arguments.
    add("return [...new Array(4e9)]", "An iterator over 4000000000 elements");
    add("return new Set(new Array(4e9))", "An iterator over 4000000000 elements");
    add("const [...b] = new Array(4e9); return b", "An iterator over 4000000000 elements");
    add("const a = new Array(1e6); return Math.max(...a)", "An iterator over 1000000 elements");
    add("let a = [], b = []; for (let i = 0; i < 1e6; i++) a.push(1); b.push(...a); return b",
        "An iterator over 1000000 elements");
    add("return Math.max.apply(null, new Array(1e6))", "apply over 1000000 elements");
    add("return Reflect.apply(Math.max, null, { length: 1e6 })", "apply over 1000000 elements");
    add("return Reflect.construct(Date, { length: 1e6 })", "Reflect.construct over 1000000");
    add("return Object.entries('x'.repeat(1e7))", "Object.entries over 10000000 elements");
    add("return Object.assign({}, 'x'.repeat(1e7))", "Object.assign over 10000000 elements");
    add("function* g() { for (;;) yield 1 } return Math.max(...g())", "it ran for more than 2 s");
    // Texts.
    add("return 'x'.repeat(1e7).split('')", "String.split over more than 524288");
    add("return ','.repeat(1e7).split(',')", "String.split over more than 524288");
    add("return 'x'.repeat(1e7).concat('x'.repeat(1e7))", "concat would make more than 16 million");
    add("return 'x'.repeat(1e5).replace(/x/g, 'y'.repeat(1e6))", "replace would make more than");
    add("return 'x'.repeat(1e5).replace(/x/g, \"$'\")", "replace would make more than 16 million");
    for (const char* const call :
         {"match(/x*y/g)", "search(/x*y/)", "split(/x*y/)", "replace(/x*y/g, 'y')"}) {
        add("return 'x'.repeat(1e6)." + QByteArray(call),
            "A pattern over 1000000 characters; 100000 are the most");
    }
    add("return /x*y/.test('x'.repeat(1e6))", "A pattern over 1000000 characters");
    add("return /x*y/.exec('x'.repeat(1e6))", "A pattern over 1000000 characters");
    add("let s = 'x'; for (;;) s += s", "it took more than 512 MB");
    // Depth.
    add("let a = []; for (let i = 0; i < 3e5; i++) a = [a]; return a", "RangeError: Maximum call");
    add("function f() { return new f() } return f()", "RangeError: Maximum call");
    add("const o = { get x() { return o.x } }; return o.x", "RangeError: Maximum call");
}

void tst_ScriptLimits::whatRunsWithoutAStepIsRefused()
{
    QFETCH(QString, says);
    const auto log = told(std::string("function apply(s, e) { if (e.value === 2) { ") +
                              QTest::currentDataTag() + " } return e.value; }",
                          {QStringLiteral("1"), QStringLiteral("2"), QStringLiteral("3")});
    QCOMPARE(stateOf(log), QStringLiteral("3"));
    QCOMPARE(log->report().skipped, std::uint64_t{1});
    QCOMPARE(log->report().firstSkipped.front().place.toString(), std::string("orders-3@1"));
    // On a slow machine, or with a sanitizer's memory, the watch may come first.
    const auto reason = QString::fromStdString(log->report().firstSkipped.front().reason);
    QVERIFY2(reason.contains(says) || reason.contains(QStringLiteral("and was stopped")),
             qPrintable(reason));
}

void tst_ScriptLimits::guardsChangeNoAnswer_data()
{
    QTest::addColumn<QString>("state");
    const auto add = [](const char* expression, const char* state) {
        QTest::newRow(expression) << QString::fromUtf8(state);
    };
    add("{ a: undefined, b: [undefined, () => 1, NaN], c: new Date(0) }",
        R"({"b":[null,null,null],"c":"1970-01-01T00:00:00.000Z"})");
    add("{ toJSON() { return 5 } }", "5");
    add("(() => { const o = {}; o.toJSON = () => [5]; return [o, o.hasOwnProperty('toJSON')] })()",
        "[[5],true]");
    add("[({}).toJSON === undefined, JSON.parse('{\"toJSON\":1}')]", R"([true,{"toJSON":1}])");
    add("JSON.stringify({ a: [1, { c: 2 }] }, null, 1)",
        R"("{\n \"a\": [\n  1,\n  {\n   \"c\": 2\n  }\n ]\n}")");
    add("[JSON.stringify({ a: 1, b: 'x' }, (k, v) => v === 1 ? undefined : v)]",
        R"(["{\"b\":\"x\"}"])");
    add("(() => { class A extends Array {} const a = A.from([1, 2]); return [a instanceof A, "
        "Array.isArray(a), [] instanceof Array, a] })()",
        "[true,true,true,[1,2]]");
    add("[[1, 2, 1].lastIndexOf(1), [1, 2].lastIndexOf(1, undefined), [3].reduce((a, b) => a), "
        "[1, 2, 3].splice(1), [1, [2]].concat(3, [4]), [,1].indexOf(undefined)]",
        "[2,0,3,[2,3],[1,[2],3,4],-1]");
    add("[[1, 2, 10, undefined].sort(), [].slice.call('abc'), Array.from('ab'), Array.of(1, 2), "
        "Array.from({ length: 2 }, (x, i) => i)]",
        R"([[1,10,2,null],["a","b","c"],["a","b"],[1,2],[0,1]])");
    add("(() => { const a = []; for (let i = 1500; i > 0; i--) a.push(i); a.sort(); "
        "return a.slice(0, 3) })()",
        "[1,10,100]");
    add("['a,b,c'.split(',', 2), 'abc'.split(''), 'a1b'.split(/\\d/), 'ab'.replace('a', '$&$&'), "
        "'x'.concat(1, null), `${[1, [2, 3]]}`, 'ab'.search('b'), String.raw`\\n${1}`]",
        R"([["a","b"],["a","b","c"],["a","b"],"aab","x1null","1,2,3",1,"\\n1"])");
    add("[Math.max.apply(null, [1, 2]), Math.max.apply(null), Reflect.apply(Math.max, null, [3]), "
        "Reflect.construct(Map, [[[1, 2]]]).size, (function () { return arguments.length })"
        ".apply(null, { length: 2 })]",
        "[2,null,3,1,2]");
    add("[...[1, 2].entries(), ...new Set([3]), Object.assign([1], 'ab'), Object.keys([4, 5])]",
        R"([[0,1],[1,2],3,["a","b"],["0","1"]])");
    add("(() => { const a = []; for (let i = 0; i < 200000; i++) a.push(i); "
        "return [Math.max(...a), a.map(x => 1).reduce((x, y) => x + y)] })()",
        "[199999,200000]");
}

void tst_ScriptLimits::guardsChangeNoAnswer()
{
    const auto log =
        told(std::string("function apply(s, e) { return (") + QTest::currentDataTag() + "); }",
             {QStringLiteral("1")});
    const auto& skipped = log->report().firstSkipped;
    QVERIFY2(skipped.empty(), skipped.empty() ? "" : skipped.front().reason.c_str());
    QTEST(stateOf(log), "state");
}

QTEST_GUILESS_MAIN(tst_ScriptLimits)
#include "tst_script_limits.moc"
