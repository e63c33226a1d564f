import RoostRuntime

/// A moment as a person reads it: `2026-11-21T06:31:47.123Z`.
///
/// Hand-written because the formatters live in libraries that would double the size of the program.
struct CivilTime: CustomStringConvertible {
    private let days: Int64
    private let millisecondOfDay: Int64

    init(_ time: Timestamp) {
        let day: Int64 = 86_400_000
        let (quotient, remainder) = time.milliseconds.quotientAndRemainder(dividingBy: day)
        days = remainder < 0 ? quotient - 1 : quotient
        millisecondOfDay = remainder < 0 ? remainder + day : remainder
    }

    var description: String { date + "T" + timeOfDay + "Z" }

    /// The time alone, `06:31:47.123`.
    var timeOfDay: String {
        let seconds = millisecondOfDay / 1000
        return Self.pad(seconds / 3600, 2) + ":" + Self.pad(seconds / 60 % 60, 2) + ":" + Self.pad(seconds % 60, 2)
            + "." + Self.pad(millisecondOfDay % 1000, 3)
    }

    /// `2026-11-21`, by counting from the first of March of the year 0, where leap days come last.
    private var date: String {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return Self.pad(year, 4) + "-" + Self.pad(month, 2) + "-" + Self.pad(day, 2)
    }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
