#pragma once

#include "model/decode/field_reader.h"

#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>

namespace hindcast {

// A key or a value under simdjson's on-demand parser, read in place: the bytes must be followed by
// RecordBatch::kPadding readable ones. Serves one record after the other. One thread.
class JsonPayload
{
public:
    enum class State : std::uint8_t {
        Fresh,   // not looked at
        Open,    // an object or array: document() answers
        Scalar,  // JSON without fields
        Nothing, // null or empty
        Broken,
    };

    State state() const { return m_state; }
    void forget() { m_state = State::Fresh; }
    void markBroken() { m_state = State::Broken; }
    void open(std::optional<std::string_view> bytes);

    bool isObject() const { return m_isObject; }
    // A backslash somewhere: names and strings may need unescaping.
    bool hasEscapes() const { return m_escapes; }
    // The document, for a lookup that starts at its root.
    simdjson::ondemand::document& document();
    bool touched() const { return m_touched; } // by a lookup
    // The document as the last lookup left it.
    simdjson::ondemand::document& documentAsItStands()
    {
        m_touched = true;
        return m_document;
    }

    bool isNamed(simdjson::ondemand::raw_json_string raw, std::string_view name);
    // Whatever stands at `value`; text goes to `scratch` where it cannot be shown in place. false:
    // it is no JSON.
    bool read(simdjson::ondemand::value& value, FieldValue& out, std::string& scratch) const;

    // Such a name can only stand in JSON with escapes.
    static bool isOddName(std::string_view name);

private:
    bool readScalar(std::string_view token, FieldValue& out, std::string& scratch) const;
    bool reserve(std::size_t length);

    simdjson::ondemand::parser m_parser;
    simdjson::ondemand::document m_document;
    std::string_view m_json; // without byte order mark
    std::string m_nameScratch;
    State m_state = State::Fresh;
    bool m_isObject = false;
    bool m_escapes = false;
    bool m_touched = false; // the document's iterator has moved
};

} // namespace hindcast
