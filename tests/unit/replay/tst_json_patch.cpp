#include "model/replay/json_patch.h"

#include <QTest>
#include <nlohmann/json.hpp>
#include <random>

using namespace hindcast;

namespace {

// What the patch gives; "(none)" for no document, "! ..." where it fails.
std::string patched(const std::string& target, const std::string& patch)
{
    JsonPatch jsonPatch;
    const auto result = jsonPatch.apply(
        target == "(none)" ? std::nullopt : std::optional<std::string_view>(target), patch);
    return !result ? "! " + result.error().message : *result ? **result : std::string("(none)");
}

void addCase(const char* name, const char* target, const char* patch, const char* result)
{
    QTest::newRow(name) << QByteArray(target) << QByteArray(patch) << QByteArray(result);
}

nlohmann::ordered_json randomValue(std::mt19937& random, int depth)
{
    static const char* const kNames[] = {"a", "b", "c/d", "e~", ""};
    switch (random() % (depth > 2 ? 4 : 6)) {
    case 0:
        return 1.5; // the library takes null for an object to add to
    case 1:
        return static_cast<int>(random() % 4);
    case 2:
        return random() % 2 == 0;
    case 3:
        return "t" + std::to_string(random() % 3);
    case 4: {
        auto array = nlohmann::ordered_json::array();
        for (auto i = random() % 4; i > 0; --i) {
            array.push_back(randomValue(random, depth + 1));
        }
        return array;
    }
    default: {
        auto object = nlohmann::ordered_json::object();
        for (auto i = random() % 4; i > 0; --i) {
            object[kNames[random() % 5]] = randomValue(random, depth + 1);
        }
        return object;
    }
    }
}

// A pointer that often leads somewhere, and sometimes one step too far.
std::string randomPointer(std::mt19937& random, const nlohmann::ordered_json& document)
{
    static const char* const kSteps[] = {"/a", "/0", "/1", "/-", "/c~1d", "/e~0", "/"};
    std::string pointer;
    const nlohmann::ordered_json* at = &document;
    while (at->is_structured() && !at->empty() && random() % 4 != 0) {
        auto item = at->begin();
        const auto steps = random() % at->size();
        std::advance(item, static_cast<long>(steps));
        if (at->is_array()) {
            pointer += "/" + std::to_string(steps);
        } else {
            std::string name = item.key();
            name = name == "c/d" ? "c~1d" : name == "e~" ? "e~0" : name;
            pointer += "/" + name;
        }
        at = &*item;
    }
    return random() % 3 == 0 ? pointer + kSteps[random() % 7] : pointer;
}

} // namespace

class tst_JsonPatch : public QObject
{
    Q_OBJECT

private slots:
    void appendixAOfTheRfcHolds_data();
    void appendixAOfTheRfcHolds();
    void operationsDoWhatTheRfcSays_data();
    void operationsDoWhatTheRfcSays();
    void whatFailsIsNamed_data();
    void whatFailsIsNamed();
    void tokensKeepTheirText_data();
    void tokensKeepTheirText();
    void aPatchThatCopiesItselfIsStopped();
    void randomPatchesGiveWhatTheLibraryGives();
};

