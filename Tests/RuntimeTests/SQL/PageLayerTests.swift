import Testing

@testable import RoostRuntime
@testable import RoostStorage

/// Pages on their way from SQLite to the store.
struct PageLayerTests {
    private func changes(_ layer: inout PageLayer, batch: UInt64) -> [Change] {
        var changes: [Change] = []
        layer.seal(batch: batch, into: &changes)
        return changes
    }

    private func isInStore(_ layer: PageLayer, _ number: UInt32) -> Bool {
        if case .store = layer.place(of: number) { true } else { false }
    }

    private func here(_ layer: PageLayer, _ number: UInt32) -> [UInt8]? {
        if case .here(let bytes) = layer.place(of: number) { bytes } else { nil }
    }

    @Test func `pages of a batch come in the order of their keys, and leave when it is durable`() {
        var layer = PageLayer()
        layer.set(300, [3], batch: 1)
        layer.set(2, [2], batch: 1)
        layer.set(300, [4], batch: 1)
        layer.set(7, nil, batch: 1)
        let sealed = changes(&layer, batch: 1)
        #expect(
            sealed == [
                .put(.pages, key: [0, 0, 0, 2], tag: .bytes, payload: [2]),
                .delete(.pages, key: [0, 0, 0, 7]),
                .put(.pages, key: [0, 0, 1, 44], tag: .bytes, payload: [4]),
            ]
        )
        layer.forget(durable: 0)
        #expect(here(layer, 300) == [4])
        layer.forget(durable: 1)
        #expect(layer.count == 0)
        #expect(isInStore(layer, 300))
    }

    @Test func `a page that was changed again stays until its newest batch is durable`() {
        var layer = PageLayer()
        layer.set(1, [1], batch: 1)
        _ = changes(&layer, batch: 1)
        layer.set(1, [2], batch: 2)
        layer.set(2, [2], batch: 2)
        layer.forget(durable: 1)
        #expect(here(layer, 1) == [2])
        #expect(changes(&layer, batch: 2).count == 2)
        layer.forget(durable: 2)
        #expect(layer.count == 0)
    }

    @Test func `after a wipe nothing is in the store, until the wipe is durable`() {
        var layer = PageLayer()
        layer.set(1, [1], batch: 1)
        _ = changes(&layer, batch: 1)
        layer.set(2, [2], batch: 2)
        layer.wipe(batch: 2)
        layer.set(3, [3], batch: 2)
        #expect(here(layer, 1) == nil && !isInStore(layer, 1))
        let sealed = changes(&layer, batch: 2)
        #expect(sealed == [.deleteAll(.pages), .put(.pages, key: [0, 0, 0, 3], tag: .bytes, payload: [3])])
        layer.forget(durable: 1)
        #expect(!isInStore(layer, 1))
        layer.forget(durable: 2)
        #expect(isInStore(layer, 1) && layer.count == 0)
    }

    @Test func `a wipe alone is sealed, and a batch without pages has none`() {
        var layer = PageLayer()
        layer.wipe(batch: 4)
        let wipe = changes(&layer, batch: 4)
        #expect(wipe == [.deleteAll(.pages)])
        let nothing = changes(&layer, batch: 5)
        #expect(nothing.isEmpty)
        layer.forget(durable: 4)
        #expect(isInStore(layer, 1))
    }

    @Test func `records of the layout are read as they were written, and damaged ones are found out`() throws {
        let record = SQLPageLayout.SchemaRecord(number: 258, name: "größer")
        #expect(record.payload.prefix(4) == [0, 0, 1, 2])
        #expect(try SQLPageLayout.SchemaRecord(payload: record.payload) == record)
        let short = #expect(throws: StorageError.self) { try SQLPageLayout.SchemaRecord(payload: [1, 2, 3]) }
        #expect(short?.code == .corruption)
        let count = SQLPageLayout.payload(ofPageCount: 70_000)
        let pages = try SQLPageLayout.pageCount(count.span.bytes)
        #expect(pages == 70_000)
        let bytes: [UInt8] = [0, 1]
        var code: StorageError.Code?
        do throws(StorageError) { _ = try SQLPageLayout.pageCount(bytes.span.bytes) } catch { code = error.code }
        #expect(code == .corruption)
        let keys = [SQLPageLayout.pageCountKey, SQLPageLayout.key(ofPage: 9), bytes]
        var read: [UInt32?] = []
        for key in keys { read.append(SQLPageLayout.page(ofKey: key.span.bytes)) }
        #expect(read == [nil, 9, nil])
    }
}
