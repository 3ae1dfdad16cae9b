#pragma once

#include "model/trace/trace_story.h"
#include "widgets/shared/async.h"
#include "widgets/shared/view.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace hindcast {

class SentenceLine;
class TraceStore;
class Waterfall;

// One business event: its linked traces as a waterfall, what they spent waiting in topics, and what
// decided how long it took. GUI thread; the story is put together off it.
class TraceView final : public View
{
    Q_OBJECT

public:
    TraceView(const ViewContext& context, TraceStore* store, const Place& place,
              QWidget* parent = nullptr);
    ~TraceView() override;

    Place place() const override;
    void show(const Place& place) override;
    using View::show;
    void focusFilter() override;
    void readAgain() override { readAround(); }
    QString selectionAsTsv() const override;
    QString selectionAsJson() const override;
    void restyle() override;

    Waterfall* waterfall() const { return m_waterfall; }
    const std::shared_ptr<const TraceStory>& story() const { return m_story; } // may be null

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void setupUi();
    QWidget* makeHead();
    void connectAll();

    void rebuild();
    void take(std::shared_ptr<const TraceStory> story);
    void showMessage();
    void updateReadAround();
    void readAround();
    void selectSpan();
    void rowSelected(std::uint32_t row);
    void rowActivated(std::uint32_t row);
    void rowMenu(std::uint32_t row, const QPoint& globalPosition);
    void moveA();
    void find();
    void stepFound(int direction);
    void showFound();
    void openFind(bool open);

    const QString m_traceId;
    QString m_span; // to be looked at as soon as it is there
    TraceStore* const m_store;
    std::shared_ptr<const TraceStory> m_story;
    QLabel* m_title = nullptr;
    SentenceLine* m_sentence = nullptr;
    QPushButton* m_path = nullptr;
    QPushButton* m_records = nullptr;
    QPushButton* m_findButton = nullptr;
    QPushButton* m_readAround = nullptr;
    quint64 m_read = 0; // of readAround(), while it runs
    QLineEdit* m_findBox = nullptr;
    QLabel* m_foundCount = nullptr;
    QStackedWidget* m_pages = nullptr;
    QLabel* m_message = nullptr;
    Waterfall* m_waterfall = nullptr;
    std::vector<std::uint32_t> m_found; // rows
    Asker m_build;
    Asker m_search;
};

} // namespace hindcast
