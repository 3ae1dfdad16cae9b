#include "model/record/record_batch.h"
#include "model/replay/merge_patch.h"

#include <QTest>
#include <nlohmann/json.hpp>
#include <random>

using namespace hindcast;

namespace {

std::string padded(const std::string& text)
{
    return text + std::string(RecordBatch::kPadding, '\0');
}

// What the merge gives; "(refused)" where it says no.
std::string merged(const std::optional<std::string>& target, const std::string& patch)
{
    MergePatch merge;
    const std::string paddedTarget = padded(target.value_or(""));
    const std::string paddedPatch = padded(patch);
    std::string result;
    const auto done =
        merge.apply(target ? std::optional(std::string_view(paddedTarget).substr(0, target->size()))
                           : std::nullopt,
                    std::string_view(paddedPatch).substr(0, patch.size()), result);
    return done ? result : "(refused)";
}

nlohmann::json randomValue(std::mt19937& random, int depth)
{
    static const char* const kNames[] = {"a", "b", "c", "d", "e\"", "\u00e9"};
    switch (random() % (depth > 3 ? 5 : 7)) {
    case 0:
        return nullptr;
    case 1:
        return static_cast<int>(random() % 1000);
    case 2:
        return random() % 2 == 0;
    case 3:
        return "text" + std::to_string(random() % 10);
    case 4:
        return nlohmann::json::array({static_cast<int>(random() % 9), nullptr});
    default: {
        auto object = nlohmann::json::object();
        for (auto i = random() % 5; i > 0; --i) {
            object[kNames[random() % 6]] = randomValue(random, depth + 1);
        }
        return object;
    }
    }
}

} // namespace

class tst_MergePatch : public QObject
{
    Q_OBJECT

private slots:
    void theTableOfTheRfcHolds_data();
    void theTableOfTheRfcHolds();
    void tokensKeepTheirText_data();
    void tokensKeepTheirText();
    void brokenPatchesAreRefused_data();
    void brokenPatchesAreRefused();
    void randomDocumentsMergeAsTheReferenceAlgorithm();
    void manyMembersMergeAsFew();
};

// RFC 7396, appendix A, whole.
void tst_MergePatch::theTableOfTheRfcHolds_data()
{
    QTest::addColumn<QByteArray>("original");
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QByteArray>("result");
    const char* const rows[][3] = {
        {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
        {R"({"a":"b"})", R"({"a":null})", R"({})"},
        {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
        {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
        {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
        {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
        {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
        {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
        {R"({"a":"foo"})", R"(null)", R"(null)"},
        {R"({"a":"foo"})", R"("bar")", R"("bar")"},
        {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
        {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
        {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
    };
    for (const auto& row : rows) {
        QTest::addRow("%s <- %s", row[0], row[1])
            << QByteArray(row[0]) << QByteArray(row[1]) << QByteArray(row[2]);
    }
}

void tst_MergePatch::theTableOfTheRfcHolds()
{
    QFETCH(QByteArray, original);
    QFETCH(QByteArray, patch);
    QFETCH(QByteArray, result);
    QCOMPARE(merged(original.toStdString(), patch.toStdString()), result.toStdString());
}

void tst_MergePatch::tokensKeepTheirText_data()
{
    QTest::addColumn<QByteArray>("original");
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QByteArray>("result");
    const auto row = [](const char* name, const char* original, const char* patch,
                        const char* result) {
        QTest::newRow(name) << QByteArray(original) << QByteArray(patch) << QByteArray(result);
    };
    row("2^63 in the target", R"({"n":9223372036854775808,"m":1})", R"({"m":2})",
        R"({"n":9223372036854775808,"m":2})");
    row("0.10 in the patch", R"({"n":1})", R"({"n":0.10})", R"({"n":0.10})");
    row("beyond a double", R"({})", R"({"n":1e400,"d":-0.000})", R"({"n":1e400,"d":-0.000})");
    row("an array past a double's range", R"({})", "[1e400, -0.0]", "[1e400, -0.0]");
    row("a number past a double's range", R"({})", "1e400", "1e400");
    row("numbers inside arrays", R"({})", R"({"n":[18446744073709551616, 1.50]})",
        R"({"n":[18446744073709551616, 1.50]})");
    row("numbers inside nested objects", R"({"o":{"n":1.0}})", R"({"o":{"m":2.00}})",
        R"({"o":{"n":1.0,"m":2.00}})");
    row("one name in two spellings", R"({"a":1})", "{\"\\u0061\":2}", R"({"a":2})");
    row("the last of two members counts", R"({"a":1})", R"({"a":2,"b":1,"a":3})",
        R"({"a":3,"b":1})");
    row("blanks around", " { \"a\" : 1 } ", "\n{ \"b\" : { } }\n", R"({"a":1,"b":{}})");
    row("nothing there, nulls are stripped", R"(1)", R"({"a":{"b":null,"c":1}})",
        R"({"a":{"c":1}})");
}

void tst_MergePatch::tokensKeepTheirText()
{
    theTableOfTheRfcHolds();
}

void tst_MergePatch::brokenPatchesAreRefused_data()
{
    QTest::addColumn<QByteArray>("patch");
    for (const char* bad :
         {"", "{", R"({"a":1)", R"({"a":01})", R"({"a":tru})", R"({"a":[1,]})", R"({"a":1} x)",
          R"({"a":{"b":nul}})", R"({"a":"\x"})", R"({"a":[{"b":+1}]})", "[1", "[1,]", "[] []",
          "[01]", "[\"\xff\"]", "abc", "\"a", "{\"a\":\"\xff\"}"}) {
        QTest::newRow(bad) << QByteArray(bad);
    }
    const QByteArray deep = QByteArray(100'000, '[') + QByteArray(100'000, ']');
    QTest::newRow("a hundred thousand arrays") << deep;
    QTest::newRow("a hundred thousand arrays in a member") << "{\"a\":" + deep + "}";
}

void tst_MergePatch::brokenPatchesAreRefused()
{
    QFETCH(QByteArray, patch);
    QCOMPARE(merged(R"({"a":1})", patch.toStdString()), std::string("(refused)"));
}

void tst_MergePatch::randomDocumentsMergeAsTheReferenceAlgorithm()
{
    std::mt19937 random(7396);
    for (int i = 0; i < 3000; ++i) {
        nlohmann::json target = randomValue(random, 0);
        const nlohmann::json patch = randomValue(random, 0);
        const std::string text = merged(target.dump(), patch.dump());
        target.merge_patch(patch);
        QCOMPARE(nlohmann::json::parse(text).dump(), target.dump());
    }
}

void tst_MergePatch::manyMembersMergeAsFew()
{
    nlohmann::json target;
    nlohmann::json patch;
    for (int i = 0; i < 300; ++i) {
        target["m" + std::to_string(i)] = i;
        patch["m" + std::to_string(i * 2)] =
            i % 3 == 0 ? nlohmann::json(nullptr) : nlohmann::json(-i);
    }
    const std::string text = merged(target.dump(), patch.dump());
    target.merge_patch(patch);
    QCOMPARE(nlohmann::json::parse(text).dump(), target.dump());
}

QTEST_GUILESS_MAIN(tst_MergePatch)
#include "tst_merge_patch.moc"
