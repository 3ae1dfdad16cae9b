#include "widgets/explorer/explorer_model.h"

#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::array<const char*, ExplorerModel::SectionTotal> kTitles{
    "TOPICS", "CONSUMER GROUPS", "TRACES", "PROJECTIONS", "CAPTURES"};

} // namespace

ExplorerModel::ExplorerModel(QObject* parent)
    : QAbstractItemModel(parent)
{
}

ExplorerModel::~ExplorerModel() = default;

std::array<ExplorerModel::Items, ExplorerModel::SectionTotal>
ExplorerModel::itemsOf(const ExplorerData& data) const
{
    std::array<Items, SectionTotal> all;
    for (const auto& topic : data.topics) {
        Item item;
        item.name = item.shown = topic.name;
        item.place = Place::ofTopic(topic.name);
        item.detail = topic.detail;
        item.rate = topic.rate;
        item.square = true;
        all[Topics].push_back(std::move(item));
    }
    for (const auto& group : data.groups) {
        Item item;
        item.name = item.shown = group.name;
        item.place = Place::ofGroup(group.name);
        item.side = group.behind;
        item.detail = group.detail;
        item.sign = group.sign;
        all[Groups].push_back(std::move(item));
    }
    for (const auto& list : data.traces) {
        Item item;
        item.name = item.shown = list.title;
        item.place = Place::ofTraceList(list.filter);
        item.side = list.count;
        item.sign = list.sign;
        all[Traces].push_back(std::move(item));
    }
    for (const auto& projection : data.projections) {
        Item item;
        item.name = item.shown = projection.name;
        item.place = Place::ofProjection(projection.name);
        item.note = projection.note;
        item.side = projection.keys;
        item.detail = projection.detail;
        item.sign = projection.refused ? Severity::Error : Severity::None;
        item.dim = !projection.fits && !projection.refused;
        item.own = projection.own;
        item.shadows = projection.shadows;
        all[Projections].push_back(std::move(item));
    }
    if (data.projections.empty() && !data.topics.empty()) {
        Item item;
        item.name = item.shown = QStringLiteral("New projection\u2026");
        item.detail = QStringLiteral("A table of the newest state of each key of a topic");
        item.dim = true;
        item.offer = true;
        all[Projections].push_back(std::move(item));
    }
    for (const auto& file : data.captures) {
        Item item;
        item.name = file.path;
        item.shown = file.name;
        item.place.kind = Place::Kind::Capture;
        item.place.name = file.path;
        item.side = file.note;
        item.detail = file.path;
        all[Captures].push_back(std::move(item));
    }
    return all;
}

void ExplorerModel::setData(const ExplorerData& data)
{
    m_all = itemsOf(data);
    std::array<QString, SectionTotal> counts;
    counts[Topics] = text::number(static_cast<qint64>(data.topics.size()));
    counts[Groups] = text::number(static_cast<qint64>(data.groups.size()));
    counts[Traces] = data.traceCount;
    counts[Projections] = text::number(static_cast<qint64>(data.projections.size()));
    if (counts != m_counts) {
        m_counts = counts;
        emit dataChanged(index(0, 0), index(SectionTotal - 1, 0));
    }
    show();
}

void ExplorerModel::setFilter(const QString& filter)
{
    if (filter != m_filter) {
        m_filter = filter;
        show();
    }
}

void ExplorerModel::show()
{
    for (int section = 0; section < SectionTotal; ++section) {
        const Items& all = m_all[static_cast<std::size_t>(section)];
        Items shown;
        std::copy_if(all.begin(), all.end(), std::back_inserter(shown), [this](const Item& item) {
            return m_filter.isEmpty() || item.shown.contains(m_filter, Qt::CaseInsensitive);
        });
        lay(section, std::move(shown));
    }
}

