#pragma once

#include "model/replay/version_log.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace hindcast {

class FindingsModel;

// What the state machine of a projection did not allow: a line that says how often, up to A and in
// all, and, opened, the list of it. Hidden where there is nothing to tell. GUI thread.
class StateFindings final : public QWidget
{
    Q_OBJECT

public:
    explicit StateFindings(QWidget* parent = nullptr);
    ~StateFindings() override;

    // `log` may be null; `prefix` is that of A.
    void setState(const VersionLogPtr& log, Rank prefix);
    FindingsModel* model() const { return m_model; }
    void restyle();

signals:
    void chosen(hindcast::Rank rank, const QByteArray& key); // A is to go behind it
    void recordRequested(const hindcast::RecordPlace& place);

private:
    void choose(int row);
    void say();

    FindingsModel* const m_model;
    QLabel* const m_words;
    QPushButton* const m_list;
    QTableView* const m_table;
    std::uint64_t m_all = 0;
};

} // namespace hindcast
