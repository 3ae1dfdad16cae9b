#pragma once

#include "model/capture/capture_snapshot.h"
#include "widgets/items/record_text.h"

#include <QCache>
#include <QObject>
#include <QThreadPool>

#include <stop_token>
#include <vector>

namespace hindcast {

// Makes the texts of the rows that are looked at on a thread of its own (a search that fills the
// common pool must not leave the visible rows blank) and keeps the newest few thousand. Lives on
// the GUI thread; owned by the model it serves.
class RecordTextLoader final : public QObject
{
    Q_OBJECT

public:
    explicit RecordTextLoader(QObject* parent = nullptr);
    ~RecordTextLoader() override;

    // Texts made from another capture or other paths are forgotten.
    void setSource(CaptureSnapshotPtr snapshot, std::vector<FieldPath> paths);
    void clear();

    // Null: not loaded; ask load() for it.
    const RecordText* text(Row row) const { return m_texts.object(row); }
    // Loads those that are not there yet, in this order. While a load runs the newest wish is kept
    // and the ones between are forgotten: they have been scrolled past.
    void load(std::vector<Row> rows);

signals:
    void loaded(const std::vector<hindcast::Row>& rows);

private:
    using Texts = std::vector<std::pair<Row, RecordText>>;

    void start();
    void take(std::uint64_t token, Texts&& texts, bool last);

    CaptureSnapshotPtr m_snapshot;
    std::vector<FieldPath> m_paths;
    QCache<Row, RecordText> m_texts;
    std::vector<Row> m_wanted;
    std::uint64_t m_token = 0;
    bool m_busy = false;
    std::stop_source m_stop;
    QThreadPool m_pool;
};

} // namespace hindcast
