#include "tests/unit/replay/postgres_oracle.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace hindcast::test {

namespace {

using Cell = std::optional<std::string>;

// The files of a tar archive by name; long names come as pax or GNU records before their file.
std::map<std::string, std::string> filesOf(const std::string& tar)
{
    std::map<std::string, std::string> files;
    std::string longName;
    for (std::size_t at = 0; at + 512 <= tar.size() && tar[at] != '\0';) {
        const std::string_view header(tar.data() + at, 512);
        const auto size = static_cast<std::size_t>(
            std::strtoull(std::string(header.substr(124, 12)).c_str(), nullptr, 8));
        const std::string body = tar.substr(at + 512, size);
        const char type = header[156];
        if (type == 'x') {
            const std::size_t path = body.find(" path=");
            if (path != std::string::npos) {
                longName = body.substr(path + 6, body.find('\n', path) - path - 6);
            }
        } else if (type == 'L') {
            longName = body.c_str();
        } else {
            const std::string name = longName.empty()
                                         ? std::string(std::string(header.substr(0, 100)).c_str())
                                         : longName;
            longName.clear();
            if (type == '0' || type == '\0') {
                files[name] = body;
            }
        }
        at += 512 + (size + 511) / 512 * 512;
    }
    return files;
}

std::vector<std::vector<Cell>> readCsv(const std::string& text)
{
    std::vector<std::vector<Cell>> rows(1);
    for (std::size_t at = 0; at < text.size();) {
        Cell cell;
        if (text[at] == '"') {
            cell.emplace();
            for (++at; text[at] != '"' || text[at + 1] == '"'; ++at) {
                at += text[at] == '"' ? 1 : 0;
                *cell += text[at];
            }
            ++at;
        } else {
            const std::size_t end = text.find_first_of(",\n", at);
            if (end > at) {
                cell = text.substr(at, end - at);
            }
            at = end;
        }
        rows.back().push_back(std::move(cell));
        if (text[at++] == '\n') {
            rows.emplace_back();
        }
    }
    rows.pop_back();
    return rows;
}

} // namespace

Oracle readOracle(const std::string& tar)
{
    Oracle oracle;
    const auto files = filesOf(tar);
    for (const auto& [name, body] : files) {
        if (!name.ends_with("/schema.json")) {
            continue;
        }
        const std::string folder = name.substr(0, name.rfind('/') + 1);
        const std::string moment = folder.substr(folder.find('/') + 1, 3);
        const auto schema = nlohmann::json::parse(body);
        for (const auto& [tableName, description] : schema.items()) {
            OracleTable& table = oracle[moment][tableName];
            for (const auto& column : description["columns"]) {
                table.columns.push_back({column["name"], column["type"], column["generated"]});
            }
            for (const auto& column : description["primary_key"]) {
                table.primaryKey.push_back(column);
            }
            const auto file = files.find(folder + tableName + ".csv");
            if (file == files.end()) {
                std::fprintf(stderr, "no %s%s.csv\n", folder.c_str(), tableName.c_str());
                std::abort();
            }
            auto rows = readCsv(file->second);
            table.rows.assign(rows.begin() + 1, rows.end());
            for (std::size_t c = 0; c < table.columns.size(); ++c) {
                if (table.columns[c].name != *rows[0][c]) {
                    std::fprintf(stderr, "columns of %s\n", tableName.c_str());
                    std::abort();
                }
            }
        }
    }
    return oracle;
}

} // namespace hindcast::test
