import CLMDB
import Glibc

/// LMDB by itself: one thread, so many puts per transaction, each transaction synced.
///
/// What no layer above can beat.
enum RawLMDBBaseline {
    struct Failure: Error, CustomStringConvertible {
        let call: String
        let code: Int32
        var description: String { "\(call) failed: \(String(cString: mdb_strerror(code)))" }
    }

    static func run(folder: String, keys: Int, batch: Int, time: Duration) throws -> Double {
        var environment: OpaquePointer?
        try check("mdb_env_create", mdb_env_create(&environment))
        defer { mdb_env_close(environment) }
        try check("mdb_env_set_mapsize", mdb_env_set_mapsize(environment, 1 << 34))
        try check("mdb_env_open", mdb_env_open(environment, folder, UInt32(MDB_NOSUBDIR), 0o600))
        var database: MDB_dbi = 0
        var number = 0
        var done = 0
        let clock = ContinuousClock()
        let start = clock.now
        while clock.now - start < time {
            var transaction: OpaquePointer?
            try check("mdb_txn_begin", mdb_txn_begin(environment, nil, 0, &transaction))
            if done == 0 { try check("mdb_dbi_open", mdb_dbi_open(transaction, nil, 0, &database)) }
            for _ in 0..<batch {
                // A key and a value of the length that one durable call writes.
                try put(transaction, database, key: number % keys, value: number)
                number += 7_919
            }
            try check("mdb_txn_commit", mdb_txn_commit(transaction))
            done += batch
        }
        return Double(done) / ((clock.now - start) / .seconds(1))
    }

    private static func put(_ transaction: OpaquePointer?, _ database: MDB_dbi, key: Int, value: Int) throws {
        var keyBytes = (UInt64(key).bigEndian, UInt64(1))
        var valueBytes = (UInt64(value), UInt64(value))
        try withUnsafeMutableBytes(of: &keyBytes) { key in
            try withUnsafeMutableBytes(of: &valueBytes) { value in
                var mdbKey = MDB_val(mv_size: key.count, mv_data: key.baseAddress)
                var mdbValue = MDB_val(mv_size: value.count, mv_data: value.baseAddress)
                try check("mdb_put", mdb_put(transaction, database, &mdbKey, &mdbValue, 0))
            }
        }
    }

    private static func check(_ call: String, _ code: Int32) throws {
        guard code == 0 else { throw Failure(call: call, code: code) }
    }
}