// RFC 6902, appendix A, whole.
void tst_JsonPatch::appendixAOfTheRfcHolds_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QByteArray>("result"); // "! ...": begins with
    addCase("A.1 adding an object member", R"({"foo":"bar"})",
            R"([{"op":"add","path":"/baz","value":"qux"}])", R"({"foo":"bar","baz":"qux"})");
    addCase("A.2 adding an array element", R"({"foo":["bar","baz"]})",
            R"([{"op":"add","path":"/foo/1","value":"qux"}])", R"({"foo":["bar","qux","baz"]})");
    addCase("A.3 removing an object member", R"({"baz":"qux","foo":"bar"})",
            R"([{"op":"remove","path":"/baz"}])", R"({"foo":"bar"})");
    addCase("A.4 removing an array element", R"({"foo":["bar","qux","baz"]})",
            R"([{"op":"remove","path":"/foo/1"}])", R"({"foo":["bar","baz"]})");
    addCase("A.5 replacing a value", R"({"baz":"qux","foo":"bar"})",
            R"([{"op":"replace","path":"/baz","value":"boo"}])", R"({"baz":"boo","foo":"bar"})");
    addCase("A.6 moving a value",
            R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})",
            R"([{"op":"move","from":"/foo/waldo","path":"/qux/thud"}])",
            R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})");
    addCase("A.7 moving an array element", R"({"foo":["all","grass","cows","eat"]})",
            R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])",
            R"({"foo":["all","cows","eat","grass"]})");
    addCase(
        "A.8 testing a value: success", R"({"baz":"qux","foo":["a",2,"c"]})",
        R"([{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}])",
        R"({"baz":"qux","foo":["a",2,"c"]})");
    addCase("A.9 testing a value: error", R"({"baz":"qux"})",
            R"([{"op":"test","path":"/baz","value":"bar"}])", "! Operation 1 (test)");
    addCase("A.10 adding a nested member object", R"({"foo":"bar"})",
            R"([{"op":"add","path":"/child","value":{"grandchild":{}}}])",
            R"({"foo":"bar","child":{"grandchild":{}}})");
    addCase("A.11 ignoring unrecognized elements", R"({"foo":"bar"})",
            R"([{"op":"add","path":"/baz","value":"qux","xyz":123}])",
            R"({"foo":"bar","baz":"qux"})");
    addCase("A.12 adding to a nonexistent target", R"({"foo":"bar"})",
            R"([{"op":"add","path":"/baz/bat","value":"qux"}])",
            R"(! Operation 1 (add) of this JSON patch fails: there is no "/baz".)");
    addCase("A.13 invalid JSON patch document", R"({"foo":"bar"})",
            R"([{"op":"add","path":"/baz","value":"qux","op":"remove"}])",
            R"(! Operation 1 of this JSON patch fails: it has "op" twice.)");
    addCase("A.14 ~ escape ordering", R"({"/":9,"~1":10})",
            R"([{"op":"test","path":"/~01","value":10}])", R"({"/":9,"~1":10})");
    addCase("A.15 comparing strings and numbers", R"({"/":9,"~1":10})",
            R"([{"op":"test","path":"/~01","value":"10"}])", "! Operation 1 (test)");
    addCase("A.16 adding an array value", R"({"foo":["bar"]})",
            R"([{"op":"add","path":"/foo/-","value":["abc","def"]}])",
            R"({"foo":["bar",["abc","def"]]})");
}

void tst_JsonPatch::appendixAOfTheRfcHolds()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, patch);
    QFETCH(QByteArray, result);
    const std::string is = patched(target.toStdString(), patch.toStdString());
    if (result.startsWith('!')) {
        QVERIFY2(is.starts_with(result.toStdString()), is.c_str());
    } else {
        QCOMPARE(is, result.toStdString());
    }
}

