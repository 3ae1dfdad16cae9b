#include "tests/unit/replay/random_queries.h"

#include <fmt/format.h>
#include <random>
#include <vector>

namespace hindcast::test {

namespace {

class RandomQueries
{
public:
    explicit RandomQueries(unsigned seed)
        : m_random(seed)
    {
    }

    std::string next()
    {
        const std::size_t table = below(kSqlTables.size());
        const std::string from = name(table);
        switch (below(11)) {
        case 0:
        case 1:
            return fmt::format("select {} from {} x where [[{}]] order by {}, {}", shown(table),
                               from, condition(table, 2), order(table), kPositions);
        case 2:
            return fmt::format("select min(key), max(key), count(*), count(distinct key), "
                               "sum(offset), min(time), max(partition) from {} x where [[{}]]",
                               from, condition(table, 2));
        case 3:
            return fmt::format("select {}(key) from {} x where [[{}]]", oneOf({"min", "max"}), from,
                               condition(table, 1));
        case 4: {
            const std::string by = oneOf({"key", "key collate nocase", "partition, key",
                                          "key, partition", "time", "substr(key, 1, 1)"});
            return fmt::format(
                "select min(key), count(*), max(offset) from {} x where [[{}]] group "
                "by {} order by 1, 2, 3",
                from, condition(table, 1), by);
        }
        case 5: {
            const std::string columns =
                oneOf({"key", "partition", "topic", "key, partition", "partition, key"});
            return fmt::format("select distinct {} from {} x where [[{}]] order by 1{}{}", columns,
                               from, condition(table, 1), oneOf({"", " desc"}),
                               columns.find(',') == std::string::npos ? "" : ", 2");
        }
        case 6:
            return fmt::format("select key from {} x where [[{}]] {} select key from {} x where "
                               "[[{}]] order by 1{}",
                               from, condition(table, 1),
                               oneOf({"union", "intersect", "except", "union all"}),
                               name(below(kSqlTables.size())),
                               oneOf({"1", "partition = 0", "key <> 'a'"}), oneOf({"", " desc"}));
        case 7:
            return fmt::format(
                "select {}, v.rowid from f.v {} {} x on {} order by {}, v.rowid", shown(table),
                oneOf({"join", "left join", "cross join"}), from,
                oneOf({"x.key = v.i", "x.key = v.r", "v.n = x.key", "x.key = v.t", "x.key = v.b",
                       "x.key = v.c", "v.c = x.key", "x.partition = v.t", "x.partition = v.r",
                       "x.offset = v.n", "x.time > v.b", "x.time >= v.t and x.key = v.n",
                       "x.key in (v.i, v.t)", "x.topic = v.i", "x.key = v.u"}),
                kPositions);
        case 8:
            return fmt::format(
                "select {}, {} over (order by {}, {}) from {} x where [[{}]] order by {}",
                shown(table), oneOf({"row_number()", "lag(key)", "count(*)", "group_concat(key)"}),
                oneOf({"key", "key desc", "key collate nocase", "time, key"}),
                kSqlTables[table].unique, from, condition(table, 1), kPositions);
        case 9:
            return fmt::format(
                "select key from {} x where [[{}]] order by key{} limit {} offset {}", from,
                condition(table, 1), oneOf({"", " desc"}), 1 + below(5), below(3));
        default:
            break;
        }
        const std::size_t other = below(kSqlTables.size());
        return fmt::format("select x.key, count(*), min(y.partition) from {} x {} {} y on x.key = "
                           "y.key where [[{}]] group by x.key order by x.key",
                           from, oneOf({"join", "left join"}), name(other), condition(table, 1));
    }

private:
    static constexpr const char* kPositions = "1, 2, 3, 4, 5"; // of what shown() names
    std::size_t below(std::size_t count) { return m_random() % count; }
    std::string oneOf(const std::vector<std::string>& texts) { return texts[below(texts.size())]; }
    static std::string name(std::size_t table) { return fmt::format("{{{}}}", table); }
    static std::string shown(std::size_t table)
    {
        return fmt::format("x.key, x.time, x.partition, x.offset, {}",
                           std::string(kSqlTables[table].unique).ends_with("column") ? "x.column"
                                                                                     : "x.topic");
    }

    std::string order(std::size_t table)
    {
        const bool own = table > 0;
        std::string text;
        for (std::size_t i = 0, count = 1 + below(3); i < count; ++i) {
            text += (i == 0 ? "" : ", ");
            text += oneOf({"x.key", "x.key", own ? "x.a" : "x.value", own ? "x.b" : "x.value",
                           "x.time", "x.partition", "x.key collate nocase"});
            text += oneOf({"", "", " desc", " desc nulls first", " nulls last"});
        }
        return text;
    }

