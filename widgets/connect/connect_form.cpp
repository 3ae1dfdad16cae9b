#include "widgets/connect/connect_form.h"

#include "widgets/shared/palette.h"
#include "widgets/shared/text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace hindcast {

namespace {

template <typename Widget>
Widget* named(Widget* widget, const char* name)
{
    widget->setObjectName(QLatin1String(name));
    return widget;
}

} // namespace

ConnectForm::ConnectForm(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("connectForm"));
    setupFields();
    setupButtons();
    setupLayout();
    showSecurity();
    restyle();
}

ConnectForm::~ConnectForm() = default;

void ConnectForm::setupFields()
{
    m_list = named(new QListWidget(this), "profiles");
    m_list->setFixedWidth(180);
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0 && row < static_cast<int>(m_profiles.size())) {
            setProfile(m_profiles[static_cast<std::size_t>(row)]);
            emit profileChosen(m_profiles[static_cast<std::size_t>(row)]);
        }
        m_remove->setEnabled(row >= 0);
    });
    m_name = named(new QLineEdit(this), "profileName");
    m_name->setPlaceholderText(QStringLiteral("How this cluster is called; the host if empty"));
    m_bootstrap = named(new QLineEdit(this), "bootstrap");
    m_bootstrap->setPlaceholderText(QStringLiteral("host:port, host:port"));
    m_protocol = named(new QComboBox(this), "protocol");
    m_protocol->addItems({QStringLiteral("PLAINTEXT"), QStringLiteral("SSL"),
                          QStringLiteral("SASL_PLAINTEXT"), QStringLiteral("SASL_SSL")});
    m_mechanism = named(new QComboBox(this), "mechanism");
    m_mechanism->addItems({QStringLiteral("PLAIN"), QStringLiteral("SCRAM-SHA-256"),
                           QStringLiteral("SCRAM-SHA-512"), QStringLiteral("OAUTHBEARER"),
                           QStringLiteral("GSSAPI")});
    m_user = named(new QLineEdit(this), "user");
    m_password = named(new QLineEdit(this), "password");
    m_password->setEchoMode(QLineEdit::Password);
    m_passwordNote = new QLabel(this);
    m_caFile = named(new QLineEdit(this), "caFile");
    m_caFile->setPlaceholderText(QStringLiteral("A PEM file; the system's authorities if empty"));
    m_extra = named(new QPlainTextEdit(this), "extra");
    m_extra->setPlaceholderText(
        QStringLiteral("One a line, as librdkafka knows them:\nsocket.timeout.ms=10000"));
    m_extra->setFixedHeight(76);
    m_color = named(new QComboBox(this), "color");
    static const char* const kNames[] = {"Blue", "Orange", "Green", "Purple",
                                         "Red",  "Cyan",   "Olive", "Grey"};
    for (int i = 0; i < 8; ++i) {
        m_color->addItem(theme::swatch(theme::seriesColorAt(i)), QLatin1String(kNames[i]));
    }
    m_production =
        named(new QCheckBox(QStringLiteral("Production: marked red"), this), "production");
    m_readOnly = named(new QCheckBox(QStringLiteral("Read-only: nothing here can change the "
                                                    "cluster"),
                                     this),
                       "readOnly");
    m_readOnly->setChecked(true);
    connect(m_protocol, &QComboBox::currentTextChanged, this, [this] { showSecurity(); });
}

void ConnectForm::setupButtons()
{
    m_testButton = named(new QPushButton(QStringLiteral("Test"), this), "test");
    m_connectButton = named(new QPushButton(QStringLiteral("Connect"), this), "connect");
    m_connectButton->setProperty("primary", true);
    m_remove = named(new QPushButton(QStringLiteral("Forget"), this), "forget");
    m_remove->setEnabled(false);
    m_outcome = named(new QLabel(this), "outcome");
    m_outcome->setWordWrap(true);
    m_outcome->setTextFormat(Qt::PlainText);
    m_outcome->setTextInteractionFlags(Qt::TextSelectableByMouse);
    connect(m_testButton, &QPushButton::clicked, this, &ConnectForm::test);
    connect(m_connectButton, &QPushButton::clicked, this, &ConnectForm::connectNow);
    connect(m_bootstrap, &QLineEdit::returnPressed, this, &ConnectForm::connectNow);
    connect(m_remove, &QPushButton::clicked, this, [this] {
        const int row = m_list->currentRow();
        if (row >= 0) {
            emit removeRequested(m_profiles[static_cast<std::size_t>(row)].name);
        }
    });
}

void ConnectForm::setupLayout()
{
    auto* fields = new QWidget(this);
    m_form = new QFormLayout;
    m_form->setHorizontalSpacing(16);
    m_form->setVerticalSpacing(8);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_form->addRow(QStringLiteral("Name"), m_name);
    m_form->addRow(QStringLiteral("Bootstrap servers"), m_bootstrap);
    m_form->addRow(QStringLiteral("Security"), m_protocol);
    m_form->addRow(QStringLiteral("SASL mechanism"), m_mechanism);
    m_form->addRow(QStringLiteral("User"), m_user);
    m_form->addRow(QStringLiteral("Password"), m_password);
    m_form->addRow(QString(), m_passwordNote);
    m_form->addRow(QStringLiteral("CA file"), m_caFile);
    m_form->addRow(QStringLiteral("More properties"), m_extra);
    m_form->addRow(QStringLiteral("Colour"), m_color);
    m_form->addRow(QString(), m_production);
    m_form->addRow(QString(), m_readOnly);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_connectButton);
    buttons->addWidget(m_testButton);
    buttons->addStretch(1);
    buttons->addWidget(m_remove);
    m_form->addRow(QString(), buttons);
    m_form->addRow(QString(), m_outcome);
    auto* heading = new QLabel(QStringLiteral("Connect to a cluster"), this);
    heading->setObjectName(QStringLiteral("heading"));
    auto* lead = new QLabel(QStringLiteral("Hindcast reads and never joins a group, commits or "
                                           "creates anything on it."),
                            this);
    lead->setObjectName(QStringLiteral("lead"));
    auto* column = new QVBoxLayout(fields);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(4);
    column->addWidget(heading);
    column->addWidget(lead);
    column->addSpacing(12);
    column->addLayout(m_form);
    column->addStretch(1);
    fields->setMaximumWidth(620);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(fields);
    auto* all = new QHBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_list);
    all->addWidget(scroll, 1);
}

