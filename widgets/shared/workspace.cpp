#include "widgets/shared/workspace.h"

namespace hindcast {

Workspace::Workspace(QObject* parent)
    : QObject(parent)
{
}

Workspace::~Workspace() = default;

void Workspace::setClock(const Clock& /*clock*/) {}

} // namespace hindcast
