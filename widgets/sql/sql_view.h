#pragma once

#include "widgets/shared/async.h"
#include "widgets/shared/view.h"
#include "widgets/sql/sql_examples.h"
#include "widgets/sql/sql_question.h"

#include <QElapsedTimer>
#include <QTimer>

class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace hindcast {

class ElidedLabel;
class RowTable;
class SqlAnswerModel;
class SqlEditor;
class SqlExamplesPage;
class SqlProjections;

// Questions in SQL to the capture in front: its records, and its projections at any moments, A and
// B among them. One query at a time, off the GUI thread; the answer stays until the next is there.
class SqlView final : public View
{
    Q_OBJECT

public:
    // `projections` outlives the view. `place`: with a query, see Place::ofSql().
    SqlView(const ViewContext& context, SqlProjections* projections, const Place& place,
            QWidget* parent = nullptr);
    ~SqlView() override;

    Place place() const override;
    QString title() const override;
    void show(const Place& place) override;
    using QWidget::show;
    void focusFilter() override; // the query
    void readAgain() override;   // asks again
    QString selectionAsTsv() const override;
    QString selectionAsJson() const override;
    void restyle() override;

    void setQuery(const QString& text);
    void run();
    void stop();
    bool busy() const { return m_asker.busy(); }
    std::vector<SqlExample> examples() const { return sqlExamples(m_material); }
    // .csv, .jsonl or .sqlite; the end is told by the jobs.
    void exportTo(const QString& path);

signals:
    void answered();

private:
    void setUp();
    QWidget* makeBar();
    void makeTable();
    SqlQuestion question() const;
    void take(const SqlAnswerPtr& answer);
    void showMistake(const SqlAnswer& answer);
    void showState();
    void showTrust();
    void fitColumns();
    void momentsMoved();
    void materialChanged();
    void readColumns();
    void openExportDialog();
    void showMenu(const QPoint& at);
    std::vector<int> selectedRows() const;

    SqlProjections* const m_projections;
    SqlEditor* m_editor = nullptr;
    SqlAnswerModel* m_model = nullptr;
    RowTable* m_table = nullptr;
    SqlExamplesPage* m_examples = nullptr;
    QLabel* m_nothing = nullptr;
    QStackedWidget* m_stack = nullptr;
    QSplitter* m_splitter = nullptr;
    QPushButton* m_run = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_export = nullptr;
    ElidedLabel* m_status = nullptr;
    QLabel* m_problem = nullptr;
    QWidget* m_bottom = nullptr;
    ElidedLabel* m_trust = nullptr;
    QLabel* m_rows = nullptr;

    Asker m_asker;
    Asker m_columnsAsker;
    Asker m_exporter;
    quint64 m_job = 0;
    QElapsedTimer m_since;
    QTimer m_tick;
    QTimer m_soon; // material is looked at again
    SqlQuestion m_asked;
    bool m_moved = false; // A or B, since it was asked with them
    std::map<std::string, VersionLogPtr> m_folds;
    std::map<QString, QStringList> m_columns; // of projections that name none, by what they hold
    SqlMaterial m_material;
};

} // namespace hindcast
