#pragma once

#include "widgets/connect/connection_profile.h"
#include "widgets/shared/async.h"

#include <QWidget>

#include <functional>
#include <vector>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace hindcast {

// One step of a connection that was tried: resolve, TCP, TLS, SASL, metadata, rights.
struct ConnectStep
{
    QString name;
    bool done = false; // false: it failed here
    QString sentence;
};

// Connecting is this one form: kept profiles at the left, the fields, and a Test button that says
// which step failed. GUI thread; the test runs on the pool. Never reads or writes settings itself.
class ConnectForm final : public QWidget
{
    Q_OBJECT

public:
    using Test = std::function<std::vector<ConnectStep>(const ConnectionProfile& profile,
                                                        const std::stop_token& stop)>;

    explicit ConnectForm(QWidget* parent = nullptr);
    ~ConnectForm() override;

    void setProfiles(const std::vector<ConnectionProfile>& profiles);
    void setTest(Test test) { m_test = std::move(test); }
    // Without a keychain passwords are kept for this run only; the form says so.
    void setKeychain(bool available);
    void setProfile(const ConnectionProfile& profile);
    ConnectionProfile profile() const;
    // What became of connecting: a failure in words, or an empty text.
    void setProblem(const QString& sentence);
    void restyle();

signals:
    void connectRequested(const hindcast::ConnectionProfile& profile);
    void removeRequested(const QString& name);
    // One of the kept ones was chosen; its password may be added by setProfile().
    void profileChosen(const hindcast::ConnectionProfile& profile);

private:
    void setupFields();
    void setupButtons();
    void setupLayout();
    void showSecurity();
    void test();
    void showSteps(const std::vector<ConnectStep>& steps);
    void connectNow();
    bool refuseMistake();

    std::vector<ConnectionProfile> m_profiles;
    Test m_test;
    Asker m_asker;
    QListWidget* m_list;
    QFormLayout* m_form;
    QLineEdit* m_name;
    QLineEdit* m_bootstrap;
    QComboBox* m_protocol;
    QComboBox* m_mechanism;
    QLineEdit* m_user;
    QLineEdit* m_password;
    QLabel* m_passwordNote;
    QLineEdit* m_caFile;
    QPlainTextEdit* m_extra;
    QComboBox* m_color;
    QCheckBox* m_production;
    QCheckBox* m_readOnly;
    QPushButton* m_testButton;
    QPushButton* m_connectButton;
    QPushButton* m_remove;
    QLabel* m_outcome;
};

} // namespace hindcast