void tst_JsonPatch::operationsDoWhatTheRfcSays_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QByteArray>("result");
    addCase("no operations", R"({"a": 1})", "[]", R"({"a": 1})");
    addCase("add replaces a member that is there", R"({"a":1})",
            R"([{"op":"add","path":"/a","value":2}])", R"({"a":2})");
    addCase("add of the whole", R"({"a":1})", R"([{"op":"add","path":"","value":[1]}])", "[1]");
    addCase("add begins a document", "(none)", R"([{"op":"add","path":"","value":{}}])", "{}");
    addCase("add at an array's end by its length", "[1]", R"([{"op":"add","path":"/1","value":2}])",
            "[1,2]");
    addCase("add at an array's front", "[1]", R"([{"op":"add","path":"/0","value":0}])", "[0,1]");
    addCase("add to an empty array", "[]", R"([{"op":"add","path":"/-","value":0}])", "[0]");
    addCase("the empty name", R"({"":1})", R"([{"op":"replace","path":"/","value":2}])",
            R"({"":2})");
    addCase("a member named like an index", R"({"0":1})",
            R"([{"op":"replace","path":"/0","value":2}])", R"({"0":2})");
    addCase("a member named -", "{}", R"([{"op":"add","path":"/-","value":2}])", R"({"-":2})");
    addCase("~1 and ~0", R"({"a/b":1,"m~n":2})",
            R"([{"op":"remove","path":"/a~1b"},{"op":"replace","path":"/m~0n","value":3}])",
            R"({"m~n":3})");
    addCase("a name that JSON must escape", "{}", R"([{"op":"add","path":"/a\"b\\c","value":1}])",
            R"({"a\"b\\c":1})");
    addCase("a name written in two ways", "{\"\\u0061\":1}",
            R"([{"op":"replace","path":"/a","value":2}])", "{\"\\u0061\":2}");
    addCase("remove of the whole", R"({"a":1})", R"([{"op":"remove","path":""}])", "(none)");
    addCase("remove and begin again", R"({"a":1})",
            R"([{"op":"remove","path":""},{"op":"add","path":"","value":7}])", "7");
    addCase("remove takes every member of the name", R"({"a":1,"b":2,"a":3})",
            R"([{"op":"remove","path":"/a"}])", R"({"b":2})");
    addCase("replace of the whole", "1", R"([{"op":"replace","path":"","value":2}])", "2");
    addCase("move onto itself", R"({"a":1})", R"([{"op":"move","from":"/a","path":"/a"}])",
            R"({"a":1})");
    addCase("move up", R"({"a":{"b":1}})", R"([{"op":"move","from":"/a/b","path":"/a"}])",
            R"({"a":1})");
    addCase("move to the whole", R"({"a":{"b":1}})", R"([{"op":"move","from":"/a","path":""}])",
            R"({"b":1})");
    addCase("move to a name that begins alike", R"({"a":1})",
            R"([{"op":"move","from":"/a","path":"/ab"}])", R"({"ab":1})");
    addCase("copy", R"({"a":{"b":1}})",
            R"([{"op":"copy","from":"/a","path":"/c"},{"op":"remove","path":"/a/b"}])",
            R"({"a":{},"c":{"b":1}})");
    addCase("copy into itself", R"({"a":1})", R"([{"op":"copy","from":"","path":"/b"}])",
            R"({"a":1,"b":{"a":1}})");
    addCase("test of null", R"({"a":null})", R"([{"op":"test","path":"/a","value":null}])",
            R"({"a":null})");
    addCase("test of the whole, in another order", R"({"a":1,"b":[true,{}]})",
            R"([{"op":"test","path":"","value":{"b":[true,{}],"a":1}}])",
            R"({"a":1,"b":[true,{}]})");
    addCase("test of a number written differently", R"({"a":1.50,"b":1e400})",
            R"([{"op":"test","path":"/a","value":15E-1},{"op":"test","path":"/b","value":10e399}])",
            R"({"a":1.50,"b":1e400})");
    addCase("test of a text written differently", "{\"a\":\"\\u00e9\"}",
            R"([{"op":"test","path":"/a","value":"é"}])", "{\"a\":\"\\u00e9\"}");
    addCase("from beside add is ignored", R"({"a":1})",
            R"([{"op":"add","path":"/b","from":7,"value":2}])", R"({"a":1,"b":2})");
    addCase("later operations see the earlier", "{}",
            R"([{"op":"add","path":"/a","value":{}},{"op":"add","path":"/a/b","value":[]},)"
            R"({"op":"add","path":"/a/b/-","value":1}])",
            R"({"a":{"b":[1]}})");
}

void tst_JsonPatch::operationsDoWhatTheRfcSays()
{
    appendixAOfTheRfcHolds();
}

