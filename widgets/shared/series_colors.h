#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

#include <array>

namespace hindcast {

// Which colour of the series palette a name has. A name asks for the one its hash points at, so
// that it mostly looks alike from one start to the next, and takes the next one that the fewest
// others have: no two look alike until the palette is used up. Kept until reset(). GUI thread.
class SeriesColors
{
public:
    static constexpr int kColors = 8;

    // 0..kColors-1; a name not seen before takes one.
    int indexOf(const QString& name);
    // All of them, in the order of their names: what is drawn first does not decide.
    void claim(QStringList names);
    void reset();

private:
    QHash<QString, int> m_taken;
    std::array<int, kColors> m_users{};
};

} // namespace hindcast
