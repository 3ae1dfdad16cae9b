#pragma once

#include "model/replay/version_log.h"

#include <QAbstractTableModel>

#include <vector>

namespace hindcast {

// What a state machine did not allow, in the order of the clock: when, the record, the key, and
// what was wrong. What comes after A is dim. GUI thread.
class FindingsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, Record, Key, What, Columns };

    explicit FindingsModel(QObject* parent = nullptr);
    ~FindingsModel() override;

    void setLog(const VersionLogPtr& log); // may be null
    void setPrefix(Rank prefixOfA);
    const FoldFinding& at(int row) const { return *m_rows[static_cast<std::size_t>(row)]; }
    int before() const { return m_before; } // of them inside A
    void restyle();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    int countBefore() const;

    VersionLogPtr m_log; // has what the rows point to
    std::vector<const FoldFinding*> m_rows;
    Rank m_prefix = 0;
    int m_before = 0;
};

} // namespace hindcast
