#pragma once

#include "model/replay/trust.h"

#include <QWidget>

#include <optional>
#include <utility>

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
        std::size_t rows = 0; // at A
        // Where not all are shown: how many of them, by a filter, or how many differ at B.
        std::optional<std::size_t> shown;
        std::optional<std::size_t> differing;
        // What the filter lets through at B, of how many.
        std::optional<std::pair<std::size_t, std::size_t>> shownAtB;
        QString hash;        // empty: being worked out
        QString note;        // of the fold: what was left out
        QString instead;     // of the trust: what there is to say before it
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
