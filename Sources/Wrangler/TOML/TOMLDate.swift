/// The dates and times of TOML.
enum TOMLDate {
    /// Whether a word is a date, a time, or both, with or without a zone.
    static func isValid(_ word: ArraySlice<UInt8>) -> Bool {
        if isTime(word) { return true }
        let date = word.prefix(10)
        guard isDate(date) else { return false }
        let rest = word.dropFirst(10)
        guard let separator = rest.first else { return true }
        guard separator == UInt8(ascii: "T") || separator == UInt8(ascii: "t") || separator == UInt8(ascii: " ") else {
            return false
        }
        let time = rest.dropFirst()
        if time.last == UInt8(ascii: "Z") || time.last == UInt8(ascii: "z") { return isTime(time.dropLast()) }
        let zone = time.suffix(6)
        if time.count > 6, zone.first == UInt8(ascii: "+") || zone.first == UInt8(ascii: "-") {
            return isTime(time.dropLast(6)) && isZone(zone.dropFirst())
        }
        return isTime(time)
    }

    /// Whether a word is a date of the calendar.
    static func isDate(_ word: ArraySlice<UInt8>) -> Bool {
        guard let numbers = numbers(word, "0000-00-00"), (1...12).contains(numbers[1]) else { return false }
        let isLeap = numbers[0] % 4 == 0 && (numbers[0] % 100 != 0 || numbers[0] % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[numbers[1] - 1]).contains(numbers[2])
    }

    private static func isTime(_ word: ArraySlice<UInt8>) -> Bool {
        guard let numbers = numbers(word.prefix(8), "00:00:00"), numbers[0] < 24, numbers[1] < 60, numbers[2] <= 60
        else {
            return false
        }
        let fraction = word.dropFirst(8)
        guard let point = fraction.first else { return true }
        return point == UInt8(ascii: ".") && fraction.count > 1 && fraction.dropFirst().allSatisfy(TOMLParser.isDigit)
    }

    private static func isZone(_ word: ArraySlice<UInt8>) -> Bool {
        numbers(word, "00:00").map { $0[0] < 24 && $0[1] < 60 } ?? false
    }

    /// The numbers of a word that has digits where a pattern has zeros, and else its characters.
    private static func numbers(_ word: ArraySlice<UInt8>, _ pattern: String) -> [Int]? {
        guard word.count == pattern.utf8.count else { return nil }
        var numbers = [0]
        for (byte, wanted) in zip(word, pattern.utf8) {
            if wanted != UInt8(ascii: "0") {
                guard byte == wanted else { return nil }
                numbers.append(0)
            } else {
                guard TOMLParser.isDigit(byte) else { return nil }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - UInt8(ascii: "0"))
            }
        }
        return numbers
    }
}
