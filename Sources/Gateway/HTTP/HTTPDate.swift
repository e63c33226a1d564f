/// A moment as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// The two older forms, which nobody has sent for decades, are not read.
struct HTTPDate: Equatable {
    /// Seconds since 1970.
    let seconds: Int64

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// Reads a date; `nil` when it is none, or when its day of the week is another.
    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].last == ",", parts[5] == "GMT" else { return nil }
        let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false)
        guard
            let day = Self.number(parts[1], digits: 2), let year = Self.number(parts[3], digits: 4),
            let month = Self.months.firstIndex(of: String(parts[2])), clock.count == 3,
            let hour = Self.number(clock[0], digits: 2), let minute = Self.number(clock[1], digits: 2),
            let second = Self.number(clock[2], digits: 2),
            // The sixtieth second is a leap second.
            year >= 1970, hour < 24, minute < 60, second <= 60, (1...Self.days(month, year)).contains(day)
        else { return nil }
        let days = Self.days(beforeYear: year) + (0..<month).reduce(0) { $0 + Self.days($1, year) } + day - 1
        guard parts[0].dropLast() == Self.weekdays[Int(days % 7)] else { return nil }
        seconds = days * 86_400 + hour * 3_600 + minute * 60 + second
    }

    private static func number(_ text: Substring, digits: Int) -> Int64? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }

    private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func days(_ month: Int, _ year: Int64) -> Int64 {
        switch month {
        case 1: isLeap(year) ? 29 : 28
        case 3, 5, 8, 10: 30
        default: 31
        }
    }

    /// The days from 1970 to the beginning of a year.
    private static func days(beforeYear year: Int64) -> Int64 {
        let last = year - 1
        return (year - 1970) * 365 + (last / 4 - 492) - (last / 100 - 19) + (last / 400 - 4)
    }
}
