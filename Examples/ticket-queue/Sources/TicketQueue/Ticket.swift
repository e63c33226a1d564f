import RoostRuntime

/// Something that is to be done.
struct Ticket: Codable, Sendable, Equatable {
    let id: Int
    let body: String
    /// How often somebody has taken it, this time included.
    let attempt: Int
}

/// The right to work on a ticket for a while.
struct Lease: Codable, Sendable, Equatable {
    let ticket: Ticket
    /// When somebody else may have the ticket.
    let until: Timestamp
}

/// How many tickets are where.
struct TicketCounts: Codable, Sendable, Equatable {
    var waiting = 0
    var taken = 0
    var failed = 0
}

/// What a worker did wrong.
enum TicketError: Error, Codable, Equatable {
    /// The time was over, or the ticket was given back: somebody else may have it by now.
    case leaseIsOver
}
