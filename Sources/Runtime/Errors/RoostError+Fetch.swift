/// What goes wrong between a request and its response.
extension RoostError {
    static let noFetchHandler = RoostError(.handlerMissing, "Handler does not export a fetch() function.")

    static let bodyUsed = RoostError(
        .bodyUsed,
        "This body is being read or has been read. A stream can be read once: keep what it gave, or pass the body on unread."
    )

    static func bodyTooLarge(_ limit: Int) -> RoostError {
        RoostError(.bodyTooLarge, "The body is longer than the \(limit) bytes that its reader takes.")
    }

    static let readerGone = RoostError(
        .readerGone,
        "Whoever read this stream has stopped; nobody gets what is written."
    )

    static let upgradeNotAsked = RoostError(
        .webSocketState,
        "The object answered with a WebSocket, but the request did not contain the header \"Upgrade: websocket\"."
    )
}
