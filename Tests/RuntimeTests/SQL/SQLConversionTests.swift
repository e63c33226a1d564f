import FoundationEssentials
import RoostRuntime
import RoostTesting
import Testing

/// Swift values on their way into statements and out of rows.
struct SQLConversionTests {
    private struct Point: Codable, Equatable {
        var x: Int
        var name: String?
    }

    private let test: SQLTest

    init() throws { test = try SQLTest() }

    @Test func `every kind of value comes back as it was bound`() async throws {
        let seen = try await test.inside { box in
            let missing: Int? = nil
            let there: Int? = 3
            let row = try box.storage.sql.execute(
                "SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e, ? AS f, ? AS g, ? AS h, ? AS i, ? AS j",
                Int.min,
                Int64.max,
                0.5,
                "text",
                [UInt8](arrayLiteral: 0, 255),
                true,
                Timestamp(milliseconds: -5),
                missing,
                there,
                nil
            ).one()
            var checks: [Bool] = []
            checks.append(try row.get("a", as: Int.self) == Int.min)
            checks.append(try row.get("b", as: Int64.self) == Int64.max)
            checks.append(try row.get("c", as: Double.self) == 0.5)
            checks.append(try row.get("d", as: String.self) == "text")
            checks.append(try row.get("e", as: [UInt8].self) == [0, 255])
            checks.append(try row.get("f", as: Bool.self))
            checks.append(try row.get("g", as: Timestamp.self) == Timestamp(milliseconds: -5))
            checks.append(try row.get("h", as: Int?.self) == nil)
            checks.append(try row.get("i", as: Int?.self) == 3)
            checks.append(row["j"] == .null)
            checks.append(try row.get(3, as: String.self) == "text")
            checks.append(try row.get("a", as: SQLValue.self) == .integer(Int64.min))
            return checks.map { $0 ? "1" : "0" }.joined()
        }
        #expect(seen == "111111111111")
    }

    @Test func `a date is kept to the millisecond, and one that is none is NULL`() async throws {
        let seen = try await test.inside { box in
            let date = Date(timeIntervalSince1970: 1_795_260_000.123)
            let none = Date(timeIntervalSince1970: .nan)
            let row = try box.storage.sql.execute("SELECT ? AS a, ? AS b, 'text' AS c", date, none).one()
            var checks: [Bool] = []
            checks.append(row["a"] == .integer(1_795_260_000_123))
            checks.append(try abs(row.get("a", as: Date.self).timeIntervalSince(date)) < 0.000_5)
            checks.append(row["b"] == .null)
            checks.append(try row.get("b", as: Date?.self) == nil)
            checks.append((try? row.get("c", as: Date.self)) == nil)
            return checks.map { $0 ? "1" : "0" }.joined()
        }
        #expect(seen == "11111")
    }

    @Test func `numbers are read as either kind where nothing is lost`() async throws {
        let seen = try await test.inside { box in
            let row = try box.storage.sql.execute("SELECT 2.0 AS whole, 2.5 AS broken, 3 AS three").one()
            let broken = #expect(throws: RoostError.self) { try row.get("broken", as: Int.self) }
            return
                "\(try row.get("whole", as: Int.self)) \(try row.get("three", as: Double.self)) \(broken?.message ?? "")"
        }
        #expect(
            seen == "2 3.0 The column broken is not a Int: it holds a floating-point number. Read it as what it is."
        )
    }

    @Test func `what is not there or something else is an error that says so`() async throws {
        let seen = try await test.inside { box in
            let row = try box.storage.sql.execute("SELECT 'a' AS text, NULL AS void").one()
            let missing = #expect(throws: RoostError.self) { try row.get("missing", as: Int.self) }
            let number = #expect(throws: RoostError.self) { try row.get("text", as: Int.self) }
            let nothing = #expect(throws: RoostError.self) { try row.get("void", as: String.self) }
            let place = #expect(throws: RoostError.self) { try row.get(2, as: Int.self) }
            return [missing, number, nothing, place].map { $0?.code.description ?? "" }.joined(separator: " ")
                + " " + (missing?.message ?? "")
        }
        #expect(
            seen == "invalid_argument type_mismatch type_mismatch invalid_argument "
                + "There is no column missing; there are: text, void."
        )
    }

    @Test func `values are stored as JSON, asked for in SQL, and decoded`() async throws {
        let seen = try await test.inside { box in
            let sql = box.storage.sql
            try sql.execute("CREATE TABLE t (point)")
            try sql.execute("INSERT INTO t VALUES (?)", try SQLJSON(Point(x: 7, name: "a/\"b\"")))
            let row = try sql.execute("SELECT point, point ->> 'x' AS x FROM t").one()
            let wrong = #expect(throws: RoostError.self) { try row.decode("point", as: [Int].self) }
            let point = try row.decode("point", as: Point.self)
            return
                "\(point == Point(x: 7, name: "a/\"b\"")) \(try row.get("x", as: Int.self)) \(wrong?.code.description ?? "")"
        }
        #expect(seen == "true 7 type_mismatch")
        let list = try await test.inside { box in
            let row = try box.storage.sql.execute("SELECT ? AS a", try SQLJSON([UInt8](arrayLiteral: 1, 2))).one()
            return "\(row.text) \(try row.decode("a", as: [UInt8].self))"
        }
        #expect(list == "[1,2] [1, 2]")
    }
}
