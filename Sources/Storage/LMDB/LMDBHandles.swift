import CLMDB

/// The open databases of an environment, by table.
///
/// A database is opened once and its handle kept until the environment is closed: opening is neither cheap nor
/// allowed beside other transactions. Handle 0 is LMDB's own and stands for "none".
struct LMDBHandles: Sendable {
    private var fixed: [MDB_dbi] = Array(repeating: 0, count: Table.fixed.count)
    /// By class number; class numbers are few and given in order.
    private var data: [MDB_dbi] = []

    subscript(table: Table) -> MDB_dbi? {
        get {
            let handle =
                switch table {
                case .meta: fixed[0]
                case .classes: fixed[1]
                case .objects: fixed[2]
                case .names: fixed[3]
                case .alarms: fixed[4]
                case .data(let number): Int(number) < data.count ? data[Int(number)] : 0
                }
            return handle == 0 ? nil : handle
        }
        set {
            let handle = newValue ?? 0
            switch table {
            case .meta: fixed[0] = handle
            case .classes: fixed[1] = handle
            case .objects: fixed[2] = handle
            case .names: fixed[3] = handle
            case .alarms: fixed[4] = handle
            case .data(let number):
                if Int(number) >= data.count {
                    data.append(contentsOf: repeatElement(0, count: Int(number) + 1 - data.count))
                }
                data[Int(number)] = handle
            }
        }
    }
}
