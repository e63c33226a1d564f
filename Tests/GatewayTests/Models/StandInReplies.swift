extension StandInProvider.Reply {
    /// The head of a streamed answer.
    static let streamHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"

    /// A chunk of a chunked body.
    static func chunk(_ text: String) -> String {
        String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n"
    }

    /// A chunk with one piece of the answer.
    static func piece(_ text: String) -> String {
        chunk("data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(text)\"}}]}\n\n")
    }

    static let finish = chunk("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n")
    static let usage = chunk("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\n")
    static let done = chunk("data: [DONE]\n\n")
    static let end = "0\r\n\r\n"

    /// Exactly these texts, then perhaps the end of the connection.
    static func raw(_ writes: [String], closes: Bool = false) -> Self {
        .init(writes: writes.map { Array($0.utf8) }, closes: closes)
    }

    /// A complete answer.
    static func answer(_ pieces: [String], usage: Bool = true) -> Self {
        .raw([streamHead] + pieces.map(piece) + [finish] + (usage ? [Self.usage] : []) + [done, end])
    }

    /// The same bytes, one at a time.
    var byteByByte: Self {
        .init(writes: writes.joined().map { [$0] }, closes: closes)
    }

    /// An answer without a stream.
    static func status(_ status: String, headers: [String] = [], body: String = "{}") -> Self {
        let lines = ["HTTP/1.1 \(status)", "content-length: \(body.utf8.count)"] + headers
        return .raw([lines.joined(separator: "\r\n") + "\r\n\r\n" + body])
    }
}
