#include "widgets/inspector/raw_page.h"

#include "widgets/inspector/value_tree_view.h"
#include "widgets/items/record_text.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <Qsci/qscilexerjson.h>
#include <Qsci/qsciscintilla.h>

#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kHexLine = 8; // bytes; what fits beside their text in a narrow pane

std::string hexLines(std::string_view bytes)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 5);
    for (std::size_t at = 0; at < bytes.size(); at += kHexLine) {
        for (int shift = 20; shift >= 0; shift -= 4) {
            out += kDigits[(at >> shift) & 15U];
        }
        out += "  ";
        std::string readable;
        for (std::size_t i = at; i < at + kHexLine; ++i) {
            if (i >= bytes.size()) {
                out += "   ";
                continue;
            }
            const auto byte = static_cast<unsigned char>(bytes[i]);
            out += kDigits[byte >> 4U];
            out += kDigits[byte & 15U];
            out += ' ';
            readable += byte >= 0x20 && byte < 0x7f ? bytes[i] : '.';
        }
        out += ' ';
        out += readable;
        out += '\n';
    }
    return out;
}

std::string brokenLines(std::string_view text, bool& broken)
{
    std::string out;
    out.reserve(text.size() + text.size() / RawPage::kLongestLine + 1);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        while (line.size() > RawPage::kLongestLine) {
            const std::string_view piece = cutUtf8(line, RawPage::kLongestLine);
            out += piece;
            out += '\n';
            line.remove_prefix(std::max<std::size_t>(piece.size(), 1));
            broken = true;
        }
        out += line;
        out += '\n';
    }
    if (!out.empty()) {
        out.pop_back();
    }
    return out;
}

} // namespace

RawText makeRawText(std::string_view bytes, const Decoded& decoded, RawPage::Mode mode,
                    std::size_t maxBytes)
{
    RawText raw;
    if (mode == RawPage::Mode::Hex) {
        const std::string_view cut = bytes.substr(0, maxBytes / 4); // four characters a byte
        raw.shown = cut.size();
        raw.text = hexLines(cut);
        return raw;
    }
    std::string whole;
    if (mode == RawPage::Mode::Formatted && decoded.format == Format::Json &&
        bytes.size() <= maxBytes) {
        whole = toJsonText(decoded.root);
        raw.shown = bytes.size();
    } else {
        whole = cutUtf8(bytes, maxBytes);
        raw.shown = whole.size();
    }
    raw.text = brokenLines(text::toUtf8(text::plain(whole)), raw.broken);
    return raw;
}

RawPage::RawPage(QWidget* parent)
    : QWidget(parent)
    , m_editor(new QsciScintilla)
    , m_note(new QLabel)
    , m_showAll(new QPushButton(QStringLiteral("Show all")))
{
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* const bar = new QHBoxLayout;
    bar->setContentsMargins(12, 8, 12, 8);
    bar->setSpacing(theme::kStep);
    const auto names = {QStringLiteral("Formatted"), QStringLiteral("As sent"),
                        QStringLiteral("Hex")};
    for (const QString& name : names) {
        auto* const button = new QPushButton(name);
        button->setCheckable(true);
        const auto mode = static_cast<Mode>(m_modes.size());
        connect(button, &QPushButton::clicked, this, [this, mode] { setMode(mode); });
        m_modes.push_back(button);
        bar->addWidget(button);
    }
    bar->addStretch(1);
    layout->addLayout(bar);
    m_editor->setObjectName(QStringLiteral("raw"));
    m_editor->setReadOnly(true);
    m_editor->setUtf8(true);
    m_editor->setFrameShape(QFrame::NoFrame);
    m_editor->setMarginWidth(1, 0);
    m_editor->SendScintilla(QsciScintilla::SCI_SETMARGINLEFT, 0UL, 12L);
    m_editor->setCaretLineVisible(false);
    m_editor->setWrapMode(QsciScintilla::WrapCharacter);
    m_editor->SendScintilla(QsciScintilla::SCI_SETSCROLLWIDTHTRACKING, 1UL);
    layout->addWidget(m_editor, 1);
    auto* const foot = new QHBoxLayout;
    foot->setContentsMargins(12, 4, 12, 4);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setObjectName(QStringLiteral("rawNote"));
    m_showAll->setObjectName(QStringLiteral("rawShowAll"));
    foot->addWidget(m_note, 1);
    foot->addWidget(m_showAll);
    layout->addLayout(foot);
    connect(m_showAll, &QPushButton::clicked, this, [this] {
        m_all = true;
        update();
    });
    restyle();
}

