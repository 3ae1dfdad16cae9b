#pragma once

#include "model/record/result.h"

#include <string>
#include <string_view>

namespace hindcast {

// What a column holds, in PostgreSQL's terms, and how change events carry it: Connect has fewer
// types than a database, so a date comes as a number of days and a decimal as bytes. A value.
//
// Sources: PostgreSQL's names of types; Debezium's "Data type mappings" of its PostgreSQL
// connector.
struct SqlType
{
    enum class Base : std::uint8_t {
        Text, // as it came: text, enum, uuid, json, inet, ranges
        Boolean,
        Integer,
        Real,
        Double,
        Numeric,
        Money,
        Date,
        Time,
        TimeZoned,
        DateTime,
        DateTimeZoned,
        Interval,
        Bytes,
        Bits,
        Point,
        Hstore,
    };
    // What a number, or bytes as text, is: days or fractions of a second since the epoch or
    // midnight, base64 or hex. Base64 of a text: its bytes.
    enum class Encoding : std::uint8_t { Usual, Days, Seconds, Milli, Micro, Nano, Base64, Hex };

    Base base = Base::Text;
    bool array = false;
    int scale = -1;                               // of a numeric; -1: each value has its own
    int length = -1;                              // of bits
    static constexpr int kAnyLength = 2147483647; // as Debezium tells it of bit varying
    Encoding encoding = Encoding::Usual;

    // For telling types apart, not for people.
    std::string toText() const;

    friend bool operator==(const SqlType&, const SqlType&) = default;

    // A type as PostgreSQL names it ("numeric(12,2)", "timestamp(3) without time zone", "int4[]");
    // a name that is not known is Base::Text. Refuses brackets that do not fit.
    static Result<SqlType> parse(std::string_view name);
    // "days", "s", "ms", "us", "ns", "base64", "hex".
    static Result<Encoding> parseEncoding(std::string_view name);
};

} // namespace hindcast
