import RoostRuntime

/// Hands out tickets until they are finished: each at least once, at most five times.
///
/// Invariant: whenever a turn ends, the alarm is set to the earliest time at which something is to happen by itself, or
/// there is none. Both stand in the same commit.
distributed actor TicketQueue: DurableObject {
    /// A ticket is handed out so often before it is put aside.
    static let attemptsMax = 5

    /// `due` is when a waiting ticket may be taken, and when the lease of a taken one ends.
    static let schemaMigrations = [
        SchemaMigration(
            1,
            "tickets",
            """
            CREATE TABLE tickets (
                id INTEGER PRIMARY KEY,
                body TEXT NOT NULL,
                state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'taken', 'failed')),
                due INTEGER NOT NULL,
                attempt INTEGER NOT NULL DEFAULT 0
            );
            CREATE INDEX tickets_state_due ON tickets (state, due, id);
            """
        )
    ]

    private let storage: ObjectStorage
    private let clock: any RuntimeClock

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
        clock = context.clock
    }

    // MARK: For those who have work

    /// Adds a ticket and returns its number.
    distributed func submit(_ body: String) throws -> Int {
        try storage.sql.execute("INSERT INTO tickets (body, due) VALUES (?, ?) RETURNING id", body, clock.now)
            .one().get("id", as: Int.self)
    }

    // MARK: For those who do it

    /// The ticket that has waited for longest; nil when there is nothing to do now.
    ///
    /// - Parameter duration: How long the worker may take. After that somebody else gets the ticket.
    distributed func take(for duration: Duration = .seconds(30)) throws -> Lease? {
        let now = clock.now
        let until = now + duration
        let taken = try storage.sql.execute(
            """
            UPDATE tickets SET state = 'taken', due = ?, attempt = attempt + 1
            WHERE id = (SELECT id FROM tickets WHERE state = 'waiting' AND due <= ? ORDER BY due, id LIMIT 1)
            RETURNING id, body, attempt
            """,
            until,
            now
        ).all()
        guard let row = taken.first else { return nil }
        try arm()
        return Lease(ticket: try Self.ticket(row), until: until)
    }

    /// The work is done: the ticket is gone.
    ///
    /// - Throws: ``TicketError/leaseIsOver``: the work may be done twice.
    distributed func finish(_ lease: Lease) throws {
        try check(lease)
        try storage.sql.execute("DELETE FROM tickets WHERE id = ?", lease.ticket.id)
        try arm()
    }

    /// The work could not be done: the ticket waits a little, and then somebody gets it again.
    ///
    /// - Throws: ``TicketError/leaseIsOver``.
    distributed func giveBack(_ lease: Lease) throws {
        try check(lease)
        try putBack(lease.ticket.id, attempt: lease.ticket.attempt)
        try arm()
    }

    // MARK: For those who look after it

    /// How many tickets are where.
    distributed func counts() throws -> TicketCounts {
        var counts = TicketCounts()
        for row in try storage.sql.execute("SELECT state, count(*) AS n FROM tickets GROUP BY state").all() {
            let count = try row.get("n", as: Int.self)
            switch try row.get("state", as: String.self) {
            case "waiting": counts.waiting = count
            case "taken": counts.taken = count
            default: counts.failed = count
            }
        }
        return counts
    }

    /// The tickets that were put aside.
    distributed func failed() throws -> [Ticket] {
        try storage.sql.execute("SELECT id, body, attempt FROM tickets WHERE state = 'failed' ORDER BY id")
            .all().map(Self.ticket)
    }

    // MARK: By itself

    /// Takes tickets away from those whose time is over.
    ///
    /// It may run twice for one alarm, and then finds nothing to do.
    func alarm(_ invocation: AlarmInvocation) throws {
        let late = try storage.sql.execute(
            "SELECT id, attempt FROM tickets WHERE state = 'taken' AND due <= ?",
            clock.now
        ).all()
        for row in late { try putBack(row.get("id", as: Int.self), attempt: row.get("attempt", as: Int.self)) }
        try arm()
    }

    private func putBack(_ id: Int, attempt: Int) throws {
        guard attempt < Self.attemptsMax else {
            try storage.sql.execute("UPDATE tickets SET state = 'failed' WHERE id = ?", id)
            return
        }
        // 1, 2, 4 and 8 s.
        let due = clock.now + .seconds(1 << (attempt - 1))
        try storage.sql.execute("UPDATE tickets SET state = 'waiting', due = ? WHERE id = ?", due, id)
    }

    /// Sets the alarm to the earliest end of a lease.
    ///
    /// Tickets that wait need none: they are there when somebody asks.
    private func arm() throws {
        let row = try storage.sql.execute("SELECT min(due) AS due FROM tickets WHERE state = 'taken'").one()
        if let due = try row.get("due", as: Timestamp?.self) {
            try storage.setAlarm(due)
        } else {
            try storage.deleteAlarm()
        }
    }

    /// The attempt is what tells this lease from the ticket's other ones.
    private func check(_ lease: Lease) throws {
        let found = try storage.sql.execute(
            "SELECT 1 FROM tickets WHERE id = ? AND attempt = ? AND state = 'taken' AND due > ?",
            lease.ticket.id,
            lease.ticket.attempt,
            clock.now
        ).all()
        guard !found.isEmpty else { throw TicketError.leaseIsOver }
    }

    private static func ticket(_ row: SQLRow) throws -> Ticket {
        Ticket(
            id: try row.get("id", as: Int.self),
            body: try row.get("body", as: String.self),
            attempt: try row.get("attempt", as: Int.self)
        )
    }
}