RawPage::~RawPage() = default;

void RawPage::setRecord(LoadedRecordPtr record)
{
    m_record = std::move(record);
    m_all = false;
    m_stale = true;
    const bool json = m_record && m_record->there() && m_record->value->format == Format::Json;
    const bool binary = m_record && m_record->there() && m_record->value->format == Format::Binary;
    m_modes[0]->setEnabled(json);
    if (binary) {
        m_mode = Mode::Hex;
    } else if (m_mode == Mode::Formatted && !json) {
        m_mode = Mode::Text;
    } else if (m_mode == Mode::Hex || json) {
        m_mode = json ? Mode::Formatted : Mode::Text;
    }
    if (isVisible()) {
        update();
    }
}

void RawPage::setMode(Mode mode)
{
    m_mode = mode;
    update();
}

QString RawPage::text() const
{
    return m_editor->text();
}

QString RawPage::note() const
{
    return m_note->text();
}

void RawPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale) {
        update();
    }
}

void RawPage::update()
{
    m_stale = false;
    for (std::size_t i = 0; i < m_modes.size(); ++i) {
        m_modes[i]->setChecked(static_cast<Mode>(i) == m_mode);
    }
    if (!m_record || !m_record->there() || !m_record->view().value) {
        m_maker.cancel();
        m_editor->clear();
        m_note->setText(m_record && m_record->there()
                            ? QStringLiteral("The value is null: a tombstone.")
                            : QString());
        m_note->setVisible(!m_note->text().isEmpty());
        m_showAll->setVisible(false);
        return;
    }
    m_maker.ask(
        [record = m_record, mode = m_mode,
         most = m_all ? kShownAll : kShown](const std::stop_token&) {
            return makeRawText(*record->view().value, *record->value, mode, most);
        },
        [this](const RawText& raw) {
            const std::size_t size = m_record->view().value->size();
            m_editor->setText(text::fromUtf8(raw.text));
            QString note;
            if (raw.shown < size) {
                note = QStringLiteral("The first %1 of %2.")
                           .arg(text::bytes(raw.shown), text::bytes(size));
            }
            if (raw.broken) {
                note += QStringLiteral(" Lines over %1 bytes are broken to be shown.")
                            .arg(text::number(static_cast<qint64>(kLongestLine)));
            }
            m_note->setText(note.trimmed());
            m_note->setVisible(!note.isEmpty());
            m_showAll->setVisible(raw.shown < size && !m_all);
        });
}

void RawPage::restyle()
{
    using theme::Role;
    const QColor paper = theme::color(Role::Side);
    const QColor ink = theme::color(Role::Text);
    auto* lexer = m_editor->lexer();
    if (lexer == nullptr) {
        lexer = new QsciLexerJSON(m_editor);
        m_editor->setLexer(lexer);
    }
    const auto paint = [lexer](int style, Role role) {
        lexer->setColor(theme::color(role), style);
    };
    lexer->setDefaultFont(theme::fixedFont());
    lexer->setFont(theme::fixedFont());
    lexer->setDefaultPaper(paper);
    lexer->setPaper(paper);
    lexer->setDefaultColor(ink);
    lexer->setColor(ink);
    paint(QsciLexerJSON::Property, Role::Accent);
    paint(QsciLexerJSON::String, Role::Ok);
    paint(QsciLexerJSON::UnclosedString, Role::Ok);
    paint(QsciLexerJSON::Number, Role::Warning);
    paint(QsciLexerJSON::Keyword, Role::Warning);
    paint(QsciLexerJSON::Operator, Role::Dim);
    paint(QsciLexerJSON::Error, Role::Text);
    m_editor->setPaper(paper);
    m_editor->setColor(ink);
    m_editor->setFont(theme::fixedFont());
    m_editor->setCaretForegroundColor(ink);
    m_editor->setSelectionBackgroundColor(theme::color(Role::AccentTint));
    m_editor->resetSelectionForegroundColor();
    m_editor->setMarginsBackgroundColor(paper);
    theme::setTextColor(m_note, Role::Dim);
}

} // namespace hindcast
