/// What may keep an event out of its object.
enum Entrance: Sendable {
    /// The limits of the object, and a runtime that drains.
    case ordinary
    /// The limits of the object only: it comes from another object, or from a socket that is being closed.
    case whileDraining
    /// Neither: the end of a socket, which is told once. What brings such events has a limit of its own.
    case always

    var passesLimits: Bool {
        switch self {
        case .always: true
        case .ordinary, .whileDraining: false
        }
    }

    var passesDraining: Bool {
        switch self {
        case .whileDraining, .always: true
        case .ordinary: false
        }
    }
}
