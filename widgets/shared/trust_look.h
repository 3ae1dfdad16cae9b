#pragma once

#include "model/replay/trust.h"
#include "widgets/shared/palette.h"

#include <QString>

namespace hindcast {

// The sign before a verdict, with its space, and the colour of both.
inline QString trustSign(Trust trust)
{
    switch (trust) {
    case Trust::Exact:
    case Trust::ExactSince:
        return QStringLiteral("\u2714 ");
    case Trust::BestEffort:
        return QStringLiteral("\u25C6 ");
    case Trust::Unknown:
        break;
    }
    return QStringLiteral("\u25CB ");
}

inline theme::Role trustRole(Trust trust)
{
    switch (trust) {
    case Trust::Exact:
    case Trust::ExactSince:
        return theme::Role::Ok;
    case Trust::BestEffort:
        return theme::Role::Warning;
    case Trust::Unknown:
        break;
    }
    return theme::Role::Dim;
}

} // namespace hindcast
