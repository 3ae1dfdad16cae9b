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

namespace {

// Its values are PostgreSQL's own texts but for bytea, which lacks the \x before it.
SqlType typeOfWal2json(const std::string& name)
{
    SqlType type = SqlType::parse(name).value_or(SqlType());
    type.encoding = type.base == Base::Bytes ? Encoding::Hex : Encoding::Usual;
    return type.array ? SqlType() : type;
}

bool isOf(const json& change, std::string_view table)
{
    const std::string name = textOf(change, "table");
    return !name.empty() &&
           (table.empty() || table == name || table == textOf(change, "schema") + "." + name);
}

} // namespace

bool addTypesOfWal2json(std::string_view value, std::string_view table,
                        std::map<std::string, SqlType>& types)
{
    if (value.find("\"column") == std::string_view::npos) {
        return false;
    }
    const json message = json::parse(value, nullptr, false);
    if (!message.is_object()) {
        return false;
    }
    bool whole = false;
    if (const auto columns = message.find("columns");
        columns != message.end() && columns->is_array() && isOf(message, table)) {
        for (const json& column : *columns) {
            if (column.is_object() && !textOf(column, "type").empty()) {
                types.emplace(textOf(column, "name"), typeOfWal2json(textOf(column, "type")));
                whole = textOf(message, "action") == "I";
            }
        }
    }
    const auto changes = message.find("change");
    for (std::size_t i = changes != message.end() && changes->is_array() ? changes->size() : 0;
         i-- > 0;) {
        const json& change = (*changes)[i];
        if (!change.is_object() || !isOf(change, table) || !change.contains("columnnames") ||
            !change.contains("columntypes")) {
            continue;
        }
        const json& names = change["columnnames"];
        const json& words = change["columntypes"];
        if (!names.is_array() || !words.is_array() || names.size() != words.size()) {
            continue;
        }
        for (std::size_t c = 0; c < names.size(); ++c) {
            if (names[c].is_string() && words[c].is_string()) {
                types.emplace(names[c].get<std::string>(),
                              typeOfWal2json(words[c].get<std::string>()));
                whole = whole || textOf(change, "kind") == "insert";
            }
        }
    }
    return whole;
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
    const ChangeCounts counts = log.report().allChanges();
    const bool plain = counts.records[static_cast<std::size_t>(ChangeShape::Wal2json)] > 0;
    const std::string table = counts.schema.empty() || counts.table.empty()
                                  ? counts.table
                                  : counts.schema + "." + counts.table;
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
        if (plain) {
            if (addTypesOfWal2json(*value, table, types)) {
                open.erase(topic);
            }
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
