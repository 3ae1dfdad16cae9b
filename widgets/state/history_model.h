#pragma once

#include "model/replay/history.h"

#include <QAbstractListModel>

#include <memory>
#include <vector>

namespace hindcast {

// One key's versions, oldest first: when, what it was then, what changed, and whether A is before,
// on or behind it. GUI thread.
class HistoryModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        TimeRole = Qt::UserRole, // QString
        TitleRole,               // QString: what the row was, in a word
        WhatRole,                // QString: what changed
        PhaseRole,               // Phase
        DeletedRole,             // bool
        PlaceRole,               // bool: what changed is said by the record's place
    };
    enum Phase { Before, AtA, After };

    // One version as it is listed; texts are made off the GUI thread.
    struct Step
    {
        HistoryEntry entry;
        QString title;
        QString what;
        bool cut = false;       // older versions of the key were not read
        bool emptied = false;   // deleted as all rows were, by a snapshot that fills them again
        bool saysPlace = false; // `what` is the record's place
    };
    using Steps = std::shared_ptr<const std::vector<Step>>;

    // Off the GUI thread. `columns` say what stands for a row in a word: the first text among them.
    static Result<Steps> read(const VersionLog& log, const std::string& key,
                              const std::vector<ProjectionColumn>& columns);
    // Of such steps, those that gave one column its values: the value, and the record it came by.
    static Steps valuesOf(const Steps& steps, const ProjectionColumn& column);

    explicit HistoryModel(QObject* parent = nullptr);
    ~HistoryModel() override;

    void setSteps(Steps steps);
    const Steps& steps() const { return m_steps; }
    void setPrefix(Rank prefixOfA);
    // The step that made the row what it is at A; -1: none did yet.
    int current() const { return m_current; }
    void restyle();

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    int currentAt(Rank prefix) const;

    Steps m_steps;
    Rank m_prefix = 0;
    int m_current = -1;
};

} // namespace hindcast
