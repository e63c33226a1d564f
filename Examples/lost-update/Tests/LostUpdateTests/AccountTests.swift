import RoostRuntime
import RoostTesting
import Testing

@testable import LostUpdate

/// Both pass, and the account is wrong.
struct AccountTests {
    @Test func `money stays after a crash`() async throws {
        try await withRoostTest {
            try $0.register(Account.self)
            try $0.register(Audit.self)
        } test: { test in
            let account = try test.objects(of: Account.self).get("acme:cash")
            #expect(try await account.add(5) == 5)

            try test.crash()

            let again = try test.objects(of: Account.self).get("acme:cash")
            #expect(try await again.balance() == 5)
        }
    }

    @Test func `an answer waits for the disk`() throws {
        try withSteppedTest {
            try $0.register(Account.self)
            try $0.register(Audit.self)
        } test: { test in
            let account = try test.objects(of: Account.self).get("acme:cash")
            test.disk.holdCommits()
            let answer = test.start { try await account.add(5) }
            test.settle()
            #expect(!answer.isDone)

            test.disk.releaseCommits()
            test.settle()
            #expect(try answer.value() == 5)
        }
    }
}
