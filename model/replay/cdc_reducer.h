#pragma once

#include "model/replay/change_event.h"
#include "model/replay/change_key.h"
#include "model/replay/reducer.h"
#include "model/replay/reducer_registry.h"

#include <array>
#include <string>
#include <vector>

namespace hindcast {

// `cdc`: change events of Debezium, in their envelope with or without its schema, or unwrapped by
// ExtractNewRecordState, and those of Maxwell, Canal, AWS DMS and wal2json: each record by the
// shape that it has. The state of a row is its image as written; a delete removes it, a
// truncate removes every row of the topic. A column whose value was too large to be sent again (an
// unchanged TOAST value) keeps what it had. The key is the change event's own, or the columns that
// the clock `commit` found to tell the rows apart. A table without a key is a bag of rows: each
// stands under its own text, equal ones are numbered.
//
// Settings: key = "value.id", columns of the row, where the events do not tell the right ones;
// table = "orders" or "shop.orders" (or a list) where a topic holds changes of several. Without it
// the streaming tools' changes of all but the first table are left out, counted.
class CdcReducer final : public Reducer
{
public:
    static constexpr std::array<std::string_view, 1> kSettings{"table"};
    static MadeReducer make(const ProjectionSource& source);

    CdcReducer(std::vector<std::string> keyColumns, std::vector<std::string> tables);
    void apply(const FoldEvent& event, FoldContext& context) override;
    std::unique_ptr<RecordPreparer> preparer() const override;
    std::optional<std::string_view> stateInRecord(const RecordView& record) override;

private:
    enum class RowKey { Key, None, Null, Untold };

    RowKey findKey(const FoldEvent& event, std::string_view row, FoldContext& context);
    bool readRecordsKey(const FoldEvent& event);
    bool keyOf(const JsonMembers& row, const std::vector<std::string>& columns);
    void applyToBag(const RecordView& record, const ChangeEvent& event, FoldContext& context);
    void addToBag(std::string_view row, bool inRecord, FoldContext& context);
    bool removeFromBag(std::string_view row, FoldContext& context);
    std::uint64_t copiesOf(std::string_view row, FoldContext& context);
    bool readOldIdentity(const ChangeEvent& event, FoldContext& context);
    // `moved`: the row stood under m_oldKey.
    void put(const RecordView& record, const ChangeEvent& event, bool moved, FoldContext& context);
    bool isMine(std::string_view database, std::string_view schema, std::string_view table) const;

    // The streaming tools' records (cdc_rows.cpp).
    void applyRows(const RecordView& record, FoldContext& context);
    bool takesTable(const RowChange& change, FoldContext& context);
    void applyChange(const RecordView& record, const RowChange& change, bool alone,
                     FoldContext& context);
    RowKey columnsOf(const RecordView& record, const RowChange& change, FoldContext& context);
    static const std::vector<std::string>* identityOf(const RowChange& change,
                                                      FoldContext& context);
    void readRecordKey(std::string_view raw);
    bool keyOfRow(const JsonMembers* changed, std::string& key) const;
    bool findRowKey(const RecordView& record, const RowChange& change, bool alone,
                    FoldContext& context);
    bool readOldTextKey(const RowChange& change);
    bool showsColumns(const RowChange& change) const;
    void applyRowToBag(const RowChange& change, FoldContext& context);
    bool complete(std::string_view key, FoldContext& context);

    // What is told of the table as a whole (cdc_tables.cpp).
    bool noteReading(const ChangeEvent& event, const RecordView& record, FoldContext& context);
    // `row` is a whole one, with other columns than that before.
    void noteColumns(std::string_view row, const RecordView& record, FoldContext& context);
    static void noteAltered(const RecordView& record, FoldContext& context);
    void applyToTable(const RecordView& record, const RowChange& change, FoldContext& context);
    bool hasTableIn(std::string_view database) const;
    static void noteBootstrap(const RecordView& record, bool begins, FoldContext& context);
    void noteRow(const RecordView& record, const RowChange& change, FoldContext& context);
    static std::string firstRead(const RecordView& record);
    static std::string notReadToEnd(const RecordView& record);

    bool rebuild(const ChangeEvent& event, bool lacks, std::optional<std::string_view> before,
                 FoldContext& context);

    const std::vector<std::string> m_keyColumns; // as JSON writes them
    const std::vector<std::string> m_tables;
    bool m_oneTopic = false;
    ChangeReader m_reader;
    ChangeKey m_keyReader;
    JsonMembers m_outer;
    JsonMembers m_row;
    JsonMembers m_before;
    std::string m_key;
    std::string m_oldKey;
    bool m_keyHasNull = false; // of the record's key that was read
    std::string m_state;
    std::vector<std::string_view> m_columns; // that tell the row at hand apart
    bool m_fromRecordKey = false;            // they are those of the record's key
    bool m_hasNoKey = false;                 // the record's key says that there is none
};

} // namespace hindcast
