#include "tests/unit/replay/postgres_oracle.h"

#include "model/capture/base64.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>

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

std::string decimal(std::string text)
{
    if (text == "NAN" || text == "NaN") {
        return "NaN";
    }
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        text.erase(text.find_last_not_of('.') + 1);
    }
    return text == "-0" ? "0" : text;
}

std::string real(const std::string& text, bool isDouble)
{
    return isDouble
               ? fmt::format("{:.17g}", std::strtod(text.c_str(), nullptr))
               : fmt::format("{:.9g}", static_cast<double>(std::strtof(text.c_str(), nullptr)));
}

// Big-endian two's complement to digits, with `scale` of them behind the point.
std::string unscaled(const std::string& base64, std::size_t scale)
{
    std::string bytes = decodeBase64(base64).value();
    const bool negative = !bytes.empty() && (bytes[0] & 0x80) != 0;
    std::vector<unsigned> digits; // of the number, the lowest first
    const auto timesPlus = [&digits](unsigned factor, unsigned plus) {
        for (unsigned& digit : digits) {
            plus += digit * factor;
            digit = plus % 10;
            plus /= 10;
        }
        for (; plus > 0; plus /= 10) {
            digits.push_back(plus % 10);
        }
    };
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        timesPlus(256, negative ? 255u - value : value);
    }
    if (negative) {
        timesPlus(1, 1);
    }
    std::string text;
    for (const unsigned digit : digits) {
        text.insert(text.begin(), static_cast<char>('0' + digit));
    }
    if (text.size() <= scale) {
        text.insert(0, scale + 1 - text.size(), '0');
    }
    if (scale > 0) {
        text.insert(text.size() - scale, ".");
    }
    return (negative ? "-" : "") + text;
}

std::string fraction(std::int64_t us)
{
    if (us == 0) {
        return {};
    }
    std::string digits = fmt::format(".{:06}", us);
    digits.erase(digits.find_last_not_of('0') + 1);
    return digits;
}

std::string date(std::int64_t days)
{
    const std::chrono::year_month_day day{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(days)}}};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string timeOfDay(std::int64_t us)
{
    const std::int64_t s = us / 1'000'000;
    return fmt::format("{:02}:{:02}:{:02}{}", s / 3600, s / 60 % 60, s % 60,
                       fraction(us % 1'000'000));
}

std::string timestamp(std::int64_t us)
{
    if (us == 9223372036825200000) {
        return "infinity";
    }
    if (us == -9223372036832400000) {
        return "-infinity";
    }
    constexpr std::int64_t kDay = 86'400'000'000;
    const std::int64_t days = us >= 0 ? us / kDay : (us + 1) / kDay - 1;
    return date(days) + ' ' + timeOfDay(us - days * kDay);
}

std::string arrayItem(const nlohmann::json& item)
{
    if (item.is_null()) {
        return "NULL";
    }
    if (!item.is_string()) {
        return item.dump();
    }
    const auto text = item.get<std::string>();
    if (!text.empty() && text != "NULL" && text != "null" &&
        text.find_first_of("{},\"\\ \t\n\r\v\f") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' || c == '\\' ? "\\" : "";
        quoted += c;
    }
    return quoted + '"';
}

} // namespace

std::optional<std::string> postgresText(const nlohmann::json& value, const std::string& type,
                                        Decimals decimals)
{
    if (value.is_null()) {
        return std::nullopt;
    }
    if (value.is_array()) {
        std::string text = "{";
        for (const auto& item : value) {
            text += (text.size() > 1 ? "," : "") + arrayItem(item);
        }
        return text + "}";
    }
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (type == "boolean") {
        return value.get<bool>() ? "t" : "f";
    }
    if (type == "real" || type == "double precision") {
        return real(text, type[0] == 'd');
    }
    if (type.starts_with("numeric")) {
        if (decimals == Decimals::Text) {
            return decimal(text);
        }
        if (value.is_object()) {
            return decimal(
                unscaled(value["value"].get<std::string>(), value["scale"].get<std::size_t>()));
        }
        const std::size_t comma = type.find(',');
        return decimal(unscaled(text, std::stoul(type.substr(comma + 1))));
    }
    if (type == "date") {
        return date(value.get<std::int64_t>());
    }
    if (type.starts_with("timestamp") && type.ends_with("without time zone")) {
        const bool ms = type.starts_with("timestamp(3)");
        return timestamp(value.get<std::int64_t>() * (ms ? 1000 : 1));
    }
    if (type.starts_with("time") && type.ends_with("without time zone")) {
        return timeOfDay(value.get<std::int64_t>());
    }
    if (type.starts_with("timestamp") && text.ends_with('Z')) {
        std::string iso = text.substr(0, text.size() - 1);
        iso[10] = ' ';
        if (iso.find('.') != std::string::npos) {
            iso.erase(iso.find_last_not_of('0') + 1);
            iso.erase(iso.find_last_not_of('.') + 1);
        }
        return iso + "+00";
    }
    if (type == "bytea") {
        std::string hex = "\\x";
        const std::string bytes = decodeBase64(text).value();
        for (const char byte : bytes) {
            hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
        }
        return hex;
    }
    return text;
}

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
            std::map<std::string, std::string> typeOf;
            for (const auto& column : description["columns"]) {
                typeOf[column["name"]] = column["type"];
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
            for (std::size_t r = 1; r < rows.size(); ++r) {
                for (std::size_t c = 0; c < rows[r].size(); ++c) {
                    const std::string& type = typeOf[*rows[0][c]];
                    Cell& cell = rows[r][c];
                    if (cell && (type == "real" || type == "double precision")) {
                        cell = real(*cell, type[0] == 'd');
                    } else if (cell && type.starts_with("numeric")) {
                        cell = decimal(*cell);
                    }
                }
                table.rows.push_back(std::move(rows[r]));
            }
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
