#include "widgets/items/record_table_model.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QThread>

#include <algorithm>
#include <limits>

namespace hindcast {

namespace {

constexpr int kAround = 80; // rows loaded beyond the window, both ways
constexpr int kMostAtOnce = 512;

const QString kLoading = QStringLiteral("\u2026");

std::vector<RecordColumn> baseColumns(bool topic, const std::vector<RecordColumn>& fields)
{
    using What = RecordColumn::What;
    std::vector<RecordColumn> columns;
    columns.push_back({What::Time, {}, QStringLiteral("Time"), false});
    if (topic) {
        columns.push_back({What::Topic, {}, QStringLiteral("Topic"), false});
    }
    columns.push_back({What::Partition, {}, QStringLiteral("Part"), true});
    columns.push_back({What::Offset, {}, QStringLiteral("Offset"), true});
    columns.push_back({What::Key, {}, QStringLiteral("Key"), false});
    columns.insert(columns.end(), fields.begin(), fields.end());
    columns.push_back({What::Value, {}, QStringLiteral("Value"), false});
    return columns;
}

QString typeOf(TimestampType type)
{
    switch (type) {
    case TimestampType::CreateTime:
        return QStringLiteral(" (create)");
    case TimestampType::LogAppendTime:
        return QStringLiteral(" (log append)");
    case TimestampType::None:
        break;
    }
    return {};
}

} // namespace

RecordColumn fieldColumn(const FieldPath& path, bool numeric)
{
    QString title = text::plain(path.toString());
    const QString value = QStringLiteral("value.");
    if (title.startsWith(value)) {
        title.remove(0, value.size());
    }
    return {RecordColumn::What::Field, path, title, numeric};
}

RecordTableModel::RecordTableModel(QObject* parent)
    : QAbstractTableModel(parent)
    , m_columns(baseColumns(false, {}))
    , m_loader(new RecordTextLoader(this))
    , m_fixedFont(theme::fixedFont())
{
    m_loadSoon.setSingleShot(true);
    m_loadSoon.setInterval(0); // after the paint that asked, all its rows at once
    connect(&m_loadSoon, &QTimer::timeout, this, &RecordTableModel::loadWindow);
    connect(m_loader, &RecordTextLoader::loaded, this, &RecordTableModel::textsLoaded);
}

RecordTableModel::~RecordTableModel() = default;

void RecordTableModel::take(RowSetPtr rows)
{
    m_rows = std::move(rows);
    const TimeOrderPtr& order = m_rows->order();
    if (order && m_rows->size() > 0) {
        const auto day = [&](std::size_t index) {
            const Timestamp t = order->timeAt(order->rankOf(m_rows->rowAt(index)));
            return text::dateTime(t).left(10);
        };
        m_showDate = day(0) != day(m_rows->size() - 1);
    }
    updateSource();
}

void RecordTableModel::updateSource()
{
    std::vector<FieldPath> paths;
    for (const RecordColumn& column : m_columns) {
        if (column.what == RecordColumn::What::Field) {
            paths.push_back(column.path);
        }
    }
    m_loader->setSource(m_rows->snapshot(), std::move(paths));
}

void RecordTableModel::setRows(RowSetPtr rows)
{
    Q_ASSERT(QThread::currentThread() == thread());
    beginResetModel();
    m_wantFirst = m_wantLast = -1;
    take(std::move(rows));
    endResetModel();
}

void RecordTableModel::grow(const RowSetGrowth& growth)
{
    Q_ASSERT(QThread::currentThread() == thread());
    if (growth.older != m_rows) {
        setRows(growth.next); // grown from a list that was not shown
        return;
    }
    const bool middle = growth.kind == RowSetGrowth::Kind::Middle;
    const int before = rowCount();
    const int after = static_cast<int>(growth.next->size());
    if (after > before) {
        beginInsertRows({}, before, after - 1);
        take(middle ? growth.appended : growth.next);
        endInsertRows();
    } else {
        take(middle ? growth.appended : growth.next);
    }
    if (!middle) {
        return;
    }
    // A fast stream is out of order all the time, near its end: where no selection is among the
    // rows that moved, saying that they show something else is enough, and costs nothing with
    // millions.
    const int moved = static_cast<int>(growth.firstMoved);
    const QModelIndexList from = persistentIndexList();
    if (std::none_of(from.begin(), from.end(),
                     [moved](const QModelIndex& index) { return index.row() >= moved; })) {
        take(growth.next);
        emit dataChanged(index(moved, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    QModelIndexList to;
    to.reserve(from.size());
    for (const QModelIndex& index : from) {
        const auto at = growth.next->indexOf(rowAt(index.row()));
        to.append(at ? createIndex(static_cast<int>(*at), index.column()) : QModelIndex());
    }
    take(growth.next);
    changePersistentIndexList(from, to);
    emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

void RecordTableModel::setColumns(std::vector<RecordColumn> columns)
{
    if (columns == m_columns) {
        return;
    }
    // Field columns come and go in front of the last one; the rest of the row stays.
    const auto same =
        std::mismatch(m_columns.begin(), m_columns.end(), columns.begin(), columns.end());
    const int kept = static_cast<int>(same.first - m_columns.begin());
    const auto tailOf = [kept](const std::vector<RecordColumn>& all, std::size_t tail) {
        return static_cast<int>(all.size() - tail) - kept;
    };
    std::size_t tail = 0;
    while (tail + static_cast<std::size_t>(kept) < std::min(m_columns.size(), columns.size()) &&
           m_columns[m_columns.size() - 1 - tail] == columns[columns.size() - 1 - tail]) {
        ++tail;
    }
    const int gone = tailOf(m_columns, tail);
    const int come = tailOf(columns, tail);
    if (gone > 0) {
        beginRemoveColumns({}, kept, kept + gone - 1);
        m_columns.erase(m_columns.begin() + kept, m_columns.begin() + kept + gone);
        updateSource();
        endRemoveColumns();
    }
    if (come > 0) {
        beginInsertColumns({}, kept, kept + come - 1);
        m_columns = std::move(columns);
        updateSource();
        endInsertColumns();
    }
}

void RecordTableModel::setTopicShown(bool shown)
{
    if (shown != m_topicShown) {
        m_topicShown = shown;
        setColumns(baseColumns(shown, fields()));
    }
}

void RecordTableModel::setFields(const std::vector<RecordColumn>& fields)
{
    setColumns(baseColumns(m_topicShown, fields));
}

std::vector<RecordColumn> RecordTableModel::fields() const
{
    std::vector<RecordColumn> fields;
    std::copy_if(m_columns.begin(), m_columns.end(), std::back_inserter(fields),
                 [](const RecordColumn& c) { return c.what == RecordColumn::What::Field; });
    return fields;
}

int RecordTableModel::columnOf(RecordColumn::What what) const
{
    const auto found = std::find_if(m_columns.begin(), m_columns.end(),
                                    [what](const RecordColumn& c) { return c.what == what; });
    return found == m_columns.end() ? -1 : static_cast<int>(found - m_columns.begin());
}

RecordPlace RecordTableModel::placeAt(int index) const
{
    return m_rows->snapshot()->placeOf(rowAt(index));
}

int RecordTableModel::indexOf(Row row) const
{
    const auto at = m_rows->indexOf(row);
    return at ? static_cast<int>(*at) : -1;
}

void RecordTableModel::setWindow(int first, int last)
{
    m_windowFirst = first;
    m_windowLast = last;
}

void RecordTableModel::want(int row) const
{
    m_wantFirst = m_wantFirst < 0 ? row : std::min(m_wantFirst, row);
    m_wantLast = std::max(m_wantLast, row);
    if (!m_loadSoon.isActive()) {
        m_loadSoon.start();
    }
}

void RecordTableModel::loadWindow()
{
    const int count = rowCount();
    int first = m_wantFirst;
    int last = std::min(m_wantLast, count - 1);
    m_wantFirst = m_wantLast = -1;
    if (first < 0 || last < first) {
        return;
    }
    // A tester or an exporter may ask for rows far apart; the window is what a person looks at.
    if (last - first > kMostAtOnce) {
        first = std::clamp(m_windowFirst, 0, last);
        last = std::clamp(m_windowLast, first, std::min(count - 1, first + kMostAtOnce));
    }
    std::vector<Row> rows;
    for (int i = first; i <= last; ++i) {
        rows.push_back(rowAt(i));
    }
    for (int i = last + 1; i <= std::min(count - 1, last + kAround); ++i) {
        rows.push_back(rowAt(i));
    }
    for (int i = first - 1; i >= std::max(0, first - kAround); --i) {
        rows.push_back(rowAt(i));
    }
    m_loader->load(std::move(rows));
}

void RecordTableModel::textsLoaded(const std::vector<Row>& rows)
{
    int first = std::numeric_limits<int>::max();
    int last = -1;
    for (const Row row : rows) {
        const int at = indexOf(row);
        if (at >= 0) {
            first = std::min(first, at);
            last = std::max(last, at);
        }
    }
    const int key = columnOf(RecordColumn::What::Key);
    if (last >= 0) {
        emit dataChanged(index(first, std::max(key, 0)), index(last, columnCount() - 1));
    }
}

void RecordTableModel::restyle()
{
    m_fixedFont = theme::fixedFont();
    if (rowCount() > 0) {
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
    emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
}

int RecordTableModel::rowCount(const QModelIndex& parent) const
{
    constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<int>::max() - 1);
    return parent.isValid() ? 0 : static_cast<int>(std::min(m_rows->size(), kMost));
}

int RecordTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

int RecordTableModel::fieldNumber(int column) const
{
    const int first = columnOf(RecordColumn::What::Key) + 1;
    return column - first;
}

QVariant RecordTableModel::display(int row, const RecordColumn& column, int number) const
{
    using What = RecordColumn::What;
    const RowInfo info = m_rows->snapshot()->row(rowAt(row));
    switch (column.what) {
    case What::Time:
        return m_showDate ? text::dateTime(info.timestamp) : text::time(info.timestamp);
    case What::Topic:
        return text::plain(m_rows->snapshot()->topics()[info.topic]);
    case What::Partition:
        return text::number(static_cast<qint64>(info.partition));
    case What::Offset:
        return text::number(static_cast<qint64>(info.offset));
    case What::Key:
    case What::Field:
    case What::Value:
        break;
    }
    const RecordText* const made = textAt(row);
    if (made == nullptr) {
        want(row);
        return kLoading;
    }
    if (column.what == What::Key) {
        return made->keyIsNull ? QStringLiteral("null") : made->key;
    }
    if (column.what == What::Value) {
        return made->format == Format::Null && made->problem.isEmpty() ? QStringLiteral("null")
                                                                       : made->value;
    }
    const auto at = static_cast<std::size_t>(number);
    return at < made->fields.size() ? made->fields[at].text : QString();
}

QVariant RecordTableModel::toolTip(int row, const RecordColumn& column, int number) const
{
    const RowInfo info = m_rows->snapshot()->row(rowAt(row));
    const RecordText* const made = textAt(row);
    if (column.what == RecordColumn::What::Time) {
        return QVariant(QString(text::full(info.timestamp) +
                                (made != nullptr ? typeOf(made->timestampType) : QString())));
    }
    if (made == nullptr) {
        return {};
    }
    QString tip;
    switch (column.what) {
    case RecordColumn::What::Key:
        tip = made->keyIsNull ? QStringLiteral("The key is null.") : made->key;
        break;
    case RecordColumn::What::Value:
        if (!made->problem.isEmpty()) {
            tip = made->problem;
        } else if (made->format == Format::Null) {
            tip = QStringLiteral("The value is null: a tombstone.");
        } else {
            tip = made->value;
        }
        break;
    case RecordColumn::What::Field: {
        const auto at = static_cast<std::size_t>(number);
        tip = at < made->fields.size() ? made->fields[at].text : QString();
        break;
    }
    case RecordColumn::What::Time:
    case RecordColumn::What::Topic:
    case RecordColumn::What::Partition:
    case RecordColumn::What::Offset:
        break;
    }
    // Tool tips read markup unless told otherwise.
    return tip.isEmpty() ? QVariant()
                         : QVariant(QStringLiteral("<p>%1</p>").arg(tip.toHtmlEscaped()));
}

QVariant RecordTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) {
        return {};
    }
    using What = RecordColumn::What;
    const RecordColumn& column = m_columns[static_cast<std::size_t>(index.column())];
    const int number = fieldNumber(index.column());
    const bool fixed = column.what != What::Topic && (column.what != What::Field || column.numeric);
    switch (role) {
    case Qt::DisplayRole:
        return display(index.row(), column, number);
    case Qt::ToolTipRole:
        return toolTip(index.row(), column, number);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter |
                                   (column.numeric ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::FontRole:
        return fixed ? QVariant(m_fixedFont) : QVariant();
    case FixedFontRole:
        return fixed;
    case RowRole:
        return rowAt(index.row());
    case WhatRole:
        return static_cast<int>(column.what);
    case DimRole: {
        if (column.what == What::Value) {
            return true;
        }
        const RecordText* const made = textAt(index.row());
        if (column.what == What::Key) {
            return made == nullptr || made->keyIsNull || made->keyIsBinary;
        }
        if (column.what == What::Field) {
            const auto at = static_cast<std::size_t>(number);
            return made == nullptr || at >= made->fields.size() ||
                   made->fields[at].kind == FieldValue::Kind::Null ||
                   made->fields[at].kind == FieldValue::Kind::Missing;
        }
        return false;
    }
    case ProblemRole: {
        const RecordText* const made = textAt(index.row());
        return made != nullptr ? made->problem : QString();
    }
    case TopicRole: {
        const RowInfo info = m_rows->snapshot()->row(rowAt(index.row()));
        return text::fromUtf8(m_rows->snapshot()->topics()[info.topic]);
    }
    default:
        return {};
    }
}

QVariant RecordTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    const RecordColumn& column = m_columns[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole:
        return column.title;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter |
                                   (column.numeric ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::ToolTipRole:
        switch (column.what) {
        case RecordColumn::What::Time:
            return QStringLiteral("The record's own timestamp. Rows stand in the capture's time "
                                  "order.");
        case RecordColumn::What::Field:
            return QStringLiteral("<p>%1</p>")
                .arg(text::plain(column.path.toString()).toHtmlEscaped());
        default:
            return {};
        }
    default:
        return {};
    }
}

} // namespace hindcast
