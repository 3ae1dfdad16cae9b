#include "app/desktop/recording_bar.h"

#include "app/desktop/recording.h"
#include "widgets/shared/elided_label.h"
#include "widgets/shared/palette.h"
#include "widgets/shared/place.h"
#include "widgets/shared/text.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QPushButton>

namespace hindcast {

namespace {

constexpr qint64 kRateMs = 900; // shorter looks make the rate jump

} // namespace

RecordingBar::RecordingBar(QWidget* parent)
    : QWidget(parent)
    , m_sign(new ElidedLabel(this))
    , m_what(new ElidedLabel(this))
    , m_figures(new ElidedLabel(this))
    , m_stop(new QPushButton(QStringLiteral("Stop"), this))
{
    setObjectName(QStringLiteral("recordingBar"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(32);
    m_what->setObjectName(QStringLiteral("recordingWhat"));
    m_figures->setObjectName(QStringLiteral("recordingFigures"));
    m_sign->setText(QString(QChar(0x25cf)));
    m_stop->setObjectName(QStringLiteral("recordingStop"));
    m_stop->setToolTip(QStringLiteral("Stop capturing and close the file (Ctrl+R)"));
    connect(m_stop, &QPushButton::clicked, this, &RecordingBar::stopClicked);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(12, 0, 8, 0);
    line->setSpacing(8);
    line->addWidget(m_sign);
    line->addWidget(m_what, 1);
    line->addWidget(m_figures, 2);
    line->addWidget(m_stop);
    m_figures->setAlignment(Qt::AlignRight);
    hide();
}

RecordingBar::~RecordingBar() = default;

void RecordingBar::show(const Recording* recording)
{
    setVisible(recording != nullptr);
    if (!recording) {
        m_shown = nullptr;
        return;
    }
    const quint64 records = recording->records();
    if (recording != m_shown) {
        m_shown = recording;
        m_records = records;
        m_rate = -1;
        m_sinceRate.start();
    } else if (m_sinceRate.elapsed() >= kRateMs) {
        m_rate = static_cast<double>(records - m_records) * 1000.0 /
                 static_cast<double>(m_sinceRate.restart());
        m_records = records;
    }
    QStringList topics;
    for (const std::string& topic : recording->topics()) {
        topics << text::fromUtf8(topic);
    }
    m_what->setText(
        QStringLiteral("Capturing %1 to %2")
            .arg(Place::ofTopics(topics).title(), QFileInfo(recording->path()).fileName()));
    const QString dot = QStringLiteral(" \u00b7 ");
    QString figures = text::count(records, QStringLiteral("record"), QStringLiteral("records")) +
                      dot + text::bytes(recording->bytes());
    if (m_rate >= 0) {
        figures += dot + text::number(m_rate, m_rate < 10 ? 1 : 0) + QStringLiteral("/s");
    }
    if (recording->samples() > 0) {
        figures += dot + text::count(recording->samples(), QStringLiteral("group sample"),
                                     QStringLiteral("group samples"));
    }
    m_figures->setText(figures);
}

QString RecordingBar::sentence() const
{
    return m_what->text() + QStringLiteral(": ") + m_figures->text();
}

void RecordingBar::restyle()
{
    m_sign->setColor(theme::color(theme::Role::Error));
    m_figures->setColor(theme::color(theme::Role::Dim));
}

} // namespace hindcast
