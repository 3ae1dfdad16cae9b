#pragma once

#include "model/record/moment.h"
#include "widgets/shared/view.h"

#include <QJsonObject>
#include <QObject>

#include <optional>
#include <vector>

namespace hindcast {

class Documents;
class Settings;

// The tabs of each capture and of each connection, with the clock and the moments A and B, from one
// time that it is open to the next. GUI thread; owned by the application.
class KeptTabs final : public QObject
{
    Q_OBJECT

public:
    KeptTabs(const ViewContext& context, Documents* documents, Settings* settings,
             QObject* parent = nullptr);
    ~KeptTabs() override;

    // Keeps what is open for the owner so far and goes over to another one: a file's path or a
    // connection's name. Empty: what opens is not kept.
    void setOwner(const QString& owner);
    // Opens the owner's tabs, one a turn of the event loop; false: none are kept.
    bool reopen();
    bool reopening() const { return m_next < m_tabs.size(); }
    // Cheap where nothing has changed. Moments alone, which move all the time, can wait.
    void keep(bool evenMomentsAlone = true);

signals:
    void reopened();

private:
    struct Tab
    {
        Place place;
        int side = 0;
    };
    QJsonObject tabsNow() const;
    void openNext();
    void restoreMoments();

    const ViewContext m_context;
    Documents* const m_documents;
    Settings* const m_settings;
    QString m_owner;
    QJsonObject m_kept;     // as last written
    QJsonObject m_keptTabs; // the same without the moments
    std::vector<Tab> m_tabs;
    std::size_t m_next = 0;
    std::size_t m_front = 0;
    bool m_split = false;
    std::optional<Moment> m_a; // none: live
    std::optional<Moment> m_b;
    bool m_momentsWait = false; // for the first order of the capture
};

} // namespace hindcast
