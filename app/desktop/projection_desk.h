#pragma once

#include "widgets/shared/view.h"

#include <QObject>

namespace hindcast {

class MainWindow;
class ProjectionStore;

// What the explorer's menu does with definitions: makes one from a topic's records, opens it with
// its editor, copies and deletes it. What fails is said in the status bar. GUI thread; owned by the
// application.
class ProjectionDesk final : public QObject
{
    Q_OBJECT

public:
    ProjectionDesk(const ViewContext& context, ProjectionStore* store, MainWindow* window,
                   QObject* parent = nullptr);
    ~ProjectionDesk() override;

    // Of what the capture holds of the topic; where that is nothing, some of it is read first.
    void makeFrom(const QString& topic);
    void edit(const QString& name);
    void duplicate(const QString& name);
    void askToDelete(const QString& name);

private:
    void readSome(const QString& topic);
    void readEnded();
    void proposeIt();
    bool held() const; // the capture has records of the topic
    void proposed(const QString& topic, const QString& text, const QString& problem);
    void remove(const QString& name);
    void say(const QString& problem);

    const ViewContext m_context;
    ProjectionStore* const m_store;
    MainWindow* const m_window;
    QString m_topic; // a projection of it is being made; empty: none
    quint64 m_read = 0;
};

} // namespace hindcast