void tst_JsonPatch::whatFailsIsNamed_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QByteArray>("result"); // what the sentence holds
    const char* const target = R"({"a":1,"l":[1,2],"o":{"p":{}}})";
    addCase("no JSON", target, R"([{"op":)", "no JSON patch: JSON breaks off");
    addCase("no array", target, R"({"op":"remove","path":"/a"})", "array of operations");
    addCase("an operation that is none", target, "[1]", "Operation 1 of");
    addCase("no op", target, R"([{"path":"/a"}])", R"(no "op")");
    addCase("no path", target, R"([{"op":"remove"}])", R"(no "path")");
    addCase("an op not known", target, R"([{"op":"spam","path":"/a"}])",
            "add, remove, replace, move, copy, test");
    addCase("an op that is no text", target, R"([{"op":1,"path":"/a"}])", R"(its "op" is 1)");
    addCase("a path that is no text", target, R"([{"op":"remove","path":1}])",
            R"(its "path" is no text)");
    addCase("a path without its slash", target, R"([{"op":"remove","path":"a"}])", "begins with /");
    addCase("a ~ that stands alone", target, R"([{"op":"remove","path":"/a~"}])", "~0 nor ~1");
    addCase("a ~2", target, R"([{"op":"remove","path":"/a~2"}])", "~0 nor ~1");
    addCase("add without a value", target, R"([{"op":"add","path":"/b"}])", R"(no "value")");
    addCase("replace without a value", target, R"([{"op":"replace","path":"/a"}])",
            R"(no "value")");
    addCase("test without a value", target, R"([{"op":"test","path":"/a"}])", R"(no "value")");
    addCase("move without from", target, R"([{"op":"move","path":"/a"}])", R"(no "from")");
    addCase("copy without from", target, R"([{"op":"copy","path":"/a"}])", R"(no "from")");
    addCase("a from that is no text", target, R"([{"op":"copy","from":{},"path":"/a"}])",
            R"("from" is no text)");
    addCase("two values", target, R"([{"op":"add","path":"/b","value":1,"value":2}])",
            R"("value" twice)");
    addCase("remove of nothing", target, R"([{"op":"remove","path":"/b"}])", R"(no "/b")");
    addCase("replace of nothing", target, R"([{"op":"replace","path":"/b","value":1}])",
            R"(no "/b")");
    addCase("test of nothing", target, R"([{"op":"test","path":"/b","value":null}])", R"(no "/b")");
    addCase("move of nothing", target, R"([{"op":"move","from":"/b","path":"/c"}])", R"(no "/b")");
    addCase("copy of nothing", target, R"([{"op":"copy","from":"/b","path":"/c"}])", R"(no "/b")");
    addCase("copy to nowhere", target, R"([{"op":"copy","from":"/a","path":"/x/y"}])",
            R"(no "/x")");
    addCase("into a number", target, R"([{"op":"add","path":"/a/b","value":1}])",
            "neither object nor array");
    addCase("past an array's end", target, R"([{"op":"add","path":"/l/3","value":1}])",
            R"("3" is no index into an array of 2)");
    addCase("at an array's end, where nothing is", target, R"([{"op":"remove","path":"/l/2"}])",
            "no index");
    addCase("- where nothing is", target, R"([{"op":"remove","path":"/l/-"}])", "no index");
    addCase("an index with a zero before", target, R"([{"op":"remove","path":"/l/01"}])",
            "no index");
    addCase("an index with a sign", target, R"([{"op":"remove","path":"/l/+1"}])", "no index");
    addCase("an index below zero", target, R"([{"op":"remove","path":"/l/-1"}])", "no index");
    addCase("an index with an exponent", target, R"([{"op":"test","path":"/l/1e0","value":2}])",
            "no index");
    addCase("an index past 64 bits", target,
            R"([{"op":"remove","path":"/l/99999999999999999999"}])", "no index");
    addCase("an index that is empty", target, R"([{"op":"remove","path":"/l/"}])", "no index");
    addCase("move into itself", target, R"([{"op":"move","from":"/o","path":"/o/p/q"}])",
            R"("/o" cannot be moved into itself)");
    addCase("move of the whole into itself", target, R"([{"op":"move","from":"","path":"/q"}])",
            "the document cannot be moved into itself");
    addCase("nothing to remove from", "(none)", R"([{"op":"remove","path":""}])",
            "there is no document");
    addCase("nothing to add to", "(none)", R"([{"op":"add","path":"/a","value":1}])",
            "there is no document");
    addCase("after the removal of the whole", target,
            R"([{"op":"remove","path":""},{"op":"add","path":"/a","value":1}])", "Operation 2");
    addCase("a state that is no JSON", "{", R"([{"op":"add","path":"/a","value":1}])",
            "state that this JSON patch meets is no JSON");
    addCase("numbers that doubles cannot tell apart", R"({"n":9007199254740993})",
            R"([{"op":"test","path":"/n","value":9007199254740992}])", "Operation 1 (test)");
    addCase("an array in another order", target, R"([{"op":"test","path":"/l","value":[2,1]}])",
            "Operation 1 (test)");
    addCase("an object with a member more", target,
            R"([{"op":"test","path":"/o","value":{"p":{},"q":1}}])", "Operation 1 (test)");
    addCase("an object with a member less", target, R"([{"op":"test","path":"/o","value":{}}])",
            "Operation 1 (test)");
}

void tst_JsonPatch::whatFailsIsNamed()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, patch);
    QFETCH(QByteArray, result);
    const std::string is = patched(target.toStdString(), patch.toStdString());
    QVERIFY2(is.starts_with('!') && is.find(result.toStdString()) != std::string::npos, is.c_str());
}

