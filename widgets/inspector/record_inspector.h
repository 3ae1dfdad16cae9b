#pragma once

#include "widgets/inspector/loaded_record.h"
#include "widgets/shared/async.h"
#include "widgets/shared/view.h"

#include <QTabWidget>
#include <QTimer>

#include <functional>
#include <optional>

namespace hindcast {

class HeadersPage;
class KeyHistoryPage;
class RawPage;
class TracePage;
class ValuePage;

// One record: its value as a tree, its bytes, its headers, what its key did, and the trace it
// belongs to. Reads and decodes off the GUI thread; the newest record asked for wins. GUI thread.
class RecordInspector final : public QTabWidget
{
    Q_OBJECT

public:
    using StatePlace = std::function<std::optional<Place>(const RecordPlace&)>;

    explicit RecordInspector(const ViewContext& context, QWidget* parent = nullptr);
    ~RecordInspector() override;

    void setRecord(const RecordPlace& place);
    void setStatePlace(StatePlace find) { m_statePlace = std::move(find); }
    const LoadedRecordPtr& record() const { return m_loaded; }
    void restyle();

private:
    void load();
    void take(LoadedRecordPtr loaded);
    void openState();
    void openTrace(std::size_t context);

    const ViewContext m_context;
    StatePlace m_statePlace;
    std::optional<RecordPlace> m_place;
    LoadedRecordPtr m_loaded;
    Asker m_loader;
    QTimer m_loadAgain;
    ValuePage* const m_value;
    RawPage* const m_raw;
    HeadersPage* const m_headers;
    KeyHistoryPage* const m_history;
    TracePage* const m_trace;
};

} // namespace hindcast
