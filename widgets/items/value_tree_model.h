#pragma once

#include "model/decode/field_path.h"
#include "model/decode/value_tree.h"

#include <QAbstractItemModel>

#include <memory>

namespace hindcast {

using DecodedPtr = std::shared_ptr<const Decoded>;

// A payload as a tree of one column. Items are made as branches are opened, a page of members at a
// time, so an array of a million elements opens at once. A scalar payload is one row. GUI thread.
class ValueTreeModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Role {
        NameRole = Qt::UserRole, // QString: member name or "[3]"; empty for a scalar payload
        TextRole,                // QString: the scalar, or "8 elements", "3 members"
        KindRole,                // ValueNode::Kind as int
        CutRole,                 // bool: stands for what is not shown
    };
    static constexpr int kPage = 200;

    // `root`: what paths start with, key or value.
    explicit ValueTreeModel(FieldPath::Root root, QObject* parent = nullptr);
    ~ValueTreeModel() override;

    void setValue(DecodedPtr value);
    const DecodedPtr& value() const { return m_value; }
    FieldPath pathOf(const QModelIndex& index) const;
    const ValueNode* nodeOf(const QModelIndex& index) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    struct Item
    {
        const ValueNode* node = nullptr;
        Item* parent = nullptr;
        int row = 0;
        std::vector<std::unique_ptr<Item>> children; // those fetched so far
    };

    Item* itemOf(const QModelIndex& index) const;
    static void fetch(Item& item, int count);

    const FieldPath::Root m_root;
    DecodedPtr m_value;
    ValueNode m_scalar; // stands above a payload that has no members
    std::unique_ptr<Item> m_top;
};

// "8 elements", "1 member": what a closed branch says.
QString branchText(const ValueNode& node);

} // namespace hindcast
