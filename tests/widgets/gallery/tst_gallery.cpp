#include "app/desktop/application.h"
#include "app/desktop/main_window.h"
#include "app/desktop/pictures.h"
#include "tests/widgets/shared/platform_warnings.h"

#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace hindcast;

namespace {

// Labels and buttons whose own text is wider than they are: text that is cut.
QStringList cutTexts(const QWidget* window)
{
    QStringList cut;
    const auto look = [&cut](const QWidget* widget, const QString& text, int room) {
        const int needed = widget->fontMetrics().horizontalAdvance(text);
        if (widget->isVisible() && needed > room + 1) {
            cut << QStringLiteral("\"%1\" needs %2 px and has %3").arg(text).arg(needed).arg(room);
        }
    };
    for (const auto* label : window->findChildren<QLabel*>()) {
        if (!label->wordWrap() && label->textFormat() != Qt::RichText && label->pixmap().isNull() &&
            !label->text().contains(QLatin1Char('\n')) &&
            !label->text().contains(QLatin1Char('<'))) {
            look(label, label->text(), label->width());
        }
    }
    for (const auto* button : window->findChildren<QPushButton*>()) {
        look(button, button->text().remove(QLatin1Char('&')), button->width());
    }
    return cut;
}

} // namespace

class tst_Gallery : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { test::allowPlatformWarnings(); }

    void theWindowWithoutACapture() { take({}, {"empty", "connect", "keys"}); }

    void everyViewOfTheSample()
    {
        take(QStringLiteral(HINDCAST_SAMPLE), {"records", "lag", "traces", "state", "state-sorted",
                                               "state-editor", "sql-begin", "sql"});
    }

private:
    static void take(const QString& capture, const std::vector<const char*>& names)
    {
        const QTemporaryDir folder;
        Application application({folder.filePath(QStringLiteral("settings.ini")),
                                 folder.filePath(QStringLiteral("scratch"))});
        application.window()->resize(1280, 800);
        application.window()->show();
        Pictures pictures(&application, QStringLiteral(HINDCAST_GALLERY));
        QStringList cut;
        connect(&pictures, &Pictures::taken, &application, [&](const QString& name) {
            for (const QString& text : cutTexts(application.window())) {
                cut << name + QStringLiteral(": ") + text;
            }
        });
        QSignalSpy finished(&pictures, &Pictures::finished);
        pictures.start(capture);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 200'000);
        QCOMPARE(finished[0][0].toString(), QString());
        for (const char* name : names) {
            for (const char* scheme : {"light", "dark"}) {
                const QString file = QStringLiteral("%1/%2-%3.png")
                                         .arg(QStringLiteral(HINDCAST_GALLERY), QLatin1String(name),
                                              QLatin1String(scheme));
                const QImage picture(file);
                QVERIFY2(picture.size() == QSize(1280, 800), qPrintable(file));
                QSet<QRgb> colors;
                for (int y = 0; y < picture.height(); y += 3) {
                    for (int x = 0; x < picture.width(); x += 3) {
                        colors.insert(picture.pixel(x, y));
                    }
                }
                QVERIFY2(colors.size() > 20, qPrintable(file + QStringLiteral(" is blank")));
            }
        }
        QVERIFY2(cut.isEmpty(), qPrintable(cut.join(QLatin1Char('\n'))));
    }
};

QTEST_MAIN(tst_Gallery)
#include "tst_gallery.moc"
