#include "app/desktop/subject.h"

#include "widgets/shared/text.h"

namespace hindcast {

std::optional<Place> subjectOf(const CaptureSnapshot& snapshot, const RecordView& record,
                               const std::function<bool(const std::string&)>& accept)
{
    std::vector<std::string_view> names;
    if (record.key) {
        names.push_back(*record.key);
    }
    for (const Header& header : record.headers.toVector()) {
        if (header.value && !header.value->empty()) {
            names.push_back(*header.value);
        }
    }
    std::optional<Place> best;
    std::size_t most = 0;
    for (std::size_t i = 0; i < snapshot.topics().size(); ++i) {
        const auto topic = static_cast<TopicId>(i);
        if (accept && !accept(snapshot.topics()[topic])) {
            continue;
        }
        const bool own = snapshot.topics()[topic] == record.topic;
        for (const std::string_view name : names) {
            const auto key = snapshot.findKey(topic, name);
            if (!key || (own && best)) {
                continue;
            }
            const std::size_t rows = own ? 1 : snapshot.rowsOfKey(*key).size() + 1;
            if (rows > most) {
                most = rows;
                best = Place::ofKey(text::fromUtf8(snapshot.topics()[topic]),
                                    QByteArray(name.data(), static_cast<qsizetype>(name.size())));
            }
        }
    }
    return best;
}

} // namespace hindcast
