#pragma once

#include "widgets/inspector/loaded_record.h"
#include "widgets/shared/async.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QsciScintilla;

namespace hindcast {

// A payload's bytes: as text, as indented JSON, or in hex. Made off the GUI thread when the page is
// looked at, and cut at a size that shows at once; long lines are broken, as laying out one line of
// megabytes would stop the window. GUI thread.
class RawPage final : public QWidget
{
    Q_OBJECT

public:
    enum class Mode { Formatted, Text, Hex };
    static constexpr std::size_t kShown = 64U << 10;   // bytes, until asked for more
    static constexpr std::size_t kShownAll = 8U << 20; // an editor's limit, not a viewer's
    static constexpr std::size_t kLongestLine = 2000;  // bytes

    explicit RawPage(QWidget* parent = nullptr);
    ~RawPage() override;

    void setRecord(LoadedRecordPtr record);
    Mode mode() const { return m_mode; }
    QString text() const;
    QString note() const;
    void restyle();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void setMode(Mode mode);
    void update();

    LoadedRecordPtr m_record;
    Mode m_mode = Mode::Formatted;
    bool m_all = false;
    bool m_stale = true;
    Asker m_maker;
    QsciScintilla* const m_editor;
    QLabel* const m_note;
    QPushButton* const m_showAll;
    std::vector<QPushButton*> m_modes;
};

// What the page shows, for any thread.
struct RawText
{
    std::string text;      // UTF-8, hostile characters made visible
    std::size_t shown = 0; // bytes of the payload it stands for
    bool broken = false;   // long lines were broken
};
RawText makeRawText(std::string_view bytes, const Decoded& decoded, RawPage::Mode mode,
                    std::size_t maxBytes);

} // namespace hindcast
