public import RoostStorage

/// The limits on what one object may store, as a profile.
///
/// Crossing one is ``RoostError/Code/limitExceeded``, in the origin's words.
public struct ObjectLimits: Sendable, Hashable {
    /// The longest key, in bytes of UTF-8.
    public var keyBytesMax: Int
    /// The largest value, in encoded bytes.
    public var valueBytesMax: Int
    /// The most keys in one `get`, `put` or `delete` of several.
    public var keysPerCallMax: Int
    /// The most bytes of uncommitted changes one object may pile up before its turn ends.
    public var uncommittedBytesMax: Int
    /// What a database and its statements may use.
    public var sql: SQLLimits

    /// Only what the store itself needs.
    public static let roost = ObjectLimits(
        keyBytesMax: 2_048,
        valueBytesMax: 16 << 20,
        keysPerCallMax: 65_536,
        uncommittedBytesMax: 128 << 20,
        sql: .roost
    )

    /// The origin's limits: for keys and values those of key-value classes.
    public static let cloudflare = ObjectLimits(
        keyBytesMax: 2_048,
        valueBytesMax: 131_072,
        keysPerCallMax: 128,
        uncommittedBytesMax: 128 << 20,
        sql: .cloudflare
    )

    func check(keyBytes: Int) throws(RoostError) {
        guard keyBytes <= keyBytesMax else {
            throw RoostError(
                .limitExceeded,
                "Keys cannot be larger than \(keyBytesMax) bytes. A key of size \(keyBytes) was provided."
            )
        }
    }

    func check(value: ObjectBuffer.Value) throws(RoostError) {
        guard value.payload.count <= valueBytesMax else {
            throw RoostError(
                .limitExceeded,
                "Values cannot be larger than \(valueBytesMax) bytes. "
                    + "A value of size \(value.payload.count) was provided."
            )
        }
    }

    func check(keyCount: Int) throws(RoostError) {
        guard keyCount <= keysPerCallMax else {
            throw RoostError(
                .limitExceeded,
                "Maximum number of key value pairs is \(keysPerCallMax). \(keyCount) pairs were provided."
            )
        }
    }
}
