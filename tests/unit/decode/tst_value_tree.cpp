#include "model/decode/value_tree.h"

#include <QTest>

using namespace hindcast;

namespace {

const char* nameOf(Format format)
{
    constexpr const char* kNames[] = {"null", "empty", "json", "text", "binary"};
    return kNames[static_cast<std::size_t>(format)];
}

std::string describe(const ValueNode& node)
{
    switch (node.kind) {
    case ValueNode::Kind::Object:
    case ValueNode::Kind::Array: {
        std::string text = node.kind == ValueNode::Kind::Object ? "{" : "[";
        for (const ValueNode& child : node.children) {
            text += child.name + "=" + describe(child) + ";";
        }
        return text + (node.kind == ValueNode::Kind::Object ? "}" : "]");
    }
    case ValueNode::Kind::String:
        return "'" + node.text + "'";
    case ValueNode::Kind::Number:
    case ValueNode::Kind::Bool:
    case ValueNode::Kind::Null:
        break;
    }
    return node.text;
}

std::string_view viewOf(const QByteArray& bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

} // namespace

class tst_ValueTree : public QObject
{
    Q_OBJECT

private slots:
    void aPayloadSaysWhatItIs_data();
    void aPayloadSaysWhatItIs();
    void noBytesAreNull();
    void tooManyNodesAreCut();
    void tooManyLevelsAreCut();
    void aHugePayloadOpens();
    void aPreviewIsOneLine_data();
    void aPreviewIsOneLine();
};

void tst_ValueTree::aPayloadSaysWhatItIs_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("format");
    QTest::addColumn<QByteArray>("tree");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char* name, QByteArray bytes, const char* format, QByteArray tree,
                        const char* error = "") {
        QTest::newRow(name) << std::move(bytes) << QByteArray(format) << std::move(tree)
                            << QByteArray(error);
    };
    row("empty", "", "empty", "''");
    row("object", R"({"a":1,"b":[true,null,"x"]})", "json",
        "{a=1;b=[[0]=true;[1]=null;[2]='x';];}");
    row("empty object", " {} ", "json", "{}");
    row("empty array", "[]", "json", "[]");
    row("numbers as written",
        "[9223372036854775808,0.10,1e400,-0,-0.0,1E+2,123456789012345678901234567890]", "json",
        "[[0]=9223372036854775808;[1]=0.10;[2]=1e400;[3]=-0;[4]=-0.0;[5]=1E+2;[6]="
        "123456789012345678901234567890;]");
    row("a name twice: both", R"({"a":1,"a":2})", "json", "{a=1;a=2;}");
    row("escapes", R"({"\u0061\n":"\ud83d\ude00\t"})", "json", "{a\n='\U0001F600\t';}");
    row("unpaired surrogate", R"(["\ud800"])", "json", "[[0]='\uFFFD';]");
    row("byte order mark", "\xEF\xBB\xBF{\"a\":1}", "json", "{a=1;}");
    row("number alone", "42", "json", "42");
    row("2^63 alone", "9223372036854775808", "json", "9223372036854775808");
    row("string alone", R"("x\ny")", "json", "'x\ny'");
    row("word alone", "true", "json", "true");
    row("null as a word", "null", "json", "null");
    row("text", "hello, world", "text", "'hello, world'");
    row("text that starts as a number", "42 apples", "text", "'42 apples'");
    row("text that starts as a word", "trueish", "text", "'trueish'");
    row("text in quotes", R"("Hello" she said)", "text", R"('"Hello" she said')");
    row("a time is text", "2026-11-20", "text", "'2026-11-20'");
    row("UTF-8", "gr\u00f6\u00dfe", "text", "'gr\u00f6\u00dfe'");
    row("breaks off", R"({"a":1)", "text", R"('{"a":1')",
        "JSON breaks off at byte 6: expected '}'");
    row("breaks off in a string", R"({"a":"some)", "text", R"('{"a":"some')",
        "JSON breaks off at byte 10: invalid string: missing closing quote");
    row("array breaks off", "[1,2", "text", "'[1,2'", "JSON breaks off at byte 4: expected ']'");
    row("two in a row", R"({"a":1}{"b":2})", "text", R"('{"a":1}{"b":2}')",
        "JSON goes wrong at byte 8: unexpected '{'; expected end of input");
    row("something behind it", R"({"a":1} x)", "text", R"('{"a":1} x')",
        "JSON goes wrong at byte 9: invalid literal");
    row("NaN", R"({"a":NaN})", "text", R"('{"a":NaN}')",
        "JSON goes wrong at byte 6: invalid literal");
    row("no value", R"({"a":})", "text", R"('{"a":}')", "JSON goes wrong at byte 6: ");
    row("no comma", R"({"a":1 "b":2})", "text", R"('{"a":1 "b":2}')",
        "JSON goes wrong at byte 10: unexpected string literal; expected '}'");
    row("leading zero", "[01]", "text", "'[01]'", "JSON goes wrong at byte 3: ");
    row("line break in a string", "[\"a\nb\"]", "text", "'[\"a\nb\"]'",
        "JSON goes wrong at byte 4: invalid string: control character U+000A (LF) must be escaped "
        "to \\u000A or \\n");
    row("NUL in a string", QByteArray("[\"a\0b\"]", 7), "binary", "'5b 22 61 00 62 22 5d'",
        "JSON goes wrong at byte 4: invalid string: control character U+0000");
    row("JSON with bytes that are not UTF-8", "[\"\xff\"]", "binary", "'5b 22 ff 22 5d'",
        "JSON goes wrong at byte 3: invalid string: ill-formed UTF-8 byte");
    row("NUL", QByteArray("a\0b", 3), "binary", "'61 00 62'");
    row("not UTF-8", "\xff\xfe", "binary", "'ff fe'");
    row("4 KiB of binary and more", QByteArray(5000, '\xff'), "binary",
        "'ff" + QByteArray(" ff").repeated(4095) + " \u2026'");
}

