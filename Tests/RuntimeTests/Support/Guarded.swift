import RoostRuntime
import Synchronization

/// An object whose calls hold events back, work on, and give up.
distributed actor Guarded: DurableObject {
    let context: ObjectContext
    let storage: ObjectStorage
    private var notes: [String] = []

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        self.context = context
        storage = context.storage
    }

    distributed func note(_ note: String) -> [String] {
        notes.append(note)
        return notes
    }

    distributed func read() -> [String] { notes }

    /// A section that waits for a latch.
    distributed func section(_ name: String, until latch: String) async throws {
        try await context.blockConcurrencyWhile {
            self.notes.append("\(name) begins")
            await Latches.shared.wait(latch)
            if Task.isCancelled { self.notes.append("\(name) was cancelled") }
            self.notes.append("\(name) ends")
        }
    }

    /// Does something behind a section, in the turn in which that has come to an end.
    distributed func sectionThenNote(_ name: String, until latch: String) async throws {
        try await section(name, until: latch)
        notes.append("\(name) after")
    }

    /// One section after the other.
    distributed func sections(_ name: String, _ count: Int, until latch: String) async throws {
        for _ in 0..<count { try await section(name, until: latch) }
    }

    /// A section in a section; the inner one waits for its latch.
    distributed func nested(inner: String, outer: String) async throws {
        try await context.blockConcurrencyWhile {
            try await self.section("inner", until: inner)
            self.notes.append("between")
            await Latches.shared.wait(outer)
        }
        notes.append("after")
    }

    /// A section that ends before one it has started.
    distributed func outlived(until latch: String) async throws {
        try await context.blockConcurrencyWhile {
            let started = OneTimeGate()
            try self.context.waitUntil {
                try await self.context.blockConcurrencyWhile {
                    started.open()
                    await Latches.shared.wait(latch)
                    self.notes.append("child ends")
                }
            }
            await started.wait()
        }
        notes.append("parent ends")
    }

    distributed func deep(_ depth: Int) async throws -> Int {
        guard depth > 0 else { return 0 }
        return try await context.blockConcurrencyWhile { try await self.deep(depth - 1) + 1 }
    }

    /// So many sections in one another; what the innermost is told when it begins one more.
    distributed func tooDeep(_ depth: Int) async throws -> String {
        guard depth > 0 else {
            do {
                return "\(try await deep(1))"
            } catch let error as RoostError {
                return error.message
            }
        }
        return try await context.blockConcurrencyWhile { try await self.tooDeep(depth - 1) }
    }

    distributed func failInSection() async throws {
        try await context.blockConcurrencyWhile {
            try self.storage.put("lost", 1)
            throw TestError.refused
        }
    }

    distributed func sectionThatCalls(_ friend: String) async throws -> [String] {
        let me = try context.stub(as: Guarded.self)
        let friend = try context.objects(of: Friend.self).get(friend)
        return try await context.blockConcurrencyWhile { try await friend.callBack(me) }
    }

    /// Calls somebody who answers when the latch opens, and notes the answer.
    distributed func ask(_ friend: String, until latch: String) async throws {
        let friend = try context.objects(of: Friend.self).get(friend)
        try await friend.answer(when: latch)
        notes.append("answered")
    }

    /// Calls somebody whose initializer throws, and notes the error.
    distributed func askNewborn(_ name: String) async throws {
        let newborn = try context.objects(of: Newborn.self).get(name)
        do { _ = try await newborn.read() } catch TestError.refused { notes.append("refused") }
    }

    distributed func abort(_ reason: String?) throws {
        try storage.put("lost", 1)
        try context.abort(reason)
    }

    distributed func lost() throws -> Int? { try storage.get("lost", as: Int.self) }

    distributed func work(until latch: String, failing: Bool) throws {
        try context.waitUntil {
            await Latches.shared.wait(latch)
            if failing { throw TestError.refused }
            self.notes.append("worked")
        }
    }

    /// Background work that changes something and then calls another object.
    distributed func workAndCall(_ friend: String) throws {
        let friend = try context.objects(of: Friend.self).get(friend)
        try context.waitUntil {
            try self.storage.put("worked", true)
            try await friend.hello()
        }
    }
}

/// Somebody whom guarded objects call.
distributed actor Friend: DurableObject {
    private var greetings = 0

    init(context: ObjectContext) { actorSystem = context.actorSystem }

    distributed func callBack(_ object: Guarded) async throws -> [String] { try await object.note("called back") }

    distributed func answer(when latch: String) async { await Latches.shared.wait(latch) }

    distributed func hello() { greetings += 1 }

    distributed func greeted() -> Int { greetings }
}

/// An object whose initializer does what its name says.
distributed actor Newborn: DurableObject {
    let storage: ObjectStorage
    private(set) var settings = 0

    init(context: ObjectContext) async throws {
        actorSystem = context.actorSystem
        storage = context.storage
        let name = context.id.name ?? ""
        if name == "calls itself" {
            _ = try await context.stub(as: Newborn.self).read()
        } else if name.hasPrefix("hangs") {
            await Latches.shared.wait(name)
        } else if name.hasPrefix("refuses") {
            await Latches.shared.wait(name)
            throw TestError.refused
        } else if name == "writes and calls" {
            try storage.put("born", true)
            try await context.objects(of: Friend.self).get("of newborn").hello()
        } else if name.hasPrefix("loads") {
            try await context.blockConcurrencyWhile {
                await Latches.shared.wait(name)
                self.settings = 7
            }
        }
    }

    distributed func read() -> Int { settings }
}
