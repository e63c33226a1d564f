/// A consistent view of the whole store, valid in the closure that received it.
///
/// It cannot be copied, so it cannot be kept; the bytes it shows are spans into the store's memory, which the
/// compiler keeps inside the closure as well. Whatever is committed meanwhile is not visible in it.
///
/// Isolation: the thread that runs the closure. A long read keeps the store from reusing pages, so the closure
/// should only fetch what it needs.
public struct ReadTransaction: ~Copyable {
    enum Backing {
        case lmdb(LMDBTransaction)
        case memory(MemoryTables)
    }

    let backing: Backing

    init(_ backing: Backing) {
        self.backing = backing
    }

    /// Shows the value of one key.
    ///
    /// - Parameters:
    ///   - classNumber: The class of the object, from its ``ClassRecord``.
    ///   - object: The number of the object, from ``Store/number(of:)``.
    ///   - space: The part of the object's storage.
    ///   - key: The key, at most 2,048 bytes.
    ///   - body: Gets the tag and the bytes of the value, which are valid only in the call.
    /// - Returns: What `body` returned, or `nil` when the key is absent.
    /// - Throws: `.corruption`, naming the object, when the bytes on disk are not those that were written;
    ///   whatever `body` throws.
    @inlinable public func withValue<R>(
        classNumber: UInt32,
        object: ObjectNumber,
        space: Space,
        key: [UInt8],
        _ body: (_ tag: ValueTag, _ payload: RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        var result: R?
        try show(classNumber: classNumber, object: object, space: space, key: key) {
            tag,
            payload throws(StorageError) in
            result = try body(tag, payload)
        }
        return result
    }

    /// The part of ``withValue(classNumber:object:space:key:_:)`` that is not compiled into every caller.
    @usableFromInline func show(
        classNumber: UInt32,
        object: ObjectNumber,
        space: Space,
        key: [UInt8],
        to body: (_ tag: ValueTag, _ payload: RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) {
        do throws(StorageError) {
            _ = try Records.show(.data(classNumber, object, space), key: key, in: backing, to: body)
        } catch {
            throw naming(object, of: classNumber, in: error)
        }
    }

    /// Shows the entries of a range of keys in byte order, or against it, until `body` answers `false`.
    ///
    /// - Parameters:
    ///   - classNumber: The class of the object, from its ``ClassRecord``.
    ///   - object: The number of the object, from ``Store/number(of:)``.
    ///   - space: The part of the object's storage.
    ///   - lower: The first key of the range; `nil` for the first of all.
    ///   - upper: The key before which the range ends; `nil` for no end.
    ///   - reverse: Whether to begin at the end of the range.
    ///   - body: Gets key, tag and value, which are valid only in the call; tells whether to go on.
    /// - Throws: `.corruption`, naming the object, when the bytes on disk are not those that were written;
    ///   whatever `body` throws.
    public func scan(
        classNumber: UInt32,
        object: ObjectNumber,
        space: Space,
        from lower: [UInt8]?,
        to upper: [UInt8]?,
        reverse: Bool = false,
        _ body: (_ key: RawSpan, _ tag: ValueTag, _ payload: RawSpan) throws(StorageError) -> Bool
    ) throws(StorageError) {
        do throws(StorageError) {
            let rows = Keyspace.data(classNumber, object, space)
            try Records.scan(rows, from: lower, to: upper, reverse: reverse, in: backing, body)
        } catch {
            throw naming(object, of: classNumber, in: error)
        }
    }

    /// Adds the object's class and id to a corruption.
    ///
    /// Looking for the id takes long, and happens only then.
    private func naming(_ object: ObjectNumber, of classNumber: UInt32, in error: StorageError) -> StorageError {
        guard error.code == .corruption else { return error }
        var name = "Object number \(object) of class number \(classNumber)"
        if case .lmdb(let transaction) = backing, error.underlyingCode != nil {
            transaction.withAnother { name = ObjectDirectory(reader: $0).describe(object, of: classNumber) }
        } else {
            name = ObjectDirectory(reader: backing).describe(object, of: classNumber)
        }
        return StorageError(.corruption, "\(name): \(error.message)", underlyingCode: error.underlyingCode)
    }
}

extension ReadTransaction.Backing: TableReader {
    func show(
        _ table: Table,
        _ key: [UInt8],
        to body: (RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) -> Bool {
        switch self {
        case .lmdb(let transaction): try transaction.show(table, key, to: body)
        case .memory(let tables): try tables.show(table, key, to: body)
        }
    }

    func scan(
        _ table: Table,
        _ range: KeyRange,
        reverse: Bool,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(StorageError) -> Bool
    ) throws(StorageError) {
        switch self {
        case .lmdb(let transaction): try transaction.scan(table, range, reverse: reverse, body)
        case .memory(let tables): try tables.scan(table, range, reverse: reverse, body)
        }
    }
}
