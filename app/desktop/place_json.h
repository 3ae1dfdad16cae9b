#pragma once

#include "model/record/moment.h"
#include "widgets/shared/place.h"

#include <QJsonObject>

#include <optional>

namespace hindcast {

// Places and moments as the settings keep them. What cannot be read is nullopt.
QJsonObject toJson(const Place& place);
std::optional<Place> placeFromJson(const QJsonObject& json);
QJsonObject toJson(const Moment& moment);
std::optional<Moment> momentFromJson(const QJsonObject& json);

} // namespace hindcast
