#include "widgets/sql/sql_projections.h"

namespace hindcast {

SqlProjections::SqlProjections(QObject* parent)
    : QObject(parent)
{
}

SqlProjections::~SqlProjections() = default;

} // namespace hindcast
