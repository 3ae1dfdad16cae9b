#include "tests/widgets/state/state_fixture.h"

#include "model/replay/state.h"

#include <QSignalSpy>
#include <QTest>

using namespace hindcast;
using namespace hindcast::test;

class tst_ProjectionStore : public QObject
{
    Q_OBJECT

private slots:
    void projectionsOfTheCaptureAreFoldedForTheirKeyCounts();
    void aFileThatIsRefusedIsListedWithItsReason();
    void thePersonsOwnDefinitionWins();
    void aDefinitionIsProposedFromATopicsRecords();
    void anotherCaptureDropsWhatWasFolded();
    void aDefinitionThatIsRefusedIsNotWritten();
    void aFoldOfANamedCaptureIsReadBackWhenItIsOpenedAgain();
    void aFoldThatWouldOutgrowTheMemoryIsNotBegun();
    void aFoldThatFailedIsNotTriedForEver();
    void aDefinitionIsSavedUnderAFreeName();
    void whatStoodBehindADeletedDefinitionIsBack();
    void aDeletedDefinitionIsGone();
    void filesOfOtherNamesAreNotOverwritten();
};

void tst_ProjectionStore::projectionsOfTheCaptureAreFoldedForTheirKeyCounts()
{
    Shop shop;
    const ProjectionStore::Entry* const entry = shop.store->find(QStringLiteral("order"));
    QVERIFY(entry);
    QVERIFY(entry->inCapture);
    QVERIFY(entry->builtIn);
    QTRY_COMPARE(entry->keys(), qint64{101});
    QVERIFY(entry->trust != nullptr);
    QTRY_VERIFY(shop.jobs.jobs().empty());
}

