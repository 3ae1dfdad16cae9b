#pragma once

#include "model/record/moment.h"
#include "model/record/result.h"
#include "model/trace/trace_set.h"
#include "widgets/shared/async.h"
#include "widgets/shared/place.h"
#include "widgets/shared/view.h"

#include <QLineEdit>

#include <functional>
#include <optional>
#include <vector>

class QListWidget;

namespace hindcast {

// One place to go to, as the list under the box offers it.
struct GoToSuggestion
{
    Place place;
    QString title;
    QString kind;                   // "topic", "key of orders", ...
    std::optional<Moment> moment{}; // no place: A moves there
    QString newProjection{};        // no place: one is made from this topic

    friend bool operator==(const GoToSuggestion&, const GoToSuggestion&) = default;
};

// What the box can name without looking into the capture.
struct GoToNames
{
    QStringList topics;
    QStringList groups;
    QStringList projections;

    friend bool operator==(const GoToNames&, const GoToNames&) = default;
};

// Goes to anything that has a name: a topic, group, key, topic-partition@offset, time, projection
// or trace (by the beginning of its id). "key:", "topic:", "group:", "state:" and "trace:" in front
// narrow it down. A link to a moment moves A there. Offers while one types, Enter goes to the first
// or the marked one, Escape leaves. GUI thread; keys and traces are looked up on the pool.
class GoToBox final : public QLineEdit
{
    Q_OBJECT

public:
    explicit GoToBox(const ViewContext& context, QWidget* parent = nullptr);
    ~GoToBox() override;

    void setNames(const GoToNames& names);
    void setTraces(TraceSetPtr traces) { m_traces = std::move(traces); } // may be null
    // Reads a link to a moment.
    using MomentReader = std::function<Result<Moment>(const QString& link)>;
    void setMomentReader(MomentReader reader) { m_momentOf = std::move(reader); }
    const std::vector<GoToSuggestion>& suggestions() const { return m_shown; }
    // What the list says beside them; why nothing is offered, if nothing is.
    QString sentence() const;
    bool busy() const { return m_asker.busy(); }

signals:
    void suggested();
    void newProjectionRequested(const QString& topic);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void typed(const QString& text);
    void findNear(const QString& text);
    std::vector<GoToSuggestion> namesLike(const QString& typed) const;
    std::vector<GoToSuggestion> projectionsMade(const QString& typed) const;
    std::vector<GoToSuggestion> placesMeant(const QString& typed) const;
    bool knows(const std::string& topic) const;
    QString sentenceFor(const QString& typed) const;
    void addSentence(const QString& sentence);
    void offer();
    void placeList();
    void go(int row);
    void close();

    const ViewContext m_context;
    QListWidget* m_list; // a child of the window, over everything
    GoToNames m_names;
    TraceSetPtr m_traces;
    MomentReader m_momentOf;
    Asker m_asker;
    std::vector<GoToSuggestion> m_near;  // known at once
    std::vector<GoToSuggestion> m_found; // from the capture
    std::vector<GoToSuggestion> m_shown;
    bool m_goWhenFound = false; // Enter came before the answer
};

} // namespace hindcast