void tst_JsonPatch::tokensKeepTheirText_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QByteArray>("result");
    addCase("2^63 and 0.10", R"({"n":9223372036854775808,"m":0.10})",
            R"([{"op":"add","path":"/x","value":1e400}])",
            R"({"n":9223372036854775808,"m":0.10,"x":1e400})");
    addCase("inside what is moved and copied", R"({"o":{"n":-0.0},"l":[1.00]})",
            R"([{"op":"move","from":"/o","path":"/l/0"},{"op":"copy","from":"/l/1","path":"/c"}])",
            R"({"l":[{"n":-0.0},1.00],"c":1.00})");
    addCase("escapes and blanks of what is not walked into", "{\"s\":\"\\u00e9\\/\", \"o\" : { } }",
            R"([{"op":"remove","path":"/o"}])", "{\"s\":\"\\u00e9\\/\"}");
    addCase("brackets and commas in texts", R"({"a":"},{[\"","b":["]",{"c":","}],"d":1})",
            R"([{"op":"remove","path":"/b/0"}])", R"({"a":"},{[\"","b":[{"c":","}],"d":1})");
}

void tst_JsonPatch::tokensKeepTheirText()
{
    appendixAOfTheRfcHolds();
}

void tst_JsonPatch::aPatchThatCopiesItselfIsStopped()
{
    std::string patch = "[";
    for (int i = 0; i < 60; ++i) {
        patch += R"({"op":"copy","from":"","path":"/x)" + std::to_string(i) + R"("},)";
    }
    patch.back() = ']';
    QVERIFY(patched(R"({"a":1})", patch).find("copies more than 16 MiB") != std::string::npos);
    const std::string deep(100'000, '[');
    QVERIFY(patched("{}", deep).starts_with('!'));
    QVERIFY(patched("{}", deep + std::string(100'000, ']')).find("nested too deeply") !=
            std::string::npos);
}

void tst_JsonPatch::randomPatchesGiveWhatTheLibraryGives()
{
    static const char* const kNames[] = {"add", "remove", "replace", "move", "copy", "test"};
    using nlohmann::json;
    // The library asserts that what is added to is an object or an array.
    const auto intoScalar = [](json document, const json& operation) {
        try {
            if (operation["op"] == "move") {
                document =
                    document.patch(json::array({{{"op", "remove"}, {"path", operation["from"]}}}));
            }
            const std::string path = operation["path"];
            return !path.empty() &&
                   document.at(json::json_pointer(path).parent_pointer()).is_primitive();
        } catch (const json::exception&) {
            return false;
        }
    };
    std::mt19937 random(6902);
    int applied = 0;
    int failed = 0;
    for (int i = 0; i < 800; ++i) {
        std::string state = randomValue(random, 0).dump();
        json expected = json::parse(state);
        for (int step = 0; step < 8; ++step) {
            const auto document = nlohmann::ordered_json::parse(state);
            const std::string name = kNames[random() % 6];
            json operation{{"op", name}, {"path", randomPointer(random, document)}};
            if (name == "move" || name == "copy") {
                operation["from"] = randomPointer(random, document);
            } else if (name != "remove") {
                operation["value"] = json::parse(randomValue(random, 1).dump());
            }
            // What the library means differently by the letter: no document, a move into itself.
            const std::string path = operation["path"];
            if ((name == "remove" && path.empty()) || intoScalar(expected, operation) ||
                (name == "move" && path.starts_with(operation["from"].get<std::string>()))) {
                continue;
            }
            const json patch = json::array({operation});
            const std::string is = patched(state, patch.dump());
            try {
                expected = expected.patch(patch);
                ++applied;
                QVERIFY2(!is.starts_with('!'), (state + " " + patch.dump() + " " + is).c_str());
                QVERIFY2(json::parse(is) == expected, (state + patch.dump() + is).c_str());
                state = is;
            } catch (const json::exception&) {
                ++failed;
                QVERIFY2(is.starts_with('!'), (state + " " + patch.dump() + " " + is).c_str());
            }
        }
    }
    QVERIFY(applied > 1000);
    QVERIFY(failed > 500);
}

QTEST_GUILESS_MAIN(tst_JsonPatch)
#include "tst_json_patch.moc"
