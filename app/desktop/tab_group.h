#pragma once

#include <QTabWidget>

namespace hindcast {

class View;

// One row of tabs with their views. Tabs can be moved, closed (by their button or the middle mouse
// button) and pinned; their menu offers what a tab can do.
class TabGroup final : public QTabWidget
{
    Q_OBJECT

public:
    explicit TabGroup(QWidget* parent = nullptr);
    ~TabGroup() override;

    void add(View* view);
    View* view(int index) const;
    View* currentView() const { return view(currentIndex()); }
    void restyle();

signals:
    void closeRequested(View* view);
    void splitRequested(View* view);

protected:
    void tabInserted(int index) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void describe(View* view);
    void showMenu(const QPoint& at);
};

} // namespace hindcast
