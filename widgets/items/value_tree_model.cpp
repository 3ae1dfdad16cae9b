#include "widgets/items/value_tree_model.h"

#include "widgets/items/record_text.h"
#include "widgets/shared/text.h"

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kTextBytes = 2000; // of a scalar in a row; the whole of it is in Raw
const std::string kCutName = "\u2026";   // as decode() names what it left out

bool isBranch(const ValueNode& node)
{
    return node.kind == ValueNode::Kind::Object || node.kind == ValueNode::Kind::Array;
}

QString scalarText(const ValueNode& node)
{
    const std::string_view cut = cutUtf8(node.text, kTextBytes);
    QString shown = text::plain(cut);
    if (cut.size() < node.text.size()) {
        shown += QStringLiteral("\u2026");
    }
    // A row is one line.
    shown.replace(QLatin1Char('\n'), QChar(0x21b5));
    shown.replace(QLatin1Char('\t'), QChar(0x21e5));
    return node.kind == ValueNode::Kind::String ? QLatin1Char('"') + shown + QLatin1Char('"')
                                                : shown;
}

} // namespace

QString branchText(const ValueNode& node)
{
    const bool cut = !node.children.empty() && node.children.back().name == kCutName;
    const std::size_t count = node.children.size() - (cut ? 1U : 0U);
    const QString shown =
        node.kind == ValueNode::Kind::Array
            ? text::count(count, QStringLiteral("element"), QStringLiteral("elements"))
            : text::count(count, QStringLiteral("member"), QStringLiteral("members"));
    return cut ? QStringLiteral("more than ") + shown : shown;
}

ValueTreeModel::ValueTreeModel(FieldPath::Root root, QObject* parent)
    : QAbstractItemModel(parent)
    , m_root(root)
    , m_top(std::make_unique<Item>())
{
    m_top->node = &m_scalar;
}

ValueTreeModel::~ValueTreeModel() = default;

void ValueTreeModel::setValue(DecodedPtr value)
{
    beginResetModel();
    m_value = std::move(value);
    m_top = std::make_unique<Item>();
    m_scalar = {};
    m_top->node = &m_scalar;
    if (m_value && isBranch(m_value->root)) {
        m_top->node = &m_value->root;
    } else if (m_value && m_value->format != Format::Null && m_value->format != Format::Empty) {
        m_scalar.kind = ValueNode::Kind::Object;
        m_scalar.children.push_back(m_value->root);
    }
    fetch(*m_top, kPage);
    endResetModel();
}

void ValueTreeModel::fetch(Item& item, int count)
{
    const auto& children = item.node->children;
    const std::size_t end =
        std::min(children.size(), item.children.size() + static_cast<std::size_t>(count));
    while (item.children.size() < end) {
        auto child = std::make_unique<Item>();
        child->node = &children[item.children.size()];
        child->parent = &item;
        child->row = static_cast<int>(item.children.size());
        item.children.push_back(std::move(child));
    }
}

ValueTreeModel::Item* ValueTreeModel::itemOf(const QModelIndex& index) const
{
    return index.isValid() ? static_cast<Item*>(index.internalPointer()) : m_top.get();
}

const ValueNode* ValueTreeModel::nodeOf(const QModelIndex& index) const
{
    return itemOf(index)->node;
}

FieldPath ValueTreeModel::pathOf(const QModelIndex& index) const
{
    FieldPath path;
    path.root = m_root;
    if (!m_value || m_top->node == &m_scalar) {
        return path;
    }
    for (const Item* item = itemOf(index); item->parent != nullptr; item = item->parent) {
        if (item->parent->node->kind == ValueNode::Kind::Array) {
            path.steps.emplace_back(static_cast<std::size_t>(item->row));
        } else {
            path.steps.emplace_back(item->node->name);
        }
    }
    std::reverse(path.steps.begin(), path.steps.end());
    return path;
}

QModelIndex ValueTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    const Item* const item = itemOf(parent);
    if (column != 0 || row < 0 || static_cast<std::size_t>(row) >= item->children.size()) {
        return {};
    }
    return createIndex(row, 0, item->children[static_cast<std::size_t>(row)].get());
}

QModelIndex ValueTreeModel::parent(const QModelIndex& child) const
{
    Item* const above = child.isValid() ? itemOf(child)->parent : nullptr;
    return above == nullptr || above == m_top.get() ? QModelIndex()
                                                    : createIndex(above->row, 0, above);
}

int ValueTreeModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(itemOf(parent)->children.size());
}

int ValueTreeModel::columnCount(const QModelIndex&) const
{
    return 1;
}

bool ValueTreeModel::hasChildren(const QModelIndex& parent) const
{
    return !itemOf(parent)->node->children.empty();
}

bool ValueTreeModel::canFetchMore(const QModelIndex& parent) const
{
    const Item* const item = itemOf(parent);
    return item->children.size() < item->node->children.size();
}

void ValueTreeModel::fetchMore(const QModelIndex& parent)
{
    Item* const item = itemOf(parent);
    const auto have = item->children.size();
    const auto more =
        std::min<std::size_t>(static_cast<std::size_t>(kPage), item->node->children.size() - have);
    if (more == 0) {
        return;
    }
    beginInsertRows(parent, static_cast<int>(have), static_cast<int>(have + more) - 1);
    fetch(*item, static_cast<int>(more));
    endInsertRows();
}

QVariant ValueTreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const ValueNode& node = *itemOf(index)->node;
    const bool cut = node.name == kCutName;
    const auto textOf = [&] {
        return isBranch(node) ? branchText(node) : cut ? text::plain(node.text) : scalarText(node);
    };
    switch (role) {
    case Qt::DisplayRole: {
        const QString name = text::plain(node.name);
        return name.isEmpty() ? textOf() : QString(name + QLatin1Char(' ') + textOf());
    }
    case NameRole:
        return text::plain(node.name);
    case TextRole:
        return textOf();
    case KindRole:
        return static_cast<int>(node.kind);
    case CutRole:
        return cut;
    default:
        return {};
    }
}

} // namespace hindcast
