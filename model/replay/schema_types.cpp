#include "model/replay/schema_types.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

namespace hindcast {

namespace {

using Base = SqlType::Base;
using Encoding = SqlType::Encoding;
using nlohmann::json;

// How far back a topic is looked for a record with a schema: tombstones have none.
constexpr Version kTypedFrom = 10'000;

struct Semantic
{
    std::string_view name;
    Base base;
    Encoding encoding = Encoding::Usual;
};

constexpr std::array<Semantic, 21> kSemantics{{
    {"io.debezium.time.Date", Base::Date, Encoding::Days},
    {"io.debezium.time.IsoDate", Base::Date},
    {"org.apache.kafka.connect.data.Date", Base::Date, Encoding::Days},
    {"io.debezium.time.Time", Base::Time, Encoding::Milli},
    {"io.debezium.time.MicroTime", Base::Time, Encoding::Micro},
    {"io.debezium.time.NanoTime", Base::Time, Encoding::Nano},
    {"io.debezium.time.IsoTime", Base::Time},
    {"org.apache.kafka.connect.data.Time", Base::Time, Encoding::Milli},
    {"io.debezium.time.ZonedTime", Base::TimeZoned},
    {"io.debezium.time.Timestamp", Base::DateTime, Encoding::Milli},
    {"io.debezium.time.MicroTimestamp", Base::DateTime, Encoding::Micro},
    {"io.debezium.time.NanoTimestamp", Base::DateTime, Encoding::Nano},
    {"io.debezium.time.IsoTimestamp", Base::DateTime},
    {"org.apache.kafka.connect.data.Timestamp", Base::DateTime, Encoding::Milli},
    {"io.debezium.time.ZonedTimestamp", Base::DateTimeZoned},
    {"io.debezium.time.MicroDuration", Base::Interval, Encoding::Micro},
    {"io.debezium.time.Interval", Base::Interval},
    {"org.apache.kafka.connect.data.Decimal", Base::Numeric, Encoding::Base64},
    {"io.debezium.data.VariableScaleDecimal", Base::Numeric},
    {"io.debezium.data.Bits", Base::Bits},
    {"io.debezium.data.geometry.Point", Base::Point},
}};

constexpr std::array<std::pair<std::string_view, Base>, 8> kPrimitives{{
    {"boolean", Base::Boolean},
    {"int8", Base::Integer},
    {"int16", Base::Integer},
    {"int32", Base::Integer},
    {"int64", Base::Integer},
    {"float", Base::Real},
    {"double", Base::Double},
    {"bytes", Base::Bytes},
}};

std::string textOf(const json& object, const char* name)
{
    const auto at = object.find(name);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

int parameter(const json& field, const char* name)
{
    const auto parameters = field.find("parameters");
    if (parameters == field.end() || !parameters->is_object()) {
        return -1;
    }
    const std::string text = textOf(*parameters, name);
    int number = -1;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

SqlType typeOf(const json& field)
{
    SqlType type;
    const std::string primitive = textOf(field, "type");
    if (primitive == "array") {
        const auto items = field.find("items");
        if (items != field.end() && items->is_object()) {
            type = typeOf(*items);
        }
        type.array = true;
        return type;
    }
    const std::string name = textOf(field, "name");
    for (const Semantic& semantic : kSemantics) {
        if (semantic.name == name) {
            type.base = semantic.base;
            type.encoding = semantic.encoding;
            type.scale = type.base == Base::Numeric ? parameter(field, "scale") : -1;
            type.length = type.base == Base::Bits ? parameter(field, "length") : -1;
            return type;
        }
    }
    for (const auto& [word, base] : kPrimitives) {
        if (word == primitive && name.empty()) {
            type.base = base;
        }
    }
    return type;
}

} // namespace

std::map<std::string, SqlType> typesOfSchema(std::string_view value)
{
    std::map<std::string, SqlType> types;
    // Spares the parse of what has no schema at all.
    if (value.substr(0, 256).find("\"schema\"") == std::string_view::npos) {
        return types;
    }
    const json message = json::parse(value, nullptr, false);
    if (!message.is_object() || !message.contains("payload")) {
        return types;
    }
    const auto schema = message.find("schema");
    if (schema == message.end() || !schema->is_object()) {
        return types;
    }
    const json* fields = schema->contains("fields") ? &(*schema)["fields"] : nullptr;
    if (!fields || !fields->is_array()) {
        return types;
    }
    for (const json& field : *fields) {
        if (textOf(field, "field") == "after" && textOf(field, "type") == "struct" &&
            field.contains("fields")) {
            fields = &field["fields"];
            break;
        }
    }
    if (!fields->is_array()) {
        return types;
    }
    for (const json& field : *fields) {
        const std::string name = textOf(field, "field");
        if (!name.empty()) {
            types[name] = typeOf(field);
        }
    }
    return types;
}

Result<std::map<std::string, SqlType>> typesFromSchemas(const VersionLog& log, Rank prefix)
{
    std::map<std::string, SqlType> types;
    const CaptureSnapshotPtr& snapshot = log.order()->snapshot();
    std::set<TopicId> open;
    for (const std::string& topic : log.projection().topics()) {
        if (const auto id = snapshot->topicId(topic)) {
            open.insert(*id);
        }
    }
    Version looked = 0;
    for (Version v = log.prefixOf(prefix); v > 0 && !open.empty() && looked < kTypedFrom; --v) {
        const Row row = log.order()->rowAt(log.rankOf(v - 1));
        const TopicId topic = snapshot->row(row).topic;
        if (!open.contains(topic)) {
            continue;
        }
        ++looked;
        const auto record = snapshot->record(row);
        if (!record) {
            return tl::unexpected<Error>(record.error());
        }
        const auto value = record->view().value;
        if (!value) {
            continue;
        }
        // The newest word on a column counts.
        for (auto& [name, type] : typesOfSchema(*value)) {
            types.emplace(name, type);
        }
        open.erase(topic);
    }
    return types;
}

} // namespace hindcast