    std::string value(const std::string& column)
    {
        if (column == "x.key") {
            const bool any = below(2) == 0;
            return any ? oneOf({"10", "10.0", "cast('10' as real)", "cast('10' as integer)",
                                "cast('1e1' as numeric)", "cast(0 as integer)", "x'3130'", "x'ff'",
                                "x'ff01'", "null", "-0.0", "cast('9007199254740993' as integer)",
                                "cast('1.5' as real)", "9e999", "cast('9e999' as real)",
                                "(select i from f.v where rowid = 1)", "+'010'",
                                "(select t from f.v where rowid = 2)"})
                       : oneOf({"'10'", "'9'", "'a'", "'A'", "'010'", "'10.0'", "'1e1'", "''",
                                "' 10'", "'b'", "'é'", "'100'", "'NULL'"});
        }
        if (column == "x.time") {
            return oneOf({"'2026'",
                          "'2026-11-20T14'",
                          "'2026-11-20 14:00:30'",
                          "'2026-11-20T14:00:35.000Z'",
                          "'2026-11-20t14:00:35.000z'",
                          "'2026-11-20T15:00:35.000+01:00'",
                          "''",
                          "'z'",
                          "'-'",
                          "'5'",
                          "null",
                          "x'323032362d31312d32305431343a30303a33355a'",
                          "5",
                          "1e20",
                          "'2026-11-20T14:00:35.0000'",
                          "'58857'",
                          "'20261120'",
                          "'9999'",
                          "'2026-11-20T14:01:00Z'",
                          "'2026-11-20T14:01:00.5Z'",
                          "'0'"});
        }
        if (column == "x.topic") {
            return oneOf({"'t1'", "'010'", "10", "cast(10 as integer)", "'T1'", "x'7431'", "null"});
        }
        return oneOf({"0", "1", "'0'", "'1'", "0.5", "1.0", "'abc'", "''", "x'30'", "x''",
                      "cast(1 as text)", "null", "1e300", "-1e300", "9223372036854775807", "' 1 '",
                      "20", "'20'", "19.5"});
    }

    std::string comparison(std::size_t table)
    {
        static const std::vector<std::string> kColumns{
            "x.key", "x.key", "x.key", "x.time", "x.partition", "x.offset", "x.topic"};
        const std::string column = oneOf(kColumns);
        switch (below(8)) {
        case 7:
            // Not by itself: between ORs SQLite makes lists of comparisons by different collations.
            return fmt::format("(x.key = {} collate {} and x.partition is not null)",
                               value("x.key"), oneOf({"nocase", "rtrim", "binary"}));
        case 0: {
            std::string list = value(column);
            for (std::size_t i = below(4); i > 0; --i) {
                list += ", " + value(column);
            }
            return fmt::format("{} {} ({})", column, oneOf({"in", "in", "not in"}), list);
        }
        case 1:
            return fmt::format("{} in (select {} from f.v)", column,
                               oneOf({"i", "r", "n", "t", "b", "c"}));
        case 2:
            return fmt::format("{} {}between {} and {}", column, oneOf({"", "not "}), value(column),
                               value(column));
        case 3:
            if (table == 5) {
                return oneOf({"x.change = 'changed'", "x.column = 'a'"});
            }
            [[fallthrough]];
        default:
            return fmt::format("{} {} {}", column,
                               oneOf({"=", "=", "=", "<", ">", "<=", ">=", "<>", "is", "is not"}),
                               value(column));
        }
    }

    std::string condition(std::size_t table, int depth)
    {
        switch (depth == 0 ? 0 : below(5)) {
        case 0:
        case 1:
            return comparison(table);
        case 2:
            return fmt::format("({} and {})", condition(table, depth - 1),
                               condition(table, depth - 1));
        case 3:
            return fmt::format("({} or {})", condition(table, depth - 1),
                               condition(table, depth - 1));
        default:
            return fmt::format("not {}", condition(table, depth - 1));
        }
    }

    std::mt19937 m_random;
};

void replaceAll(std::string& text, const std::string& what, const std::string& with)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
        text.replace(at, what.size(), with);
    }
}

} // namespace

std::string randomQuery(unsigned seed)
{
    return RandomQueries(seed).next();
}

std::string named(std::string query, bool ours)
{
    replaceAll(query, "[[", ours ? "" : "((");
    replaceAll(query, "]]", ours ? "" : ") is true)");
    for (std::size_t i = 0; i < kSqlTables.size(); ++i) {
        replaceAll(query, fmt::format("{{{}}}", i), ours ? kSqlTables[i].ours : kSqlTables[i].copy);
    }
    return query;
}

} // namespace hindcast::test
