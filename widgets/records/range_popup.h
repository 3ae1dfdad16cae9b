#pragma once

#include "widgets/records/read_range.h"

#include <QFrame>

#include <map>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QRadioButton;
class QVBoxLayout;

namespace hindcast {

// Where a list starts, or where it ends: opens under its button, and closes with a choice. A choice
// that needs nothing more is taken with one click. GUI thread; deletes itself when closed.
class RangePopup final : public QFrame
{
    Q_OBJECT

public:
    enum class Side { From, To };

    // `connected`: what reads from the broker is offered too.
    RangePopup(Side side, const RangeEnd& current, bool connected, const QStringList& groups,
               QWidget* parent = nullptr);
    ~RangePopup() override;

    // Adds the choice what a search keeps.
    void addKeepMatchesOnly(bool on);
    void openUnder(QWidget* button);

signals:
    void chosen(const hindcast::RangeEnd& end);
    void keepMatchesOnlyChanged(bool on);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRadioButton* addChoice(RangeEnd::Kind kind, const QString& text, QWidget* field = nullptr);
    void apply();
    void complain(const QString& sentence);

    const Side m_side;
    QVBoxLayout* const m_layout;
    QButtonGroup* const m_choices;
    std::map<RangeEnd::Kind, QWidget*> m_fields;
    QLabel* m_complaint = nullptr;
    bool m_ready = false; // clicks count
};

} // namespace hindcast
