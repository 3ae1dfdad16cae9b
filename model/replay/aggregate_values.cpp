#include "model/replay/aggregate_values.h"

#include "model/replay/decimal.h"
#include "model/replay/json_tree.h"
#include "model/replay/key_reader.h"

namespace hindcast {

bool isAbsent(const FieldValue& value)
{
    return value.kind == FieldValue::Kind::Missing || value.kind == FieldValue::Kind::Null;
}

bool appendToken(const FieldValue& value, std::string& out)
{
    switch (value.kind) {
    case FieldValue::Kind::Missing:
    case FieldValue::Kind::Null:
        out += "null";
        return true;
    case FieldValue::Kind::Bool:
        out += value.boolean ? "true" : "false";
        return true;
    case FieldValue::Kind::String:
        appendJsonText(value.text, out);
        return true;
    case FieldValue::Kind::Integer:
    case FieldValue::Kind::Number:
    case FieldValue::Kind::Json:
        out += value.text;
        return true;
    case FieldValue::Kind::Bytes:
        break;
    }
    return false;
}

std::string identityOf(const FieldValue& value, const std::string& token)
{
    const bool number =
        value.kind == FieldValue::Kind::Integer || value.kind == FieldValue::Kind::Number;
    if (number) {
        return sameNumberText(value.text);
    }
    JsonTree tree;
    if (value.kind != FieldValue::Kind::Json || !JsonTreeReader().read(token, tree)) {
        return token;
    }
    std::string canonical;
    tree.writeCanonical(canonical);
    return canonical;
}

std::string shortenedToken(std::string_view token)
{
    constexpr std::size_t kMost = 60;
    return token.size() <= kMost ? std::string(token) : std::string(token.substr(0, 20)) + "...";
}

} // namespace hindcast
