#include "widgets/shared/workspace.h"

namespace hindcast {

Workspace::Workspace(QObject* parent)
    : QObject(parent)
{
}

Workspace::~Workspace() = default;

} // namespace hindcast
