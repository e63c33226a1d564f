/// Reads a `text/event-stream` as its bytes arrive.
///
/// Follows the WHATWG rules: lines end in `\n`, `\r` or `\r\n`, a leading byte order mark and comment lines are
/// skipped, data lines are joined by `\n`, an event without data is dropped, and so is one not ended by a blank line.
///
/// Invariant: what comes out does not depend on where the input was cut. Bytes are collected until a line is whole
/// and decoded only then, so a cut inside a character does no harm.
///
/// Failure: a line or an event beyond its limit throws ``Overflow``; the parser must then be discarded.
package struct ServerSentEventParser: Sendable {
    /// How much may be held while a line or an event is incomplete.
    package struct Limits: Sendable, Hashable {
        /// The longest line.
        ///
        /// Default 1 MiB.
        package var lineBytes: Int
        /// The most data in one event.
        ///
        /// Default 4 MiB.
        package var eventBytes: Int

        /// Creates limits.
        package init(lineBytes: Int = 1 << 20, eventBytes: Int = 4 << 20) {
            self.lineBytes = lineBytes
            self.eventBytes = eventBytes
        }
    }

    /// A line or an event was longer than the limits allow.
    package struct Overflow: Error, Sendable, Hashable {}

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let colon = UInt8(ascii: ":")
    private static let space = UInt8(ascii: " ")
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let limits: Limits
    private var line: [UInt8] = []
    private var lastWasCarriageReturn = false
    private var isFirstLine = true
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var lastEventId = ""

    /// Creates a parser at the start of a stream.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Takes the next bytes.
    ///
    /// - Returns: The events they completed, in order.
    /// - Throws: ``Overflow`` when a line or an event is too long.
    package mutating func feed(_ bytes: some Sequence<UInt8>) throws(Overflow) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            if byte == Self.lineFeed {
                if !lastWasCarriageReturn { try endLine(&events) }
                lastWasCarriageReturn = false
            } else if byte == Self.carriageReturn {
                try endLine(&events)
                lastWasCarriageReturn = true
            } else {
                lastWasCarriageReturn = false
                guard line.count < limits.lineBytes else { throw Overflow() }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine(_ events: inout [ServerSentEvent]) throws(Overflow) {
        var content = line[...]
        if isFirstLine, content.starts(with: Self.byteOrderMark) { content = content.dropFirst(3) }
        isFirstLine = false
        if content.isEmpty {
            endEvent(&events)
        } else if content.first != Self.colon {
            try readField(content)
        }
        line.removeAll(keepingCapacity: true)
    }

    private mutating func readField(_ content: ArraySlice<UInt8>) throws(Overflow) {
        let end = content.firstIndex(of: Self.colon) ?? content.endIndex
        var value = content[end...].dropFirst()
        if value.first == Self.space { value = value.dropFirst() }
        switch String(decoding: content[..<end], as: UTF8.self) {
        case "data":
            guard data.count + value.count < limits.eventBytes else { throw Overflow() }
            if hasData { data.append(Self.lineFeed) }
            data.append(contentsOf: value)
            hasData = true
        case "event":
            name = String(decoding: value, as: UTF8.self)
        case "id" where !value.contains(0):
            lastEventId = String(decoding: value, as: UTF8.self)
        default:
            // `retry` concerns clients that reconnect by themselves; unknown fields are ignored by definition.
            break
        }
    }

    private mutating func endEvent(_ events: inout [ServerSentEvent]) {
        if hasData {
            let text = String(decoding: data, as: UTF8.self)
            events.append(ServerSentEvent(name: name, data: text, lastEventId: lastEventId))
        }
        name = ""
        data.removeAll(keepingCapacity: true)
        hasData = false
    }
}
