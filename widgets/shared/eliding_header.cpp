#include "widgets/shared/eliding_header.h"

#include <QStyleOptionHeader>

namespace hindcast {

namespace {

constexpr int kPadding = 8; // px at either side, as the style sheet has it

} // namespace

ElidingHeader::ElidingHeader(QWidget* parent)
    : QHeaderView(Qt::Horizontal, parent)
{
}

ElidingHeader::~ElidingHeader() = default;

void ElidingHeader::initStyleOptionForIndex(QStyleOptionHeader* option, int section) const
{
    QHeaderView::initStyleOptionForIndex(option, section);
    option->text = option->fontMetrics.elidedText(option->text, Qt::ElideRight,
                                                  sectionSize(section) - 2 * kPadding);
}

} // namespace hindcast
