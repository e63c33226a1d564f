/// What goes wrong with WebSockets, in the origin's words where it has some.
extension RoostError {
    static let socketAlreadyAccepted = RoostError(
        .webSocketState,
        "Cannot call `acceptWebSocket()` on this WebSocket because its pair has already been accepted or used in a "
            + "Response."
    )

    static let tooManyTags = RoostError(
        .limitExceeded,
        "a Hibernatable WebSocket cannot have more than \(SocketLimits.tagsMax) tags"
    )

    static func tagTooLong(_ tag: String) -> RoostError {
        RoostError(
            .limitExceeded,
            "\"\(tag)\" is longer than the max tag length (\(SocketLimits.tagBytesMax) characters)."
        )
    }

    static let tooManySockets = RoostError(
        .limitExceeded,
        "only \(ObjectSockets.socketsMax) websockets can be accepted on a single Durable Object instance"
    )

    static let tagsBeforeAccept = RoostError(
        .webSocketState,
        "you must call 'acceptWebSocket()' before attempting to access the tags of a WebSocket."
    )

    static let sentBeforeAccept = RoostError(
        .webSocketState,
        "You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages."
    )

    static let sentAfterClose = RoostError(.webSocketState, "Can't call WebSocket send() after close().")

    static let reasonWithoutCode = RoostError(
        .invalidArgument,
        "If you specify a WebSocket close reason, you must also specify a code."
    )

    static let reasonTooLong = RoostError(
        .invalidArgument,
        "A WebSocket close reason cannot be larger than \(WebSocket.reasonBytesMax) bytes."
    )

    static let responseWithoutAccept = RoostError(
        .webSocketState,
        "The object answered with a WebSocket that it has not accepted. Call acceptWebSocket() with the pair's server "
            + "end first."
    )

    static let tooMuchHeld = RoostError(
        .overloaded,
        "Durable Object is overloaded. Too much that it has sent over its WebSockets waits for the disk.",
        overloaded: true
    )

    static let eventTimeoutTooLong = RoostError(
        .invalidArgument,
        "Event timeout should not exceed \(SocketLimits.eventTimeoutMax.wholeMilliseconds) ms."
    )

    static let eventTooLong = RoostError(
        .objectReset,
        "Actor exceeded event execution time and was disconnected.",
        overloaded: true,
        reset: true
    )
}

extension WebSocketError {
    /// The other side takes too little of what it is sent.
    static let tooSlow = WebSocketError(closeCode: 1_013, "Messages were not read fast enough.")

    /// The object has more to do than it takes, so that a message could not be brought to it; nil for other errors.
    static func overloaded(_ error: any Error) -> WebSocketError? {
        guard let error = error as? RoostError, error.overloaded, !error.reset else { return nil }
        return WebSocketError(closeCode: 1_013, error.message)
    }
}

extension WebSocketClose {
    /// What a close frame without a code is told as.
    static let noCode: UInt16 = 1_005
}
