#pragma once

#include "widgets/connect/connect_form.h"
#include "widgets/shared/view.h"

class QLabel;
class QToolButton;

namespace hindcast {

// The connect form as a tab.
class ConnectPage final : public View
{
    Q_OBJECT

public:
    explicit ConnectPage(const ViewContext& context, QWidget* parent = nullptr);
    ~ConnectPage() override;

    ConnectForm* form() const { return m_form; }
    Place place() const override;
    QString title() const override;
    void restyle() override;

private:
    ConnectForm* m_form;
};

// F1: what the keys do.
class KeysPage final : public View
{
    Q_OBJECT

public:
    explicit KeysPage(const ViewContext& context, QWidget* parent = nullptr);
    ~KeysPage() override;

    Place place() const override;
    QString title() const override;
    void restyle() override;
};

// What the centre shows while nothing is open: the two ways to begin.
class StartPage final : public QWidget
{
    Q_OBJECT

public:
    explicit StartPage(QWidget* parent = nullptr);
    ~StartPage() override;

    // A capture or a connection is there: only a view has to be chosen.
    void setOccupied(bool occupied);
    void restyle();

signals:
    void openRequested();
    void connectRequested();

private:
    QLabel* m_heading;
    QLabel* m_lead;
};

} // namespace hindcast
