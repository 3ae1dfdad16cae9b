#include "widgets/shared/series_colors.h"

#include <algorithm>
#include <cstdint>

namespace hindcast {

namespace {

// FNV-1a: qHash is seeded a process and would change colours at each start.
int hashed(const QString& name)
{
    std::uint32_t hash = 2166136261U;
    const QByteArray utf8 = name.toUtf8();
    for (const char c : utf8) {
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
    }
    return static_cast<int>((hash ^ (hash >> 15)) %
                            static_cast<std::uint32_t>(SeriesColors::kColors));
}

} // namespace

int SeriesColors::indexOf(const QString& name)
{
    if (const auto taken = m_taken.constFind(name); taken != m_taken.constEnd()) {
        return *taken;
    }
    int index = hashed(name);
    const int fewest = *std::min_element(m_users.begin(), m_users.end());
    while (m_users[static_cast<std::size_t>(index)] > fewest) {
        index = (index + 1) % kColors;
    }
    ++m_users[static_cast<std::size_t>(index)];
    m_taken.insert(name, index);
    return index;
}

void SeriesColors::claim(QStringList names)
{
    names.sort();
    for (const QString& name : std::as_const(names)) {
        indexOf(name);
    }
}

void SeriesColors::reset()
{
    m_taken.clear();
    m_users.fill(0);
}

} // namespace hindcast