void tst_ValueTree::aPayloadSaysWhatItIs()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, format);
    QFETCH(QByteArray, tree);
    QFETCH(QByteArray, error);
    const Decoded decoded = decode(viewOf(bytes));
    QCOMPARE(QByteArray(nameOf(decoded.format)), format);
    QCOMPARE(QByteArray::fromStdString(describe(decoded.root)), tree);
    QVERIFY2(error.isEmpty() ? decoded.error.empty()
                             : decoded.error.starts_with(error.toStdString()),
             decoded.error.c_str());
}

void tst_ValueTree::noBytesAreNull()
{
    const Decoded decoded = decode(std::nullopt);
    QVERIFY(decoded.format == Format::Null);
    QVERIFY(decoded.root.kind == ValueNode::Kind::Null);
    QVERIFY(decoded.error.empty());
}

void tst_ValueTree::tooManyNodesAreCut()
{
    const Decoded all = decode("[1,2,3]", 4);
    QCOMPARE(describe(all.root), std::string("[[0]=1;[1]=2;[2]=3;]"));
    const Decoded cut = decode(R"({"a":[1,2,3,4],"b":5})", 4);
    QVERIFY(cut.format == Format::Json);
    QCOMPARE(describe(cut.root), std::string("{a=[[0]=1;[1]=2;\u2026='more is not shown';];}"));
}

void tst_ValueTree::tooManyLevelsAreCut()
{
    constexpr std::size_t depth = 100'000;
    const Decoded decoded = decode(std::string(depth, '[') + std::string(depth, ']'));
    QVERIFY(decoded.format == Format::Json);
    std::size_t levels = 0;
    const ValueNode* node = &decoded.root;
    while (!node->children.empty()) {
        node = &node->children.back();
        ++levels;
    }
    QCOMPARE(levels, std::size_t{256});
    QCOMPARE(node->name, std::string("\u2026"));

    const Decoded broken = decode(std::string(depth, '['));
    QVERIFY(broken.format == Format::Text);
    QVERIFY2(broken.error.starts_with("JSON breaks off at byte 100000"), broken.error.c_str());
}

void tst_ValueTree::aHugePayloadOpens()
{
    std::string json = "[";
    while (json.size() < 50'000'000) {
        json += R"({"id":123456,"text":"some text that is neither long nor short"},)";
    }
    json.back() = ']';
    const Decoded decoded = decode(json, 1000);
    QVERIFY(decoded.format == Format::Json);
    QCOMPARE(decoded.root.children.back().name, std::string("\u2026"));
    json.pop_back();
    QVERIFY(decode(json, 1000).format == Format::Text);
}

void tst_ValueTree::aPreviewIsOneLine_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("chars");
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("empty") << QByteArray() << 10 << QByteArray();
    QTest::newRow("as it is") << QByteArray(R"({"a":1})") << 10 << QByteArray(R"({"a":1})");
    QTest::newRow("just fits") << QByteArray("0123456789") << 10 << QByteArray("0123456789");
    QTest::newRow("cut") << QByteArray("0123456789a") << 10 << QByteArray("012345678\u2026");
    QTest::newRow("cut between characters")
        << QByteArray("\u20ac\u20ac\u20ac\u20ac") << 3 << QByteArray("\u20ac\u20ac\u2026");
    QTest::newRow("line breaks") << QByteArray("a\nb\r\nc\td\u2028e") << 20
                                 << QByteArray("a\u21B5b\u21B5c\u21E5d\u21B5e");
    QTest::newRow("control characters") << QByteArray("\x01\x1b[31m\x7f\xc2\x85") << 20
                                        << QByteArray("\u2401\u241b[31m\u2421\uFFFD");
    QTest::newRow("turned text") << QByteArray("a\u202Eb") << 20 << QByteArray("a\uFFFDb");
    QTest::newRow("binary") << QByteArray("\xff\x00\x01", 3) << 20 << QByteArray("ff 00 01");
    QTest::newRow("binary just fits")
        << QByteArray("\xff\x00\x01", 3) << 8 << QByteArray("ff 00 01");
    QTest::newRow("binary cut") << QByteArray("\xff\x00\x01", 3) << 7 << QByteArray("ff 00 \u2026");
    QTest::newRow("100 kB of text") << QByteArray(100'000, 'x') << 5 << QByteArray("xxxx\u2026");
    QTest::newRow("a character across the part looked at")
        << QByteArray(64 * 1024 - 1, 'x') + QByteArray("\u20ac") << 3 << QByteArray("xx\u2026");
}

void tst_ValueTree::aPreviewIsOneLine()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, chars);
    QFETCH(QByteArray, line);
    QCOMPARE(QByteArray::fromStdString(preview(viewOf(bytes), static_cast<std::size_t>(chars))),
             line);
}

QTEST_GUILESS_MAIN(tst_ValueTree)
#include "tst_value_tree.moc"
