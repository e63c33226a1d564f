/// Which of the origin's behaviours a script was written for.
///
/// The origin changes behaviour by date: a script says when it was written, and may switch single changes on or off.
public struct CompatibilitySettings: Sendable, Hashable, Codable {
    /// The date as `YYYY-MM-DD`; nil means the newest behaviour.
    public var date: String?

    /// The flags as they were given.
    public var flags: [String]

    /// Makes settings.
    public init(date: String? = nil, flags: [String] = []) {
        self.date = date
        self.flags = flags
    }

    /// Whether a behaviour is on: by its own flag, or else because the date is not before its own.
    public func has(_ behavior: CompatibilityBehavior) -> Bool {
        if flags.contains(behavior.enableFlag) { return true }
        if flags.contains(behavior.disableFlag) { return false }
        guard let date else { return true }
        // Dates of this form sort as text.
        return date >= behavior.defaultDate
    }

    /// The behaviours that are on, in the order in which they became the default.
    public var behaviors: [CompatibilityBehavior] { CompatibilityBehavior.all.filter(has) }
}

/// A change of the origin's behaviour that objects can notice.
public struct CompatibilityBehavior: Sendable, Hashable {
    /// The flag that switches it on early.
    public let enableFlag: String

    /// The flag that switches it off.
    public let disableFlag: String

    /// The date from which on it is the default.
    public let defaultDate: String

    private init(_ enableFlag: String, off disableFlag: String, since defaultDate: String) {
        self.enableFlag = enableFlag
        self.disableFlag = disableFlag
        self.defaultDate = defaultDate
    }

    /// `fetch` on a stub wants a whole URL.
    public static let fetchRequiresFullURL = CompatibilityBehavior(
        "durable_object_fetch_requires_full_url",
        off: "durable_object_fetch_allows_relative_url",
        since: "2021-11-10"
    )

    /// `get`, `put` and `delete` on a stub are ordinary methods.
    public static let fetcherHasNoShortcuts = CompatibilityBehavior(
        "fetcher_no_get_put_delete",
        off: "fetcher_has_get_put_delete",
        since: "2024-03-26"
    )

    /// Methods can be called on stubs.
    public static let calls = CompatibilityBehavior("rpc", off: "no_rpc", since: "2024-04-03")

    /// Classes without a binding can be reached through the context.
    public static let contextExports = CompatibilityBehavior(
        "enable_ctx_exports",
        off: "disable_ctx_exports",
        since: "2025-11-17"
    )

    /// Stubs among a call's arguments are duplicated, not handed over.
    public static let argumentsDuplicateStubs = CompatibilityBehavior(
        "rpc_params_dup_stubs",
        off: "rpc_params_transfer_stubs",
        since: "2026-01-20"
    )

    /// Deleting everything deletes the alarm too.
    public static let deleteAllDeletesAlarm = CompatibilityBehavior(
        "delete_all_deletes_alarm",
        off: "delete_all_preserves_alarm",
        since: "2026-02-24"
    )

    /// The reason of a closing WebSocket has at most 123 bytes.
    public static let closeReasonLimit = CompatibilityBehavior(
        "websocket_close_reason_byte_limit",
        off: "no_websocket_close_reason_byte_limit",
        since: "2026-03-03"
    )

    /// A close frame is answered without the object.
    public static let autoReplyToClose = CompatibilityBehavior(
        "web_socket_auto_reply_to_close",
        off: "web_socket_manual_reply_to_close",
        since: "2026-04-07"
    )

    /// All of them, in the order in which they became the default.
    public static let all: [CompatibilityBehavior] = [
        fetchRequiresFullURL, fetcherHasNoShortcuts, calls, contextExports, argumentsDuplicateStubs,
        deleteAllDeletesAlarm, closeReasonLimit, autoReplyToClose,
    ]
}
