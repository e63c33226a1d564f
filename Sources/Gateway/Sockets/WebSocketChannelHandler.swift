import NIOCore
import NIOWebSocket
import RoostRuntime

/// Runs a WebSocket on its event loop: frames in, frames out, close handshake, signs of life.
///
/// The rules are those of three pure machines; this turns what they say into operations of the channel.
///
/// It is the last handler that does anything. Behind it stands what is left of the HTTP server's pipeline, which
/// believes that the connection is closed; what that asks of the channel ends here.
///
/// Isolation: the channel's event loop.
final class WebSocketChannelHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = Never
    typealias OutboundOut = WebSocketFrame

    private let settings: WebSocketSettings
    private let clock: any RuntimeClock
    private var frames: WebSocketFrameStateMachine
    private var life = WebSocketLifeStateMachine()
    private var keepAlive: KeepAliveStateMachine
    /// Gone when the channel is, which ends the circle of references between the two.
    private var connection: WebSocketConnection?
    private var context: ChannelHandlerContext?
    private var keepAliveTimer: TimerToken?
    private var closeTimer: TimerToken?
    /// Done when our close frame has left; nothing is written behind it.
    private var closeFrameLeft: EventLoopFuture<Void>?
    /// The latest ping that could not be answered yet because the client does not read.
    private var unanswered: [UInt8]?
    private var isHeld = false
    /// How many messages and close frames were written and have not left.
    private var leavingCount = 0
    /// Whether the channel is to be closed when they have.
    private var isEnding = false

    init(settings: WebSocketSettings, clock: any RuntimeClock) {
        self.settings = settings
        self.clock = clock
        frames = WebSocketFrameStateMachine(settings)
        keepAlive = KeepAliveStateMachine(settings, now: clock.elapsed)
    }

    /// Makes the connection that goes with this handler; once, on the event loop.
    func makeConnection(on eventLoop: any EventLoop) -> WebSocketConnection {
        let connection = WebSocketConnection(eventLoop: eventLoop, handler: self, settings: settings)
        self.connection = connection
        return connection
    }

    // MARK: Being part of the pipeline

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    /// Begins to read, when everything that came with the handshake has been handed on.
    func start() {
        waitForSigns(settings.pingAfter)
        readOn()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        perform(life.gone())
        end()
        context.fireChannelInactive()
    }

    private func end() {
        for timer in [keepAliveTimer, closeTimer] { timer.map(clock.cancel) }
        keepAliveTimer = nil
        closeTimer = nil
        context = nil
        closeFrameLeft = nil
        connection?.isOver()
        connection = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: closeForShutdown()
        case .some(.inputClosed) as ChannelEvent?: perform(life.inputEnded())
        default: break
        }
    }

    /// The server stops.
    func closeForShutdown() { perform(life.close(.init(code: 1001, reason: "The server is shutting down."))) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength:
            act(frames.fail(1009, "A frame has more than \(settings.messageBytes) bytes."))
        case NIOWebSocketError.fragmentedControlFrame: act(frames.fail(1002, "A control frame is fragmented."))
        case NIOWebSocketError.multiByteControlFrameLength:
            act(frames.fail(1002, "A control frame has more than 125 bytes."))
        // What comes after a frame that could not be read is thrown away.
        case is ByteToMessageDecoderError: break
        default: perform(life.gone())
        }
    }

    // MARK: What the rest of the HTTP pipeline still asks for

    func read(context: ChannelHandlerContext) {}

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        promise?.fail(ChannelError.ioOnClosedChannel)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        promise?.succeed()
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard life.isReading else { return }
        let frame = unwrapInboundIn(data)
        var payload = frame.unmaskedData
        act(
            frames.take(
                WebSocketFrameStateMachine.Frame(
                    isFinal: frame.fin,
                    hasReservedBits: frame.rsv1 || frame.rsv2 || frame.rsv3,
                    opcode: UInt8(webSocketOpcode: frame.opcode),
                    isMasked: frame.maskKey != nil,
                    payload: payload.readBytes(length: payload.readableBytes) ?? []
                )
            )
        )
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        keepAlive.heard(at: clock.elapsed)
        readOn()
    }

    /// Reads further, unless the receiver has enough to do.
    func readOn() {
        guard let context, let connection else { return }
        // What nobody looks at any more takes no memory.
        isHeld = life.isReading && connection.holdsReading()
        if !isHeld { context.read() }
    }

    private func act(_ action: WebSocketFrameStateMachine.Action) {
        switch action {
        case .nothing: break
        case .deliver(let message): connection?.received(message)
        case .answerPing(let payload): answer(ping: payload)
        case .closed(let code, let reason): perform(life.peerClosed(code: code, reason: reason))
        case .fail(let error): perform(life.failed(error))
        }
    }

    // MARK: Writing

    /// Does what was handed over.
    func flushOutgoing() {
        guard let connection else { return }
        for item in connection.takeOutgoing() {
            switch item {
            case .message(let message): write(message, connection)
            case .close(let frame): perform(life.close(frame))
            case .answer: perform(life.answered())
            case .drop: perform(life.gone())
            }
        }
        context?.flush()
    }

    private func write(_ message: WebSocketMessage, _ connection: WebSocketConnection) {
        let size = message.byteCount
        guard life.isWriting, let context else { return connection.settled(size) }
        let hasLeft = leaving(context)
        hasLeft.futureResult.whenComplete { _ in connection.settled(size) }
        switch message {
        case .text(let text): write(.text, ByteBuffer(string: text), context, hasLeft)
        case .binary(let bytes): write(.binary, ByteBuffer(bytes: bytes), context, hasLeft)
        }
    }

    private func write(
        _ opcode: WebSocketOpcode,
        _ data: ByteBuffer,
        _ context: ChannelHandlerContext,
        _ promise: EventLoopPromise<Void>? = nil
    ) {
        context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: promise)
    }

    private func answer(ping payload: [UInt8]) {
        guard life.isWriting, let context else { return }
        // Of several pings only the latest needs an answer, so a flood of them takes no memory.
        guard context.channel.isWritable else {
            unanswered = payload
            return
        }
        write(.pong, ByteBuffer(bytes: payload), context)
        context.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable, let payload = unanswered else { return }
        unanswered = nil
        answer(ping: payload)
    }

    // MARK: Ending

    private func perform(_ step: WebSocketLifeStateMachine.Step) {
        guard let context else { return }
        if let frame = step.frame { write(frame, context) }
        if let end = step.end { connection?.ended(end) }
        switch step.connection {
        case .stays: break
        case .staysUntilTimeUp:
            limitTime()
            context.flush()
        case .lingers:
            // The whole time, however much of it the answers before have taken.
            closeTimer.map(clock.cancel)
            closeTimer = nil
            limitTime()
            context.flush()
            closeOutput()
        case .ends:
            limitTime()
            context.flush()
            isEnding = true
            closeIfAllHasLeft()
        case .drops: context.close(promise: nil)
        }
        if life.isReading == false { unanswered = nil }
    }

    /// Closes our side when everything has left: when the client's is closed already, the channel closes as a whole
    /// and would take away what still waits.
    private func closeOutput() {
        guard let closeFrameLeft else { return }
        closeFrameLeft.assumeIsolated().whenComplete { [weak self] _ in
            self?.context?.close(mode: .output, promise: nil)
        }
    }

    /// A promise for something that is to leave before the channel may be closed.
    private func leaving(_ context: ChannelHandlerContext) -> EventLoopPromise<Void> {
        let hasLeft = context.eventLoop.makePromise(of: Void.self)
        leavingCount += 1
        hasLeft.futureResult.assumeIsolated().whenComplete { [weak self] _ in
            self?.leavingCount -= 1
            self?.closeIfAllHasLeft()
        }
        return hasLeft
    }

    private func closeIfAllHasLeft() {
        if isEnding, leavingCount == 0 { context?.close(promise: nil) }
    }

    private func write(_ frame: WebSocketLifeStateMachine.CloseFrame, _ context: ChannelHandlerContext) {
        var data = ByteBuffer()
        if let code = frame.code {
            data.writeInteger(code)
            data.writeString(frame.reason.utf8.count <= 123 ? frame.reason : "")
        }
        let hasLeft = leaving(context)
        closeFrameLeft = hasLeft.futureResult
        write(.connectionClose, data, context, hasLeft)
    }

    private func limitTime() {
        guard closeTimer == nil, let context else { return }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        closeTimer = clock.schedule(after: settings.closeWithin) { eventLoop.execute { handler.value.timeUp() } }
    }

    private func timeUp() {
        closeTimer = nil
        perform(life.timeUp())
    }

    // MARK: Signs of life

    private func waitForSigns(_ delay: Duration) {
        guard let context else { return }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        keepAliveTimer = clock.schedule(after: delay) { eventLoop.execute { handler.value.lookForSigns() } }
    }

    private func lookForSigns() {
        guard let context, life.isReading else { return }
        switch keepAlive.timerFired(at: clock.elapsed, isDeaf: isHeld) {
        case .wait(let delay): waitForSigns(delay)
        case .ping(let delay):
            waitForSigns(delay)
            guard life.isWriting else { break }
            write(.ping, ByteBuffer(), context)
            context.flush()
        case .giveUp: perform(life.gone())
        }
    }
}
