// The popups and the context menu of a RecordsView.

#include "model/trace/trace_context.h"
#include "widgets/items/record_table.h"
#include "widgets/records/check_popup.h"
#include "widgets/records/filter_edit.h"
#include "widgets/records/range_popup.h"
#include "widgets/records/record_clipboard.h"
#include "widgets/records/record_conditions.h"
#include "widgets/records/records_view.h"
#include "widgets/shared/moment_control.h"
#include "widgets/shared/navigator.h"
#include "widgets/shared/text.h"
#include "widgets/shared/workspace.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QPushButton>

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kMostFields = 60; // offered in the column chooser

QStringList groupsReading(const ClusterState* cluster, const QStringList& topics)
{
    QStringList groups;
    if (cluster != nullptr) {
        for (const GroupSamplePtr& sample : cluster->groups) {
            const bool reads = std::any_of(
                sample->partitions.begin(), sample->partitions.end(), [&](const auto& partition) {
                    return topics.contains(text::fromUtf8(partition.place.topic));
                });
            if (reads) {
                groups << text::fromUtf8(sample->group);
            }
        }
    }
    return groups;
}

std::optional<Place> tracePlaceOf(const RecordView& record)
{
    const auto contexts = traceContexts(record.headers);
    if (contexts.empty()) {
        return std::nullopt;
    }
    return Place::ofTrace(text::fromUtf8(contexts.front().trace.toString()),
                          text::fromUtf8(contexts.front().span.toString()));
}

} // namespace

void RecordsView::openRange(bool from)
{
    const Workspace* const workspace = context().workspace;
    auto* const popup = new RangePopup(from ? RangePopup::Side::From : RangePopup::Side::To,
                                       from ? m_range.from : m_range.to, workspace->connected(),
                                       groupsReading(workspace->cluster().get(), m_topics), this);
    if (from && workspace->connected()) {
        popup->addKeepMatchesOnly(m_keepMatchesOnly);
        connect(popup, &RangePopup::keepMatchesOnlyChanged, this,
                [this](bool on) { m_keepMatchesOnly = on; });
    }
    connect(popup, &RangePopup::chosen, this, [this, from](const RangeEnd& end) {
        ReadRange range = m_range;
        (from ? range.from : range.to) = end;
        setRange(range);
    });
    popup->openUnder(from ? m_from : m_to);
}