void tst_ProjectionStore::aFileThatIsRefusedIsListedWithItsReason()
{
    Shop shop;
    QFile file(QDir(shop.userFolder.path()).filePath(QStringLiteral("bad.toml")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("name = \"bad\"\n[[source]]\ntopic = \"t\"\nreduce = \"newest\"\n");
    file.close();
    shop.store->reload();
    const ProjectionStore::Entry* const entry = shop.store->find(QStringLiteral("bad"));
    QVERIFY(entry && !entry->projection);
    QCOMPARE(entry->problemLine, 4);
    QVERIFY(entry->problem.startsWith(QStringLiteral("bad.toml:4: ")));
}

void tst_ProjectionStore::thePersonsOwnDefinitionWins()
{
    Shop shop;
    QTRY_VERIFY(shop.store->find(QStringLiteral("order"))->log);
    QString text = kOrderToml;
    text.replace(QStringLiteral("merge-patch"), QStringLiteral("latest"));
    const auto saved = shop.store->save(text);
    QVERIFY(saved.has_value());
    QCOMPARE(*saved, QStringLiteral("order"));
    QCOMPARE(shop.store->entries().size(), std::size_t{1});
    const ProjectionStore::Entry* const entry = shop.store->find(QStringLiteral("order"));
    QVERIFY(!entry->builtIn);
    QTRY_COMPARE(entry->log->projection().sources[0].reduce, std::string("latest"));
    shop.store->reload();
    QVERIFY(!shop.store->find(QStringLiteral("order"))->builtIn);
}

void tst_ProjectionStore::aDefinitionIsProposedFromATopicsRecords()
{
    Shop shop;
    append(
        *shop.capture,
        {{"db.public.stock", 0, 0, toMs(shopTime(1)), R"({"id":1})",
          R"({"before":null,"after":{"id":1,"in stock":5},"source":{"table":"stock"},"op":"c"})"}});
    shop.publish();
    QSignalSpy proposed(shop.store.get(), &ProjectionStore::proposed);
    shop.store->propose(QStringLiteral("orders"));
    QTRY_COMPARE(proposed.count(), 1);
    QString text = proposed.last().at(1).toString();
    QVERIFY2(text.contains(QStringLiteral("reduce = \"latest\"")), qPrintable(text));
    QVERIFY(text.contains(QStringLiteral("status = \"status\"")));
    auto parsed = Projection::parse(text.toStdString(), "proposal");
    QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().message.c_str());
    QCOMPARE(parsed->name, std::string("orders"));

    shop.store->propose(QStringLiteral("db.public.stock"));
    QTRY_COMPARE(proposed.count(), 2);
    text = proposed.last().at(1).toString();
    QVERIFY2(text.contains(QStringLiteral("reduce = \"cdc\"")), qPrintable(text));
    parsed = Projection::parse(text.toStdString(), "proposal");
    QVERIFY2(parsed.has_value(), parsed ? qPrintable(text) : parsed.error().message.c_str());
    QCOMPARE(parsed->name, std::string("stock"));
    QCOMPARE(parsed->columns.size(), std::size_t{2});

    shop.store->propose(QStringLiteral("nothing"));
    QTRY_COMPARE(proposed.count(), 3);
    QVERIFY(!proposed.last().at(2).toString().isEmpty());
}

void tst_ProjectionStore::anotherCaptureDropsWhatWasFolded()
{
    Shop shop;
    QTRY_VERIFY(shop.store->find(QStringLiteral("order"))->log);
    shop.capture = Capture::inMemory();
    append(*shop.capture, {{"orders", 0, 0, 5, "one", R"({"status":"A"})"}});
    shop.workspace.setSnapshot(shop.capture->snapshot(),
                               TimeOrder::build(shop.capture->snapshot()));
    QTRY_COMPARE(shop.store->find(QStringLiteral("order"))->keys(), qint64{1});
}

void tst_ProjectionStore::aDefinitionThatIsRefusedIsNotWritten()
{
    Shop shop;
    int line = 0;
    const auto saved = shop.store->save(QStringLiteral("name = \"x\"\nfoo = 1\n"), &line);
    QVERIFY(!saved.has_value());
    QCOMPARE(line, 2);
    QVERIFY(QDir(shop.userFolder.path()).isEmpty());
}

void tst_ProjectionStore::aFoldOfANamedCaptureIsReadBackWhenItIsOpenedAgain()
{
    Shop shop;
    KeptLogs::Options options;
    options.folder = shop.folder.filePath(QStringLiteral("folds")).toStdString();
    options.worth = std::chrono::milliseconds(0);
    const auto kept = std::make_shared<KeptLogs>(options);
    shop.store->setKept(kept);
    const std::string path = shop.folder.filePath(QStringLiteral("c.hindcast")).toStdString();
    {
        const auto made = Capture::create(path);
        QVERIFY(made);
        append(**made, shopEvents());
        QVERIFY((*made)->close());
    }
    const auto open = [&] {
        shop.capture = Capture::open(path, Capture::Mode::ReadOnly).value();
        shop.workspace.setSnapshot(shop.capture->snapshot(),
                                   TimeOrder::build(shop.capture->snapshot()));
    };
    const auto log = [&] {
        const VersionLogPtr& found = shop.store->find(QStringLiteral("order"))->log;
        const bool ofThis = found && found->order()->snapshot()->generation() ==
                                         shop.capture->snapshot()->generation();
        return ofThis ? found : nullptr;
    };
    // A scratch capture has no name, and nothing of it is kept.
    open();
    QTRY_VERIFY(log());
    kept->finish();
    QVERIFY(!QFile::exists(shop.folder.filePath(QStringLiteral("folds"))));
    shop.workspace.setCaptureName(QStringLiteral("c.hindcast"));
    open();
    QTRY_VERIFY(log());
    QVERIFY(!log()->report().kept);
    kept->finish();
    const std::string hash = State::at(log(), log()->order()->size())->hash().value();
    open();
    QTRY_VERIFY(log());
    QVERIFY(log()->report().kept);
    QCOMPARE(State::at(log(), log()->order()->size())->hash().value(), hash);
    QTRY_VERIFY(shop.jobs.jobs().empty());
}

void tst_ProjectionStore::aFoldThatWouldOutgrowTheMemoryIsNotBegun()
{
    Shop shop;
    QTRY_VERIFY(shop.store->find(QStringLiteral("order"))->log);
    shop.store->setFoldMemory(10'000);
    const auto other = Capture::inMemory();
    append(*other, shopEvents());
    shop.workspace.setSnapshot(other->snapshot(), TimeOrder::build(other->snapshot()));
    shop.store->want(QStringLiteral("order"));
    const ProjectionStore::Entry* const entry = shop.store->find(QStringLiteral("order"));
    QTRY_VERIFY(!entry->problem.isEmpty());
    QVERIFY2(entry->problem.contains(QStringLiteral("more than")), qPrintable(entry->problem));
    QVERIFY2(entry->problem.contains(QStringLiteral("would fit")), qPrintable(entry->problem));
    QVERIFY(!entry->log);
}

void tst_ProjectionStore::aFoldThatFailedIsNotTriedForEver()
{
    Shop shop;
    QTRY_VERIFY(shop.store->find(QStringLiteral("order"))->log);
    QTRY_VERIFY(shop.jobs.jobs().empty());
    shop.store->setFoldMemory(1);
    QSignalSpy tried(shop.store.get(), &ProjectionStore::logChanged);
    QString text = kOrderToml; // nobody looks at it
    QVERIFY(
        shop.store->save(text.replace(QStringLiteral("merge-patch"), QStringLiteral("latest"))));
    QTRY_COMPARE(tried.count(), 1);
    QTest::qWait(700); // it would be tried five times a second
    QCOMPARE(tried.count(), 1);
}

void tst_ProjectionStore::aDefinitionIsSavedUnderAFreeName()
{
    Shop shop;
    const QString text = QStringLiteral("# name = \"no\"\n") + kOrderToml;
    QCOMPARE(shop.store->saveAs(text, QStringLiteral("order")).value(), QStringLiteral("order-2"));
    QCOMPARE(shop.store->saveAs(text, QStringLiteral("order")).value(), QStringLiteral("order-3"));
    const QString hard = QStringLiteral("a \"b\" \\ c");
    QCOMPARE(shop.store->saveAs(text, hard).value(), hard);
    const ProjectionStore::Entry* const copy = shop.store->find(QStringLiteral("order-2"));
    QVERIFY(copy && !copy->builtIn);
    QVERIFY(copy->text.startsWith(QStringLiteral("# name = \"no\"\nname = \"order-2\"\n")));
    QVERIFY(shop.store->find(QStringLiteral("order"))->builtIn);
    QVERIFY(!shop.store->saveAs(QStringLiteral("[a]\nname = \"x\"\n"), QStringLiteral("x")));
}

void tst_ProjectionStore::whatStoodBehindADeletedDefinitionIsBack()
{
    Shop shop;
    QString text = kOrderToml;
    QVERIFY(
        shop.store->save(text.replace(QStringLiteral("merge-patch"), QStringLiteral("latest"))));
    QVERIFY(shop.store->save(text)); // once more
    QVERIFY(shop.store->find(QStringLiteral("order"))->shadows);
    shop.store->reload();
    QVERIFY(shop.store->find(QStringLiteral("order"))->shadows);
    shop.store->keepDraft(QStringLiteral("order"), QStringLiteral("draft"));
    QSignalSpy folded(shop.store.get(), &ProjectionStore::logChanged);
    QVERIFY(shop.store->remove(QStringLiteral("order")));
    const ProjectionStore::Entry* const entry = shop.store->find(QStringLiteral("order"));
    QVERIFY(entry && entry->builtIn && !entry->shadows);
    QCOMPARE(entry->text, kOrderToml);
    QVERIFY(!folded.isEmpty());
    QVERIFY(shop.store->draft(QStringLiteral("order")).isEmpty());
    QTRY_VERIFY(entry->log && entry->log->projectionPtr() == entry->projection);
    QVERIFY(!shop.store->remove(QStringLiteral("order"))); // not the person's own
}

void tst_ProjectionStore::aDeletedDefinitionIsGone()
{
    Shop shop;
    const QString name = shop.store->saveAs(kOrderToml, QStringLiteral("mine")).value();
    const QString file = shop.store->find(name)->file;
    QVERIFY(QFile::exists(file));
    QVERIFY(shop.store->remove(name));
    QVERIFY(!QFile::exists(file));
    QVERIFY(!shop.store->find(name));
    shop.store->reload();
    QVERIFY(!shop.store->find(name));
}

void tst_ProjectionStore::filesOfOtherNamesAreNotOverwritten()
{
    Shop shop;
    QCOMPARE(shop.store->saveAs(kOrderToml, QStringLiteral("a b")).value(), QStringLiteral("a b"));
    QCOMPARE(shop.store->saveAs(kOrderToml, QStringLiteral("a_b")).value(), QStringLiteral("a_b"));
    shop.store->reload();
    QVERIFY(shop.store->find(QStringLiteral("a b")));
    QVERIFY(shop.store->find(QStringLiteral("a_b")));
}

QTEST_MAIN(tst_ProjectionStore)
#include "tst_projection_store.moc"
