import Synchronization

/// A number that several tasks of a test share.
final class SharedCount: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    /// Adds, and returns the sum.
    @discardableResult
    func add(_ amount: Int) -> Int {
        number.withLock { number in
            number += amount
            return number
        }
    }

    func set(_ value: Int) { number.withLock { $0 = value } }
}
