#include "widgets/inspector/value_tree_view.h"

#include "model/capture/interchange_writer.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QAbstractItemDelegate>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QPainter>

namespace hindcast {

namespace {

constexpr int kRow = 19; // px
constexpr int kOpenedAtFirst = 60;

theme::Role roleOf(ValueNode::Kind kind)
{
    switch (kind) {
    case ValueNode::Kind::String:
        return theme::Role::Ok;
    case ValueNode::Kind::Number:
    case ValueNode::Kind::Bool:
        return theme::Role::Warning;
    case ValueNode::Kind::Object:
    case ValueNode::Kind::Array:
    case ValueNode::Kind::Null:
        break;
    }
    return theme::Role::Dim;
}

class ValueDelegate final : public QAbstractItemDelegate
{
public:
    using QAbstractItemDelegate::QAbstractItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        painter->setFont(option.font);
        const QFontMetrics metrics = painter->fontMetrics();
        QRect space = option.rect.adjusted(0, 0, -theme::kStep, 0);
        const auto draw = [&](const QString& text, theme::Role role) {
            painter->setPen(theme::color(role));
            // Only what can be seen is laid out.
            const int fits = space.width() / std::max(metrics.averageCharWidth() / 2, 1) + 4;
            const QString shown =
                metrics.elidedText(text.left(fits), Qt::ElideRight, space.width());
            painter->drawText(space, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
            space.setLeft(space.left() + metrics.horizontalAdvance(shown) +
                          metrics.horizontalAdvance(QLatin1Char(' ')));
        };
        const auto kind =
            static_cast<ValueNode::Kind>(index.data(ValueTreeModel::KindRole).toInt());
        const bool cut = index.data(ValueTreeModel::CutRole).toBool();
        const QString name = index.data(ValueTreeModel::NameRole).toString();
        if (!name.isEmpty()) {
            draw(name, cut ? theme::Role::Dim : theme::Role::Accent);
        }
        const bool open = option.state.testFlag(QStyle::State_Open);
        const bool branch = kind == ValueNode::Kind::Object || kind == ValueNode::Kind::Array;
        if (!(open && branch) && space.width() > 0) {
            draw(index.data(ValueTreeModel::TextRole).toString(),
                 cut ? theme::Role::Dim : roleOf(kind));
        }
    }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {120, kRow};
    }
};

void append(const ValueNode& node, int depth, std::size_t maxBytes, std::string& out)
{
    const auto line = [&out](int indent) {
        out += '\n';
        out.append(static_cast<std::size_t>(indent) * 2, ' ');
    };
    switch (node.kind) {
    case ValueNode::Kind::String:
        appendJsonString(node.text, out);
        return;
    case ValueNode::Kind::Number:
    case ValueNode::Kind::Bool:
        out += node.text;
        return;
    case ValueNode::Kind::Null:
        out += "null";
        return;
    case ValueNode::Kind::Object:
    case ValueNode::Kind::Array:
        break;
    }
    const bool object = node.kind == ValueNode::Kind::Object;
    out += object ? '{' : '[';
    bool first = true;
    for (const ValueNode& child : node.children) {
        if (out.size() > maxBytes) {
            return;
        }
        out += first ? "" : ",";
        first = false;
        line(depth + 1);
        if (object) {
            appendJsonString(child.name, out);
            out += ": ";
        }
        append(child, depth + 1, maxBytes, out);
    }
    if (!first) {
        line(depth);
    }
    out += object ? '}' : ']';
}

} // namespace

std::string toJsonText(const ValueNode& node, std::size_t maxBytes)
{
    std::string out;
    append(node, 0, maxBytes, out);
    return out;
}

ValueTreeView::ValueTreeView(FieldPath::Root root, QWidget* parent)
    : QTreeView(parent)
    , m_model(new ValueTreeModel(root, this))
{
    setObjectName(QStringLiteral("valueTree"));
    setModel(m_model);
    setItemDelegate(new ValueDelegate(this));
    setHeaderHidden(true);
    setUniformRowHeights(true);
    setIndentation(3 * theme::kStep + 2);
    setFrameShape(NoFrame);
    setEditTriggers(NoEditTriggers);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setAccessibleName(QStringLiteral("Value"));
    connect(this, &QWidget::customContextMenuRequested, this, &ValueTreeView::openMenu);
    restyle();
}

ValueTreeView::~ValueTreeView() = default;

void ValueTreeView::restyle()
{
    setFont(theme::fixedFont());
    QPalette colors = palette();
    colors.setColor(QPalette::Base, theme::color(theme::Role::Side));
    setPalette(colors);
    setStyleSheet(QStringLiteral("QTreeView { background: %1; }")
                      .arg(theme::color(theme::Role::Side).name()));
    viewport()->update();
}

void ValueTreeView::setValue(DecodedPtr value)
{
    m_model->setValue(std::move(value));
    int budget = kOpenedAtFirst;
    openFirst({}, 0, budget);
}

void ValueTreeView::openFirst(const QModelIndex& parent, int depth, int& budget)
{
    for (int row = 0; row < m_model->rowCount(parent) && budget > 0; ++row) {
        --budget;
        const QModelIndex index = m_model->index(row, 0, parent);
        const ValueNode* const node = m_model->nodeOf(index);
        if (node->kind == ValueNode::Kind::Object && depth < 3 &&
            static_cast<int>(node->children.size()) <= budget) {
            m_model->fetchMore(index);
            expand(index);
            openFirst(index, depth + 1, budget);
        }
    }
}

void ValueTreeView::openMenu(const QPoint& at)
{
    const QModelIndex index = indexAt(at);
    if (!index.isValid()) {
        return;
    }
    auto* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const ValueNode& node = *m_model->nodeOf(index);
    const bool scalar = node.children.empty() && node.kind != ValueNode::Kind::Object &&
                        node.kind != ValueNode::Kind::Array;
    const QString value = text::fromUtf8(scalar ? node.text : toJsonText(node));
    const QString path = text::fromUtf8(m_model->pathOf(index).toString());
    connect(menu->addAction(QStringLiteral("Copy value")), &QAction::triggered, this,
            [value] { QGuiApplication::clipboard()->setText(value); });
    connect(menu->addAction(QStringLiteral("Copy path")), &QAction::triggered, this,
            [path] { QGuiApplication::clipboard()->setText(path); });
    menu->addSeparator();
    connect(menu->addAction(QStringLiteral("Open all below")), &QAction::triggered, this,
            [this, held = QPersistentModelIndex(index)] { expandRecursively(held, 8); });
    menu->popup(viewport()->mapToGlobal(at));
}

} // namespace hindcast
