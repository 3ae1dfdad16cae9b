#pragma once

#include "widgets/shared/view.h"

#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

class QLabel;
class QStackedWidget;

namespace hindcast {

class RecordInspector;

// Shows whatever is selected. Records it knows itself; the application adds a page for each other
// kind of place. GUI thread.
class InspectorPane final : public QWidget
{
    Q_OBJECT

public:
    // The state that a record led to, where a projection reads its topic.
    using StatePlace = std::function<std::optional<Place>(const RecordPlace&)>;

    explicit InspectorPane(const ViewContext& context, QWidget* parent = nullptr);
    ~InspectorPane() override;

    // `page` is shown for places of that kind, after `show` was called with the place. The pane
    // owns the page; one page may serve several kinds.
    void addPage(Place::Kind kind, QWidget* page, std::function<void(const Place&)> show);
    void setStatePlace(StatePlace find);
    void showPlace(const Place& place); // null: nothing is selected
    const Place& place() const { return m_place; }
    void restyle(); // the pages added are restyled by whoever added them

private:
    struct Page
    {
        Place::Kind kind;
        QWidget* widget;
        std::function<void(const Place&)> show;
    };

    Place m_place;
    std::vector<Page> m_pages;
    QStackedWidget* const m_stack;
    QLabel* const m_empty;
    RecordInspector* const m_record;
};

} // namespace hindcast
