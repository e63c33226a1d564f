import Testing

@testable import RoostRuntime

struct BatchLedgerTests {
    @Test func `a batch without a change is not closed, and keeps its number`() {
        var ledger = BatchLedger()
        ledger.begin(lastBatch: 4)
        let empty = ledger.close()
        #expect(empty == nil)
        #expect(ledger.open == 5)
        _ = ledger.mark(confirmed: true)
        let first = ledger.close()
        let second = ledger.close()
        #expect(first?.batch == 5)
        #expect(second == nil)
        #expect(ledger.open == 6)
    }

    @Test func `a closed batch has its keys in order, and what comes next belongs to another`() {
        var ledger = BatchLedger()
        for key: [UInt8] in [[2], [1, 9], [1]] { ledger.touch(key, isNew: true, bytes: 10) }
        ledger.touch([2], isNew: false, bytes: 10)
        _ = ledger.mark(confirmed: false)
        let first = ledger.close()
        #expect(first?.keys == [[1], [1, 9], [2]])
        ledger.touch([3], isNew: true, bytes: 1)
        _ = ledger.mark(confirmed: true)
        #expect(ledger.isConfirmed)
        let second = ledger.close()
        #expect(second?.keys == [[3]])
    }

    @Test func `bytes count until their batch is durable, in order`() {
        var ledger = BatchLedger()
        for bytes in [100, 10, 1] {
            ledger.count(bytes: bytes)
            _ = ledger.mark(confirmed: true)
            _ = ledger.close()
        }
        ledger.count(bytes: 1_000)
        #expect(ledger.uncommittedBytes == 1_111)
        let taken = [0, 2, 2, 2].map { ledger.popFirst(durable: $0)?.batch }
        #expect(taken == [nil, 1, 2, nil])
        #expect(ledger.uncommittedBytes == 1_001)
        #expect(!ledger.isSettled)
        let last = ledger.popFirst(durable: 3)
        #expect(last?.batch == 3)
        #expect(ledger.isSettled)
    }

    @Test func `the first confirmed change of a batch is told, and no other`() {
        var ledger = BatchLedger()
        var told: [String] = []
        for confirmed in [false, false, true, true] { told.append("\(ledger.mark(confirmed: confirmed))") }
        #expect(told == ["opened(confirmed: false)", "none", "confirmed", "none"])
        ledger.unconfirm()
        told.append("\(ledger.mark(confirmed: true))")
        #expect(told.last == "confirmed")
    }
}
