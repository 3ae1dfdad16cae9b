#pragma once

#include "widgets/explorer/explorer_data.h"
#include "widgets/shared/place.h"

#include <QAbstractItemModel>

#include <array>

namespace hindcast {

// The explorer's tree: five sections, each with its items, narrowed by one filter. New data is laid
// over the old item by item, so that a selection and a scroll position survive it. GUI thread.
class ExplorerModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Section { Topics, Groups, Traces, Projections, Captures, SectionTotal };
    enum Role {
        PlaceRole = Qt::UserRole, // Place
        SideTextRole,             // QString, at the right end
        NoteRole,                 // QString, dim, after the name
        SignRole,                 // Severity
        RateRole,                 // QVariantList of float
        SquareRole,               // bool: a colour square of the name's series colour
        DimRole,                  // bool: nothing of it is in this capture
        OwnRole,                  // bool: the person's own, which can be deleted
        ShadowsRole,              // bool: what is behind it is back when it is deleted
        OfferRole,                // bool: nothing that is there, but what can be made
    };

    explicit ExplorerModel(QObject* parent = nullptr);
    ~ExplorerModel() override;

    void setData(const ExplorerData& data);
    using QAbstractItemModel::setData;
    // Keeps the items whose name contains it, whatever the case.
    void setFilter(const QString& filter);
    QModelIndex indexOf(const Place& place) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    struct Item
    {
        QString name; // its identity within the section
        Place place;
        QString shown;
        QString note;
        QString side;
        QString detail;
        Severity sign = Severity::None;
        std::vector<float> rate;
        bool square = false;
        bool dim = false;
        bool own = false;
        bool shadows = false;
        bool offer = false;
        friend bool operator==(const Item&, const Item&) = default;
    };
    using Items = std::vector<Item>;

    std::array<Items, SectionTotal> itemsOf(const ExplorerData& data) const;
    void show();
    void lay(int section, Items next);

    std::array<Items, SectionTotal> m_all;   // unfiltered
    std::array<Items, SectionTotal> m_items; // as shown
    std::array<QString, SectionTotal> m_counts;
    QString m_filter;
};

} // namespace hindcast
