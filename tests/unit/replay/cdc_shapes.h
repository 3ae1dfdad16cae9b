#pragma once

#include "tests/unit/replay/replay_fixture.h"

// Change events as Maxwell, Canal, AWS DMS and wal2json write them.
namespace hindcast::test {

using Table = std::map<std::string, std::string>;

// A record of the topic "t" as a test writes it: its key ("": none) and its value.
struct Told
{
    std::string key;
    std::string value;
    std::int32_t partition = 0;
};

inline std::vector<Event> eventsOf(const std::vector<Told>& told)
{
    std::vector<Event> events;
    std::map<std::int32_t, std::int64_t> next;
    for (const Told& one : told) {
        const auto at = static_cast<std::int64_t>(events.size());
        events.push_back({"t", one.partition, next[one.partition]++, 1000 + at,
                          one.key.empty() ? std::nullopt : std::optional(one.key), one.value});
    }
    return events;
}

inline VersionLogPtr foldOf(const std::vector<Told>& told, const std::string& settings = {})
{
    const auto capture = Capture::inMemory();
    append(*capture, eventsOf(told));
    return fold(*capture, projection("name = \"p\"\n[[source]]\ntopic = \"t\"\nreduce = \"cdc\"\n" +
                                     settings));
}

inline Table atEnd(const VersionLogPtr& log)
{
    return table(log, log->order()->size());
}

// One line a row, "key row".
inline std::string written(const Table& rows)
{
    std::string text;
    for (const auto& [key, row] : rows) {
        text += key;
        text += ' ';
        text += row;
        text += '\n';
    }
    return text;
}

// As Maxwell's documentation has them (maxwells-daemon.io/dataformat).
inline const std::string kMaxwellInsert =
    R"({"database":"test","table":"e","type":"insert","ts":1477053217,"xid":23396,"commit":true,)"
    R"("position":"master.000006:800911","server_id":23042,"thread_id":108,)"
    R"("primary_key":[1,"2016-10-21 05:33:37.523000"],"primary_key_columns":["id","c"],)"
    R"("data":{"id":1,"m":4.2341,"c":"2016-10-21 05:33:37.523000","comment":"I am a creature of light."}})";

inline std::string maxwell(const std::string& type, const std::string& data,
                           const std::string& old = {}, const std::string& more = {})
{
    return R"({"database":"shop","table":"orders","type":")" + type + R"(","ts":1477053217)" +
           more + R"(,"data":)" + data + (old.empty() ? "" : R"(,"old":)" + old) + "}";
}

inline const std::string kMaxwellKey = R"({"database":"shop","table":"orders","pk.id":1}|)";

inline std::string canal(const std::string& type, const std::string& data,
                         const std::string& old = "null", const std::string& keys = R"(["id"])")
{
    return R"({"data":)" + data +
           R"(,"database":"inventory","es":1589373560000,"id":9,"isDdl":false,)"
           R"("mysqlType":{"id":"INTEGER","weight":"FLOAT"},"old":)" +
           old + R"(,"pkNames":)" + keys +
           R"(,"sql":"","sqlType":{"id":4,"weight":7},"table":"products","ts":1589373560798,)"
           R"("type":")" +
           type + R"("})";
}

inline std::string dms(const std::string& operation, const std::string& data,
                       const std::string& more = {}, const std::string& metadata = {})
{
    return R"({"data":)" + data + more +
           R"(,"metadata":{"timestamp":"2024-07-29T00:57:35.691762Z",)" +
           R"("record-type":"data","operation":")" + operation +
           R"(","partition-key-type":"primary-key","schema-name":"public","table-name":"foo")" +
           metadata + "}}";
}

inline std::string column(const std::string& name, const std::string& value)
{
    return R"({"name":")" + name + R"(","type":"text","value":)" + value + "}";
}

inline std::string wal2(const std::string& action, const std::string& columns,
                        const std::string& identity,
                        const std::string& more = R"(,"pk":[{"name":"id","type":"integer"}])")
{
    return R"({"action":")" + action + R"(","schema":"public","table":"t")" +
           (columns.empty() ? "" : R"(,"columns":[)" + columns + "]") +
           (identity.empty() ? "" : R"(,"identity":[)" + identity + "]") + more + "}";
}

} // namespace hindcast::test
