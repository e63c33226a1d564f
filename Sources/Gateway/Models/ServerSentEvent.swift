/// One event of a `text/event-stream`.
package struct ServerSentEvent: Sendable, Hashable {
    /// The event's type; empty when the stream names none, which means `message`.
    package var name: String
    /// The data lines, joined by line feeds.
    package var data: String
    /// The last id the stream has set so far; empty when it set none.
    package var lastEventId: String

    /// Creates an event.
    package init(name: String = "", data: String, lastEventId: String = "") {
        self.name = name
        self.data = data
        self.lastEventId = lastEventId
    }
}