void ConnectForm::showSecurity()
{
    const ConnectionProfile now = profile();
    const auto row = [this](QWidget* field, bool shown) {
        field->setVisible(shown);
        if (QWidget* label = m_form->labelForField(field)) {
            label->setVisible(shown);
        }
    };
    row(m_mechanism, now.usesSasl());
    row(m_user, now.usesSasl());
    row(m_password, now.usesSasl());
    m_passwordNote->setVisible(now.usesSasl() && !m_passwordNote->text().isEmpty());
    row(m_caFile, now.usesTls());
}

void ConnectForm::setProfiles(const std::vector<ConnectionProfile>& profiles)
{
    m_profiles = profiles;
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    for (const ConnectionProfile& profile : m_profiles) {
        m_list->addItem(
            new QListWidgetItem(theme::swatch(theme::seriesColorAt(profile.color)), profile.name));
    }
    m_list->setVisible(!m_profiles.empty());
    m_remove->setVisible(!m_profiles.empty());
    m_remove->setEnabled(false);
}

void ConnectForm::setKeychain(bool available)
{
    m_passwordNote->setText(
        available ? QString()
                  : QStringLiteral("There is no keychain here: the password is kept for this run "
                                   "only."));
    showSecurity();
}

void ConnectForm::setProfile(const ConnectionProfile& profile)
{
    m_name->setText(profile.name);
    m_bootstrap->setText(profile.bootstrap);
    m_protocol->setCurrentText(profile.securityProtocol);
    m_mechanism->setCurrentText(profile.saslMechanism);
    m_user->setText(profile.user);
    m_password->setText(profile.password);
    m_caFile->setText(profile.caFile);
    m_extra->setPlainText(profile.extra);
    m_color->setCurrentIndex(profile.color);
    m_production->setChecked(profile.production);
    m_readOnly->setChecked(profile.readOnly);
    showSecurity();
}

ConnectionProfile ConnectForm::profile() const
{
    ConnectionProfile profile;
    profile.bootstrap = m_bootstrap->text().trimmed();
    profile.name = m_name->text().trimmed();
    if (profile.name.isEmpty()) {
        profile.name = profile.bootstrap.section(QLatin1Char(','), 0, 0).trimmed();
    }
    profile.securityProtocol = m_protocol->currentText();
    profile.saslMechanism = m_mechanism->currentText();
    profile.user = m_user->text();
    profile.password = m_password->text();
    profile.caFile = m_caFile->text().trimmed();
    profile.extra = m_extra->toPlainText();
    profile.color = m_color->currentIndex();
    profile.production = m_production->isChecked();
    profile.readOnly = m_readOnly->isChecked();
    return profile;
}

bool ConnectForm::refuseMistake()
{
    const QString mistake = profile().mistake();
    setProblem(mistake);
    return !mistake.isEmpty();
}

void ConnectForm::setProblem(const QString& sentence)
{
    m_asker.cancel();
    m_testButton->setText(QStringLiteral("Test"));
    m_outcome->setText(sentence);
}

void ConnectForm::test()
{
    if (m_asker.busy()) {
        setProblem(QStringLiteral("The test was stopped."));
        return;
    }
    if (refuseMistake() || !m_test) {
        return;
    }
    m_outcome->setText(QStringLiteral("Trying\u2026"));
    m_testButton->setText(QStringLiteral("Stop"));
    m_asker.ask([profile = profile(),
                 test = m_test](const std::stop_token& stop) { return test(profile, stop); },
                [this](const std::vector<ConnectStep>& steps) { showSteps(steps); });
}

void ConnectForm::showSteps(const std::vector<ConnectStep>& steps)
{
    m_testButton->setText(QStringLiteral("Test"));
    QStringList lines;
    for (const ConnectStep& step : steps) {
        lines << QStringLiteral("%1 %2: %3")
                     .arg(step.done ? QChar(0x2714) : QChar(0x25b2), step.name,
                          text::plain(step.sentence.toStdString()));
    }
    m_outcome->setText(lines.join(QLatin1Char('\n')));
}

void ConnectForm::connectNow()
{
    if (!refuseMistake()) {
        m_outcome->setText(QStringLiteral("Connecting to %1\u2026").arg(profile().name));
        emit connectRequested(profile());
    }
}

void ConnectForm::restyle()
{
    QFont large = theme::textFont();
    large.setPointSizeF(15 * 0.75);
    large.setWeight(QFont::DemiBold);
    QPalette dim = palette();
    dim.setColor(QPalette::WindowText, theme::color(theme::Role::Dim));
    for (auto* label : findChildren<QLabel*>()) {
        if (label->objectName() == QLatin1String("heading")) {
            label->setFont(large);
        } else if (label != m_outcome) {
            label->setPalette(dim);
        }
    }
    m_extra->setFont(theme::fixedFont());
    m_bootstrap->setFont(theme::fixedFont());
}

} // namespace hindcast
