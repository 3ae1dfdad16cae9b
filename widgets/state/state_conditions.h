#pragma once

#include "model/replay/columns.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <vector>

namespace hindcast {

// Conditions of a state's filter, as `status = 'FAILED'`; nullopt where no expression can say it.
std::optional<QString> cellCondition(const ProjectionColumn& column, const Cell& cell,
                                     bool exclude);
std::optional<QString> keyCondition(const QByteArray& key,
                                    const std::vector<ProjectionColumn>& columns, bool exclude);
// What satisfies both; the first may be empty.
QString bothConditions(const QString& first, const QString& second);

} // namespace hindcast
