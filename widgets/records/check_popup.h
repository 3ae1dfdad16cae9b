#pragma once

#include <QFrame>

#include <functional>
#include <variant>
#include <vector>

class QListWidget;
class QListWidgetItem;

namespace hindcast {

// A list to tick things off in: partitions, columns. Opens under its button; what is ticked is told
// when the popup closes, so that a list is asked for once and not at each tick. GUI thread.
class CheckPopup final : public QFrame
{
    Q_OBJECT

public:
    struct Entry
    {
        QString text;
        QString detail; // dim, behind the text
        QVariant value;
        bool checked = false;
    };

    CheckPopup(const QString& title, const std::vector<Entry>& entries, QWidget* parent = nullptr);
    ~CheckPopup() override;

    // A line that adds an entry. `read` makes it from what is written, or says why it cannot.
    using Read = std::function<std::variant<Entry, QString>(const QString&)>;
    void addLine(const QString& hint, Read read);
    void openUnder(QWidget* button, bool alignRight = false);

signals:
    void chosen(const QVariantList& values);

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void setAll(bool checked);
    QListWidgetItem* add(const Entry& entry);

    QListWidget* const m_list;
    std::vector<bool> m_before;
    bool m_told = false;
};

} // namespace hindcast
