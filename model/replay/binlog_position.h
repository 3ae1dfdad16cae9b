#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// A position in the binary log of a MySQL or MariaDB server: a file, whose name ends with its
// number, and a byte in it. A value.
struct BinlogPosition
{
    std::string file;
    std::uint64_t pos = 0;

    // "mysql-bin.000003:1547"; nullopt: it is none.
    static std::optional<BinlogPosition> parse(std::string_view text);
    std::string toString() const;

    friend bool operator==(const BinlogPosition&, const BinlogPosition&) = default;
};

// Positions as numbers that rise as the log does: the file's number, then the byte. Logs of other
// names, as another server gives them after a failover, stand apart: in the order that
// setOrder() gives them, until then in that of their first appearance. One thread while names are
// added.
class BinlogNames
{
public:
    // nullopt: the file's name has no number, or one of them is too large for any server.
    std::optional<std::uint64_t> add(std::string_view file, std::uint64_t pos);
    // The same of a name that was added; nullopt: it was not.
    std::optional<std::uint64_t> find(const BinlogPosition& position) const;
    BinlogPosition at(std::uint64_t number) const;

    static std::size_t nameOf(std::uint64_t number) { return number >> kNameShift; }
    std::size_t count() const { return m_names.size(); }
    const std::string& name(std::size_t at) const { return m_names[at].text; }
    // `order`: by place the name that stands there. Numbers of before are renumbered() by it.
    void setOrder(const std::vector<std::size_t>& order);
    static std::uint64_t renumbered(std::uint64_t number, const std::vector<std::size_t>& placeOf);

private:
    static constexpr unsigned kFileShift = 32;
    static constexpr unsigned kNameShift = 56;
    static constexpr std::uint64_t kFiles = std::uint64_t{1} << (kNameShift - kFileShift);

    struct Name
    {
        std::string text;       // with the dot before the number
        std::size_t digits = 0; // of the shortest number
    };
    std::vector<Name> m_names;
    std::map<std::string, std::size_t, std::less<>> m_byText;
};

} // namespace hindcast
