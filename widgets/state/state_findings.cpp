#include "widgets/state/state_findings.h"

#include "widgets/shared/hairline.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/row_delegate.h"
#include "widgets/shared/text.h"
#include "widgets/state/findings_model.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace hindcast {

namespace {

constexpr int kMostRows = 6; // in sight at once
constexpr int kTimeWidth = 110;
constexpr int kRecordWidth = 170;
constexpr int kKeyWidth = 150;

} // namespace

StateFindings::StateFindings(QWidget* parent)
    : QWidget(parent)
    , m_model(new FindingsModel(this))
    , m_words(new QLabel(this))
    , m_list(new QPushButton(tr("List"), this))
    , m_table(new QTableView(this))
{
    setObjectName(QStringLiteral("findings"));
    m_words->setObjectName(QStringLiteral("findingsWords"));
    m_words->setTextFormat(Qt::PlainText);
    m_words->setWordWrap(true);
    m_list->setObjectName(QStringLiteral("findingsList"));
    m_list->setCheckable(true);
    m_list->setToolTip(tr("Each with its record and its key"));
    m_table->setObjectName(QStringLiteral("findingsTable"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new RowDelegate(m_table));
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setCornerButtonEnabled(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setMinimumSectionSize(theme::kRowHeight);
    m_table->verticalHeader()->setDefaultSectionSize(theme::kRowHeight);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setColumnWidth(FindingsModel::Time, kTimeWidth);
    m_table->setColumnWidth(FindingsModel::Record, kRecordWidth);
    m_table->setColumnWidth(FindingsModel::Key, kKeyWidth);
    m_table->hide();

    auto* const line = new QHBoxLayout;
    line->setContentsMargins(10, 4, 10, 4);
    line->setSpacing(8);
    line->addWidget(m_words, 1);
    line->addWidget(m_list);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(hairline(this));
    layout->addLayout(line);
    layout->addWidget(m_table);

    connect(m_list, &QPushButton::toggled, m_table, &QTableView::setVisible);
    connect(m_table, &QTableView::clicked, this,
            [this](const QModelIndex& at) { choose(at.row()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& at) {
                if (at.isValid() && m_table->hasFocus()) {
                    choose(at.row());
                }
            });
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex& at) { emit recordRequested(m_model->at(at.row()).place); });
    hide();
    restyle();
}

StateFindings::~StateFindings() = default;

void StateFindings::choose(int row)
{
    const FoldFinding& finding = m_model->at(row);
    emit chosen(finding.rank, QByteArray::fromStdString(finding.key));
}

void StateFindings::setState(const VersionLogPtr& log, Rank prefix)
{
    m_model->setLog(log);
    m_model->setPrefix(prefix);
    m_all = log ? log->report().findings : 0;
    setVisible(m_all > 0);
    if (m_all == 0) {
        return;
    }
    const int rows = std::min(m_model->rowCount(), kMostRows);
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() +
                            rows * theme::kRowHeight + 2);
    say();
}

void StateFindings::say()
{
    const auto listed = static_cast<std::uint64_t>(m_model->rowCount());
    const auto before = static_cast<std::uint64_t>(m_model->before());
    // Of more than are listed it is not known how many are inside A, but where all listed ones are
    // behind it, none is.
    const bool atLeast = listed < m_all && before == listed;
    const QString all = text::number(static_cast<qint64>(m_all));
    QString words = before == 0
                        ? tr("Every transition up to A was allowed; %1 in all were not").arg(all)
                        : tr("\u25C6 %1%2 not allowed up to A")
                              .arg(atLeast ? tr("At least ") : QString(),
                                   text::count(before, tr("transition"), tr("transitions")));
    if (before > 0 && before < m_all) {
        words += tr(", %1 in all").arg(all);
    }
    if (listed < m_all) {
        words += tr("; the first %1 are listed").arg(text::number(static_cast<qint64>(listed)));
    }
    m_words->setText(words + QLatin1Char('.'));
    theme::setTextColor(m_words, before > 0 ? theme::Role::Warning : theme::Role::Dim);
}

void StateFindings::restyle()
{
    m_model->restyle();
    if (m_all > 0) {
        say();
    }
}

} // namespace hindcast
