#pragma once

#include "model/replay/trust.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace hindcast {

// The line under a state: how far it can be believed and why, how many rows, its hash. GUI thread.
class StateBottom final : public QWidget
{
    Q_OBJECT

public:
    explicit StateBottom(QWidget* parent = nullptr);
    ~StateBottom() override;

    struct Content
    {
        TrustReport trust;
        bool trustKnown = false;
        std::size_t rows = 0;
        std::size_t shown = 0; // fewer with a filter
        bool filtered = false;
        QString hash;        // empty: being worked out
        QString note;        // of the fold: what was left out
        bool current = true; // false: of an earlier moment
    };
    void setContent(const Content& content);
    void restyle();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();

    QGridLayout* m_layout = nullptr;
    bool m_beside = true; // the reason stands in the first line
    QLabel* m_good = nullptr;
    QLabel* m_bad = nullptr;
    QLabel* m_rows = nullptr;
    Content m_content;
};

} // namespace hindcast
