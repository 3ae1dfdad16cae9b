#include "model/capture/database.h"
#include "model/query/sqlite_file.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace hindcast;

namespace {

SqlValue integer(std::int64_t value)
{
    return {.kind = SqlValue::Kind::Integer, .integer = value, .real = 0, .bytes = {}};
}

SqlValue text(std::string_view value, SqlValue::Kind kind = SqlValue::Kind::Text)
{
    return {.kind = kind, .integer = 0, .real = 0, .bytes = value};
}

} // namespace

class tst_SqliteFile : public QObject
{
    Q_OBJECT

private slots:
    void valuesKeepTheirTypes();
    void namesThatMeetAreToldApart();
    void whatIsNotFinishedIsGone();
    void aFileThatIsThereStays();
    void aFileIsReplacedOnlyByAWholeOne();
    void aFolderThatIsNotThereIsSaid();
};

void tst_SqliteFile::valuesKeepTheirTypes()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("a.sqlite")).toStdString();
    auto file = SqliteFile::create(path, "order \"lines\"", {"a", "b"});
    QVERIFY(file.has_value());
    using namespace std::string_view_literals;
    const SqlValue real{.kind = SqlValue::Kind::Real, .integer = 0, .real = 0.1, .bytes = {}};
    QVERIFY((*file)->row(std::vector{integer(9223372036854775807), text("x\0y"sv)}).has_value());
    QVERIFY((*file)->row(std::vector{real, text("\xff"sv, SqlValue::Kind::Blob)}).has_value());
    QVERIFY((*file)->row(std::vector{SqlValue{}, text("")}).has_value());
    QVERIFY(!QFile::exists(QString::fromStdString(path)));
    QVERIFY((*file)->finish("{\"rows\":3}").has_value());
    file->reset();
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{QStringLiteral("a.sqlite")});

    const auto database = Database::open(path, Database::Mode::ReadOnly).value();
    QCOMPARE(database
                 ->integer("select sum(a) = 9223372036854775807 + 0.1 from \"order "
                           "\"\"lines\"\"\"")
                 .value(),
             1);
    auto kinds = database
                     ->prepare("select group_concat(typeof(a) || ' ' || typeof(b) || ' ' || "
                               "length(cast(b as blob)), ', ') from \"order \"\"lines\"\"\"")
                     .value();
    kinds.step();
    QCOMPARE(std::string(kinds.bytes(0)), std::string("integer text 3, real blob 1, null text 0"));
    QCOMPARE(database->integer("select json ->> 'rows' from receipt").value(), 3);
    QCOMPARE(database
                 ->integer("select count(*) from pragma_integrity_check where "
                           "integrity_check = 'ok'")
                 .value(),
             1);
}

void tst_SqliteFile::namesThatMeetAreToldApart()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("a.sqlite")).toStdString();
    auto file = SqliteFile::create(path, "answer", {"key", "KEY", "", "key_"});
    QVERIFY2(file.has_value(), file ? "" : file.error().message.c_str());
    QVERIFY((*file)->row(std::vector{integer(1), integer(2), integer(3), integer(4)}).has_value());
    QVERIFY((*file)->finish("{}").has_value());
    const auto database = Database::open(path, Database::Mode::ReadOnly).value();
    QCOMPARE(
        database->integer("select key * 1000 + key_ * 100 + _ * 10 + key__ from answer").value(),
        1234);
}

void tst_SqliteFile::whatIsNotFinishedIsGone()
{
    const QTemporaryDir folder;
    {
        auto file = SqliteFile::create(folder.filePath(QStringLiteral("a.sqlite")).toStdString(),
                                       "answer", {"a"});
        QVERIFY(file.has_value());
        QVERIFY((*file)->row(std::vector{integer(1)}).has_value());
    }
    QVERIFY(QDir(folder.path()).isEmpty());
}

void tst_SqliteFile::aFileThatIsThereStays()
{
    const QTemporaryDir folder;
    QFile there(folder.filePath(QStringLiteral("a.sqlite")));
    QVERIFY(there.open(QIODevice::WriteOnly));
    there.write("mine");
    there.close();
    const auto file = SqliteFile::create(there.fileName().toStdString(), "answer", {"a"});
    QVERIFY(!file.has_value());
    QVERIFY(file.error().message.ends_with("is there already; choose another name."));
    QCOMPARE(there.size(), 4);
}

void tst_SqliteFile::aFileIsReplacedOnlyByAWholeOne()
{
    const QTemporaryDir folder;
    QFile there(folder.filePath(QStringLiteral("a.sqlite")));
    QVERIFY(there.open(QIODevice::WriteOnly));
    there.write("mine");
    there.close();
    const std::string path = there.fileName().toStdString();
    constexpr auto kReplace = SqliteFile::Existing::Replace;
    QVERIFY(SqliteFile::create(path, "answer", {"a"}, kReplace).has_value()); // never finished
    QCOMPARE(there.size(), 4);
    auto file = SqliteFile::create(path, "answer", {"a"}, kReplace);
    QVERIFY((*file)->row(std::vector{integer(7)}).has_value());
    QVERIFY((*file)->finish("{}").has_value());
    QCOMPARE(Database::open(path, Database::Mode::ReadOnly)
                 .value()
                 ->integer("select a from answer")
                 .value(),
             7);
}

void tst_SqliteFile::aFolderThatIsNotThereIsSaid()
{
    const auto file = SqliteFile::create("/nosuch/folder/a.sqlite", "answer", {"a"});
    QVERIFY(!file.has_value());
    QVERIFY2(file.error().message.find("No such file") != std::string::npos,
             file.error().message.c_str());
}

QTEST_GUILESS_MAIN(tst_SqliteFile)
#include "tst_sqlite_file.moc"
