#pragma once

#include "tests/unit/replay/replay_fixture.h"

#include <QFile>
#include <nlohmann/json.hpp>
#include <zstd.h>

namespace hindcast::test {

// A file of the shared data; empty where it is not beside this checkout.
inline std::string sharedFile(const QString& name)
{
    QFile file(QStringLiteral(HINDCAST_SHARED_DATA) + QLatin1Char('/') + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

inline std::string unpacked(const std::string& packed)
{
    ZSTD_DCtx* const context = ZSTD_createDCtx();
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 27);
    std::string result;
    std::string piece(ZSTD_DStreamOutSize(), '\0');
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    while (in.pos < in.size) {
        ZSTD_outBuffer out{piece.data(), piece.size(), 0};
        if (ZSTD_isError(ZSTD_decompressStream(context, &out, &in))) {
            break;
        }
        result.append(piece.data(), out.pos);
    }
    ZSTD_freeDCtx(context);
    return result;
}

// Interchange lines, as the fixtures have them: keys, payloads and headers are all text.
inline std::vector<Event> eventsOf(const std::string& lines)
{
    std::vector<Event> events;
    std::size_t at = 0;
    while (at < lines.size()) {
        const std::size_t end = std::min(lines.find('\n', at), lines.size());
        const auto line = nlohmann::json::parse(lines.substr(at, end - at));
        at = end + 1;
        Event event;
        event.topic = line["topic"];
        event.partition = line["partition"];
        event.offset = line["offset"];
        event.ms = line["ts"];
        if (line["key"].is_string()) {
            event.key = line["key"];
        }
        if (line["payload"].is_string()) {
            event.value = line["payload"];
        }
        if (line.contains("headers")) {
            const auto& headers = line["headers"];
            for (std::size_t i = 0; i + 1 < headers.size(); i += 2) {
                if (headers[i + 1].is_string()) {
                    event.headers.emplace_back(headers[i], headers[i + 1]);
                }
            }
        }
        events.push_back(std::move(event));
    }
    return events;
}

inline std::shared_ptr<Capture> captureOf(const std::string& lines)
{
    auto capture = Capture::inMemory();
    append(*capture, eventsOf(lines), 1000);
    return capture;
}

} // namespace hindcast::test
