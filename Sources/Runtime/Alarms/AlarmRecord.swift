import RoostStorage

/// An object's alarm as it stands in its storage.
///
/// | bytes | what                                                                         |
/// |-------|------------------------------------------------------------------------------|
/// | 0–7   | when the next run is due; the store lists alarms by it                       |
/// | 8–15  | the time the alarm was set to: what `getAlarm` returns, also while it retries |
/// | 16–23 | the number of the batch that wrote this, so that no two records are equal    |
/// | 24    | how many runs have failed and counted                                        |
/// | 25    | how many of them in a row, which is what the delay follows                   |
///
/// Numbers are big-endian, times in milliseconds since 1970.
struct AlarmRecord: Equatable {
    /// When the next run is due.
    var due: Int64
    /// The time the alarm was set to.
    let scheduled: Int64
    /// The batch that wrote it.
    var batch: UInt64
    /// Failed runs that count.
    var retries: UInt8 = 0
    /// Those in a row.
    var backoff: UInt8 = 0

    /// The alarm's key, with its space in front.
    static let key = ObjectBuffer.key(.alarm, EmptyCollection<UInt8>())

    private static let byteCount = 26

    init(due: Int64, batch: UInt64) {
        self.due = due
        scheduled = due
        self.batch = batch
    }

    init(_ value: ObjectBuffer.Value) throws(RoostError) {
        let payload = value.payload
        guard value.tag == .bytes, payload.count == Self.byteCount else {
            throw RoostError(.corruption, "The object's alarm cannot be read. Delete it and set it again.")
        }
        let span = unsafe payload.span.bytes
        due = span.bigEndian(at: 0)
        scheduled = span.bigEndian(at: 8)
        batch = span.bigEndian(at: 16)
        retries = payload[24]
        backoff = payload[25]
    }

    var value: ObjectBuffer.Value {
        var payload: [UInt8] = []
        payload.reserveCapacity(Self.byteCount)
        payload.append(bigEndian: due)
        payload.append(bigEndian: scheduled)
        payload.append(bigEndian: batch)
        payload.append(retries)
        payload.append(backoff)
        return ObjectBuffer.Value(tag: .bytes, payload: payload)
    }

    var invocation: AlarmInvocation {
        AlarmInvocation(scheduledTime: Timestamp(milliseconds: scheduled), retryCount: Int(retries))
    }
}

/// When a failed alarm runs again.
///
/// The numbers are the origin's: 2, 4, 8, 16, 32, 64 s, each up to a quarter longer by chance, then no more. Failures
/// that the handler has no part in go on for ever, at most 1,024 s apart; the first counted failure after one of those
/// begins again at 2 s.
enum AlarmRetry {
    static let retriesMax = 6
    private static let uncountedBackoffMax = 9

    /// The record of the alarm after one more counted failure; nil when it has had all its retries.
    ///
    /// - Parameters:
    ///   - startsOver: The failure before this one was not counted.
    ///   - chance: From 0 up to 1.
    static func next(
        after record: AlarmRecord,
        startsOver: Bool,
        now: Int64,
        batch: UInt64,
        chance: Double
    ) -> AlarmRecord? {
        guard record.retries < retriesMax else { return nil }
        let backoff = startsOver ? 0 : Int(record.backoff)
        var next = record
        next.due = now + delay(backoff: backoff, chance: chance)
        next.batch = batch
        next.retries = record.retries + 1
        next.backoff = UInt8(min(backoff + 1, uncountedBackoffMax))
        return next
    }

    /// The pause after the `failures`th uncounted failure in a row, in milliseconds.
    static func uncountedDelay(failures: Int, chance: Double) -> Int64 {
        delay(backoff: min(failures - 1, uncountedBackoffMax), chance: chance)
    }

    private static func delay(backoff: Int, chance: Double) -> Int64 {
        let base = Int64(2_000) << Int64(backoff)
        return base + Int64(Double(base) * 0.25 * chance)
    }
}
