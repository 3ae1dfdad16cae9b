#pragma once

#include "widgets/items/value_tree_model.h"

#include <QTreeView>

namespace hindcast {

// A payload as a tree: names in one colour, values by their type; always plain text. GUI thread.
class ValueTreeView final : public QTreeView
{
    Q_OBJECT

public:
    explicit ValueTreeView(FieldPath::Root root, QWidget* parent = nullptr);
    ~ValueTreeView() override;

    // Opens what a person would open first: objects near the top, no arrays.
    void setValue(DecodedPtr value);
    const ValueTreeModel* tree() const { return m_model; }
    void restyle();

private:
    void openFirst(const QModelIndex& parent, int depth, int& budget);
    void openMenu(const QPoint& at);

    ValueTreeModel* const m_model;
};

// A node as JSON, indented, numbers as they were written.
std::string toJsonText(const ValueNode& node, std::size_t maxBytes = std::string::npos);

} // namespace hindcast