void RecordsView::openPartitions()
{
    std::set<std::int32_t> all = m_range.partitions;
    if (const ClusterStatePtr cluster = context().workspace->cluster()) {
        for (const TopicState& topic : cluster->topics) {
            if (m_topics.contains(text::fromUtf8(topic.name))) {
                for (const PartitionState& partition : topic.partitions) {
                    all.insert(partition.partition);
                }
            }
        }
    }
    // Without a cluster the records say which partitions there are; a few of them are enough.
    const RowSetPtr& rows = m_model->rows();
    for (std::size_t i = 0; i < std::min<std::size_t>(rows->size(), 20'000); ++i) {
        all.insert(rows->snapshot()->row(rows->rowAt(i)).partition);
    }
    std::vector<CheckPopup::Entry> entries;
    entries.reserve(all.size());
    for (const std::int32_t partition : all) {
        entries.push_back({QStringLiteral("Partition %1").arg(partition),
                           {},
                           partition,
                           m_range.partitions.empty() || m_range.partitions.contains(partition)});
    }
    auto* const popup = new CheckPopup(QStringLiteral("Partitions"), entries, this);
    connect(popup, &CheckPopup::chosen, this,
            [this, count = entries.size()](const QVariantList& values) {
                ReadRange range = m_range;
                range.partitions.clear();
                // All, or none, is no choice.
                if (static_cast<std::size_t>(values.size()) < count) {
                    for (const QVariant& value : values) {
                        range.partitions.insert(value.toInt());
                    }
                }
                setRange(range);
            });
    popup->openUnder(m_partitions);
}

void RecordsView::openColumns()
{
    std::vector<CheckPopup::Entry> entries;
    const auto shown = m_model->fields();
    entries.reserve(shown.size() + m_surveyed.fields.size());
    for (const RecordColumn& column : shown) {
        entries.push_back({column.title, {}, text::fromUtf8(column.path.toString()), true});
    }
    for (const SurveyedField& field : m_surveyed.fields) {
        const bool there = std::any_of(shown.begin(), shown.end(),
                                       [&](const RecordColumn& c) { return c.path == field.path; });
        if (!there && entries.size() < kMostFields) {
            entries.push_back(
                {fieldColumn(field.path, false).title,
                 text::number(static_cast<qint64>(field.present * 100 /
                                                  std::max<std::size_t>(m_surveyed.records, 1))) +
                     QStringLiteral(" %"),
                 text::fromUtf8(field.path.toString()), false});
        }
    }
    auto* const popup = new CheckPopup(QStringLiteral("Columns"), entries, this);
    popup->addLine(QStringLiteral("Add a path, as value.customer.id or header.traceparent"),
                   [](const QString& written) -> std::variant<CheckPopup::Entry, QString> {
                       const auto path = FieldPath::parse(text::toUtf8(written.trimmed()));
                       if (!path) {
                           return text::fromUtf8(path.error().message);
                       }
                       return CheckPopup::Entry{fieldColumn(*path, false).title,
                                                {},
                                                text::fromUtf8(path->toString()),
                                                true};
                   });
    connect(popup, &CheckPopup::chosen, this, [this](const QVariantList& values) {
        m_columnsChosen = true;
        std::vector<RecordColumn> fields;
        for (const QVariant& value : values) {
            if (const auto path = FieldPath::parse(text::toUtf8(value.toString()))) {
                const SurveyedField* const known = m_surveyed.find(*path);
                fields.push_back(fieldColumn(*path, known != nullptr && known->numeric));
            }
        }
        m_model->setFields(fields);
    });
    popup->openUnder(m_columnsButton, true);
}

void RecordsView::addCondition(const std::optional<QString>& condition)
{
    if (condition) {
        m_filterEdit->addCondition(*condition);
        m_filterEdit->setCursorPosition(0);
        search();
    }
}

void RecordsView::copy(const QString& text)
{
    QGuiApplication::clipboard()->setText(text);
}

std::unique_ptr<QMenu> RecordsView::menuFor(const QModelIndex& index)
{
    auto menu = std::make_unique<QMenu>(this);
    if (!index.isValid()) {
        return menu;
    }
    // A row in sight is in the block cache, so this reads memory.
    const Row row = m_model->rowAt(index.row());
    const CaptureSnapshotPtr snapshot = m_model->rows()->snapshot();
    const auto stored = snapshot->record(row);
    if (!stored) {
        menu->addAction(text::plain(stored.error().message))->setEnabled(false);
        return menu;
    }
    const RecordView record = stored->view();
    const RecordColumn column = m_model->columns()[static_cast<std::size_t>(index.column())];
    const RecordPlace at = m_model->placeAt(index.row());
    const auto add = [&menu](const char* name, const QString& title, auto&& call) {
        QAction* const action = menu->addAction(title);
        action->setObjectName(QLatin1String(name));
        connect(action, &QAction::triggered, action, std::forward<decltype(call)>(call));
        return action;
    };

    const auto condition = conditionFor(record, column);
    const auto exclusion = conditionFor(record, column, true);
    add("filterBy", QStringLiteral("Filter by this value"), [this, condition] {
        addCondition(condition);
    })->setEnabled(condition.has_value());
    add("exclude", QStringLiteral("Exclude this value"), [this, exclusion] {
        addCondition(exclusion);
    })->setEnabled(exclusion.has_value());
    const auto sameKey = conditionFor(record, {RecordColumn::What::Key, {}, {}, false});
    add("sameKey", QStringLiteral("Same key"), [this, sameKey] {
        m_filterEdit->setText(sameKey.value_or(QString()));
        search();
    })->setEnabled(record.key.has_value() && sameKey.has_value());

    menu->addSeparator();
    add("setA", QStringLiteral("Set A here"), [this, row] {
        const int now = m_model->indexOf(row);
        if (now >= 0) {
            setMomentTo(now);
        }
    });
    const auto moveTo = [this, row](const Place& place) {
        const int now = m_model->indexOf(row);
        if (now >= 0) {
            setMomentTo(now);
        }
        context().navigator->open(place);
    };
    const auto state = m_statePlace ? m_statePlace(at) : std::nullopt;
    add("stateHere", QStringLiteral("State here"), [this, moveTo, state] {
        moveTo(*state);
        context().navigator->select(*state);
    })->setEnabled(state.has_value());
    const auto trace = tracePlaceOf(record);
    add("followTrace", QStringLiteral("Follow trace"), [this, trace] {
        context().navigator->open(*trace);
    })->setEnabled(trace.has_value());
    const QStringList groups =
        groupsReading(context().workspace->cluster().get(), {text::fromUtf8(record.topic)});
    const auto lagPlace = [at](const QString& group) {
        Place place = Place::ofGroup(group);
        place.record = at;
        return place;
    };
    if (groups.size() <= 1) {
        add("lagHere", QStringLiteral("Lag here"), [moveTo, groups, lagPlace] {
            moveTo(lagPlace(groups.first()));
        })->setEnabled(!groups.isEmpty());
    } else {
        QMenu* const lag = menu->addMenu(QStringLiteral("Lag here"));
        for (const QString& group : groups) {
            connect(lag->addAction(text::plain(text::toUtf8(group))), &QAction::triggered, this,
                    [moveTo, lagPlace, group] { moveTo(lagPlace(group)); });
        }
    }

    menu->addSeparator();
    const QModelIndex cell = index;
    add("copyValue", QStringLiteral("Copy value"), [this, stored] {
        copy(text::fromUtf8(stored->view().value.value_or(std::string_view{})));
    });
    add("copyKey", QStringLiteral("Copy key"), [this, stored] {
        copy(text::fromUtf8(stored->view().key.value_or(std::string_view{})));
    })->setEnabled(record.key.has_value());
    add("copyCell", QStringLiteral("Copy cell"),
        [this, shown = cell.data().toString()] { copy(shown); });
    add("copyPlace", QStringLiteral("Copy place"),
        [this, at] { copy(text::fromUtf8(at.toString())); });
    add("copyRow", QStringLiteral("Copy row"),
        [this, snapshot, row] { copy(recordsAsTsv(*snapshot, {row}, m_model->columns())); });
    add("copyRowJson", QStringLiteral("Copy row as JSON"),
        [this, snapshot, row] { copy(recordsAsJson(*snapshot, {row})); });
    return menu;
}

} // namespace hindcast
