#include "tests/widgets/gallery/gallery_window.h"
#include "widgets/shared/moment_control.h"
#include "widgets/state/state_findings.h"
#include "widgets/state/state_view.h"

#include <QLabel>
#include <QPushButton>
#include <QTableView>

using namespace hindcast;

// Orders of the sample went on after they had failed: a state machine tells which.
class tst_Findings : public QObject, private test::GalleryWindow
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        open(QStringLiteral(HINDCAST_SAMPLE), R"(name = "course"
[[source]]
topic = "orders"
reduce = "machine"
state = "value.status"
initial = ["CREATED", "PAID", "PACKED", "SHIPPED", "CANCELLED", "FAILED"]
terminal = ["SHIPPED", "CANCELLED", "FAILED"]
[source.transitions]
CREATED = ["PAID", "FAILED", "CANCELLED"]
PAID = ["PACKED", "SHIPPED", "FAILED", "CANCELLED"]
PACKED = ["SHIPPED", "CANCELLED"]
)");
    }
    void cleanupTestCase() { close(); }

    void theStepsAgainstTheRulesAreListed()
    {
        m_window->documents()->open(Place::ofProjection(QStringLiteral("course")));
        auto* const view = qobject_cast<StateView*>(m_window->documents()->current());
        auto* const button = view->findChild<QPushButton*>(QStringLiteral("findingsList"));
        QTRY_VERIFY_WITH_TIMEOUT(button->isVisible(), 20'000);
        QTest::mouseClick(button, Qt::LeftButton);
        auto* const list = view->findChild<QTableView*>(QStringLiteral("findingsTable"));
        QTRY_VERIFY(list->isVisible() && list->model()->rowCount() > 3);
        QTRY_VERIFY(list->viewport()->height() > 100);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualRect(list->model()->index(2, 3)).center());
        take("findings");
    }
};

QTEST_MAIN(tst_Findings)
#include "tst_findings.moc"