void ExplorerModel::lay(int section, Items next)
{
    Items& now = m_items[static_cast<std::size_t>(section)];
    const QModelIndex parent = index(section, 0);
    const auto in = [](const Items& items, const QString& name) {
        return std::any_of(items.begin(), items.end(),
                           [&](const Item& item) { return item.name == name; });
    };
    for (int row = static_cast<int>(now.size()) - 1; row >= 0; --row) {
        if (!in(next, now[static_cast<std::size_t>(row)].name)) {
            beginRemoveRows(parent, row, row);
            now.erase(now.begin() + row);
            endRemoveRows();
        }
    }
    for (int row = 0; row < static_cast<int>(next.size()); ++row) {
        const auto at = static_cast<std::size_t>(row);
        Item& wanted = next[at];
        if (at < now.size() && now[at].name == wanted.name) {
            if (!(now[at] == wanted)) {
                now[at] = std::move(wanted);
                emit dataChanged(index(row, 0, parent), index(row, 0, parent));
            }
            continue;
        }
        const auto found = std::find_if(now.begin() + row, now.end(),
                                        [&](const Item& item) { return item.name == wanted.name; });
        if (found == now.end()) {
            beginInsertRows(parent, row, row);
            now.insert(now.begin() + row, std::move(wanted));
            endInsertRows();
            continue;
        }
        const int from = static_cast<int>(found - now.begin());
        beginMoveRows(parent, from, from, parent, row);
        now.erase(found);
        now.insert(now.begin() + row, std::move(wanted));
        endMoveRows();
        emit dataChanged(index(row, 0, parent), index(row, 0, parent));
    }
}

QModelIndex ExplorerModel::indexOf(const Place& place) const
{
    for (int section = 0; section < SectionTotal; ++section) {
        const Items& items = m_items[static_cast<std::size_t>(section)];
        for (std::size_t row = 0; row < items.size(); ++row) {
            const bool same = place.kind == Place::Kind::TraceList
                                  ? items[row].place == place
                                  : items[row].place.sameDocument(place);
            if (same) {
                return index(static_cast<int>(row), 0, index(section, 0));
            }
        }
    }
    return {};
}

QModelIndex ExplorerModel::index(int row, int column, const QModelIndex& parent) const
{
    if (column != 0 || row < 0 || row >= rowCount(parent)) {
        return {};
    }
    // Sections carry 0, items the number of their section plus one.
    return parent.isValid() ? createIndex(row, 0, static_cast<quintptr>(parent.row()) + 1)
                            : createIndex(row, 0, quintptr{0});
}

QModelIndex ExplorerModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == 0) {
        return {};
    }
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, quintptr{0});
}

int ExplorerModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid()) {
        return SectionTotal;
    }
    return parent.internalId() == 0 && parent.column() == 0
               ? static_cast<int>(m_items[static_cast<std::size_t>(parent.row())].size())
               : 0;
}

int ExplorerModel::columnCount(const QModelIndex&) const
{
    return 1;
}

Qt::ItemFlags ExplorerModel::flags(const QModelIndex& index) const
{
    if (!index.isValid()) {
        return Qt::NoItemFlags;
    }
    return index.internalId() == 0 ? Qt::ItemIsEnabled : Qt::ItemIsEnabled | Qt::ItemIsSelectable;
}

QVariant ExplorerModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    if (index.internalId() == 0) {
        const auto section = static_cast<std::size_t>(index.row());
        switch (role) {
        case Qt::DisplayRole:
            return QString::fromLatin1(kTitles[section]);
        case SideTextRole:
            return m_counts[section];
        default:
            return {};
        }
    }
    const Item& item = m_items[index.internalId() - 1][static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text::plain(item.shown.toStdString());
    case Qt::ToolTipRole:
        return text::tip(item.detail.isEmpty() ? item.shown
                                               : item.shown + QLatin1Char('\n') + item.detail);
    case PlaceRole:
        return QVariant::fromValue(item.place);
    case SideTextRole:
        return item.side;
    case NoteRole:
        return item.note;
    case SignRole:
        return static_cast<int>(item.sign);
    case RateRole: {
        QVariantList rates;
        for (const float rate : item.rate) {
            rates << rate;
        }
        return rates;
    }
    case SquareRole:
        return item.square;
    case DimRole:
        return item.dim;
    case OwnRole:
        return item.own;
    case ShadowsRole:
        return item.shadows;
    case OfferRole:
        return item.offer;
    default:
        return {};
    }
}

} // namespace hindcast
