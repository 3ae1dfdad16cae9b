#pragma once

#include "widgets/shared/async.h"
#include "widgets/shared/view.h"
#include "widgets/state/state_export.h"
#include "widgets/state/state_frame.h"
#include "widgets/state/state_whole.h"

#include <QHash>
#include <QTimer>

#include <memory>
#include <optional>

class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace hindcast {

class ClockHint;
class FrozenColumn;
class ProjectionEditor;
class ProjectionStore;
class StateBottom;
class StateCellDelegate;
class StateFindings;
class StateHash;
class StateTableModel;
class StateTotals;
class StateWatch;

// A projection's table at A and what differs at B. Each move of the clock asks for one frame of the
// rows in sight, made off the GUI thread; whole-state questions (the difference's count, a filter,
// the hash) run beside, and their last answers stay, paler, until the new ones are there. GUI
// thread.
class StateView final : public View
{
    Q_OBJECT

public:
    StateView(const ViewContext& context, ProjectionStore* store, const QString& projection,
              QWidget* parent = nullptr);
    ~StateView() override;

    Place place() const override;
    QString title() const override;
    void show(const Place& place) override;
    using View::show;
    void focusFilter() override;
    void readAgain() override;
    void previousChange() override;
    void nextChange() override;
    QString selectionAsTsv() const override;
    QString selectionAsJson() const override;
    void restyle() override;
    bool answering() const override;

    // Writes the table at A, or what differs at B, into a file, as CSV or, by its name, JSON lines
    // (.jsonl), with its receipt beside it (.receipt.json). Ends in the status bar.
    void exportTo(const QString& path, StateExport::What what = StateExport::What::State);
    void setOnlyDifferent(bool only);
    void editProjection(bool edit);
    // By a column of the table; below 0: by key, as at first.
    void sortBy(int column, bool falling);
    void setTotals(bool on);

    StateTableModel* model() const { return m_model; }
    ProjectionEditor* editor() const { return m_editor; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void setUp();
    QWidget* makeBar();
    void makeTable();
    void makeEditor();
    void beginEditing();
    void apply(const QString& definition);
    void definitionSaved();
    void keepDraft();
    void connectAll();
    void logChanged();
    bool isOutdated() const;
    void clockMoved();

    void wantFrame(bool anchored);
    void askFrame();
    void frameThere(const StateFramePtr& frame);
    void wantWhole();
    void askWhole();
    void wholeThere(StateWholePtr whole);
    void prefetch();

    void cellSelected();
    void stepCell(int columns);
    void openRecordOf(const QModelIndex& cell);
    void openMenu(const QModelIndex& cell, const QPoint& at);
    void addConditions(QMenu* menu, const QModelIndex& cell);
    void selectRowOfKey(const StateFrame& frame);
    void goToChange(bool next);
    void goToWatched(Rank rank, const QByteArray& key);
    void goToFieldChange(bool next);
    void say(const QString& why);
    void showWatch();
    void addWatchKeys();
    void definitionEdited(const ProjectionPtr& definition);
    void askPreview();
    void endPreview();
    void makeSorting();
    void sortClicked(int column);
    void showSorted();
    std::vector<std::size_t> columnsToTotal() const;
    void showDifferenceButton();
    void showBottom();
    void showEmpty();
    void chooseExport();
    void openExportDialog(StateExport::What what);
    StateWhole::Request question() const;
    bool fitColumns();
    void fitWhatIsCut();
    int wantedWidth(int column) const;
    void columnResized(int column, int width);
    std::size_t topRow() const;
    std::size_t rowsInSight() const;
    Rank prefixOf(const Moment& moment) const;

    ProjectionStore* const m_store;
    const QString m_name;
    StateTableModel* m_model = nullptr;
    StateCellDelegate* m_delegate = nullptr;
    QTableView* m_table = nullptr;
    FrozenColumn* m_frozen = nullptr;
    QStackedWidget* m_stack = nullptr;
    QSplitter* m_splitter = nullptr;
    ProjectionEditor* m_editor = nullptr;
    QPushButton* m_differ = nullptr;
    QLineEdit* m_filter = nullptr;
    QLabel* m_filterProblem = nullptr;
    ClockHint* m_clockHint = nullptr;
    StateWatch* m_watch = nullptr;
    QToolButton* m_totalsButton = nullptr;
    QPushButton* m_edit = nullptr;
    QPushButton* m_export = nullptr;
    QLabel* m_emptyText = nullptr;
    StateTotals* m_totals = nullptr;
    StateFindings* m_findings = nullptr;
    StateBottom* m_bottom = nullptr;

    VersionLogPtr m_log;
    std::shared_ptr<RowCache> m_cache;
    std::shared_ptr<const std::vector<ProjectionColumn>> m_columns;
    Moment m_a;
    std::optional<Moment> m_b;
    RowSort m_sort;
    int m_sortColumn = -1; // of the table; below 0: none was chosen

    // One frame is made at a time; what changes meanwhile asks for the next.
    Asker m_frameAsker;
    QTimer m_frameTimer;
    bool m_frameOutdated = false;
    bool m_anchored = false; // keep the top row in place by its key

    // While a definition is being written: what it makes of the rows in sight.
    ProjectionPtr m_edited;           // null: the table is the one that is folded
    VersionLogPtr m_previewOf;        // what was shown when the writing began
    std::vector<KeyNo> m_previewRows; // its rows in sight then
    Asker m_previewer;
    QTimer m_previewTimer;

    // The newest whole-state answers, and whether they are of what is shown.
    Asker m_wholeAsker;
    QTimer m_wholeTimer;
    StateWhole::Request m_question;
    bool m_wholeOutdated = false; // the moment has moved since it was asked
    StateWholePtr m_whole;
    StateHash* const m_hash;

    Asker m_prefetcher;
    QTimer m_prefetchTimer;
    Asker m_exporter;
    Asker m_origin;
    QByteArray m_selected; // the key of the selected row
    QString m_field;       // the column of the cell looked at, if any
    bool m_selecting = false;
    bool m_scrollToSelected = false;
    bool m_scrollToTop = false; // once the rows are sorted
    bool m_fitted = false;
    bool m_fitting = false;
    QHash<QString, int> m_sizedByHand; // widths, by the column's name
    std::pair<bool, std::shared_ptr<const std::vector<KeyNo>>> m_fittedTo;
};

} // namespace hindcast
