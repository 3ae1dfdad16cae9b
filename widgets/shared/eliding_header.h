#pragma once

#include <QHeaderView>

namespace hindcast {

// A table's header whose names end with an ellipsis where they do not fit: under a style sheet Qt
// cuts them through a letter, whatever its own elide mode says. GUI thread.
class ElidingHeader final : public QHeaderView
{
    Q_OBJECT

public:
    explicit ElidingHeader(QWidget* parent = nullptr);
    ~ElidingHeader() override;

protected:
    void initStyleOptionForIndex(QStyleOptionHeader* option, int section) const override;
};

} // namespace hindcast
