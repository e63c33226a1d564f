/// A stretch of an object's code during which no event is let in that it has not started itself: the initializer, or
/// the body of `blockConcurrencyWhile`.
///
/// It travels with its task and with the calls that this makes, from object to object; so an object that is called back
/// knows that the call is a part of its own section and lets it in, where it would else wait for ever.
///
/// Isolation: immutable.
final class CriticalSection: Sendable {
    /// The most sections in one another, in one object.
    static let depthMax = 64

    /// Names it among those of its object.
    let number: UInt64

    /// The serial number of the instance whose it is.
    let owner: UInt64

    /// In how many sections of the same object it stands, itself included; the initializer does not count.
    let depth: Int

    /// The section, of whatever object, in which it was started.
    let outer: CriticalSection?

    /// Where its work waits.
    let waits = SectionWaits()

    /// - Parameter number: Its number among the sections of its object.
    init(of activation: Activation, number: UInt64, outer: CriticalSection?) {
        self.number = number
        owner = activation.serial
        self.outer = outer
        let enclosing = outer?.innermost(of: activation.serial)
        depth = number == ActivationStateMachine.initializer ? 0 : (enclosing?.depth ?? 0) + 1
    }

    /// This section, or the nearest around it, that belongs to an instance.
    private func innermost(of owner: UInt64) -> CriticalSection? {
        var section: CriticalSection? = self
        while let candidate = section {
            if candidate.owner == owner { return candidate }
            section = candidate.outer
        }
        return nil
    }

    /// The numbers of the sections of `activation` that the current task is in, innermost first.
    static func current(of activation: Activation) -> [UInt64] {
        var numbers: [UInt64] = []
        var section = CurrentObject.section
        while let candidate = section {
            if candidate.owner == activation.serial { numbers.append(candidate.number) }
            section = candidate.outer
        }
        return numbers
    }
}
