public import HTTPTypes
import Logging
public import RoostGateway
import RoostRuntime
public import RoostTesting

/// The whole edge service inside a test: on a runtime in memory, with virtual time, without a socket.
///
/// ```swift
/// let test = try GatewayTest()
/// let answer = try await test.client.execute(uri: "/health", headers: test.headers(tenant: "alpha"))
/// #expect(answer.status == .ok)
/// ```
///
/// Isolation: may be used from any task; tests share nothing.
public final class GatewayTest: Sendable {
    /// The runtime under the service; its clock and its disk are the test's to turn.
    public let runtime: RoostTest
    /// The service.
    public let service: EdgeService
    /// What sends requests to it.
    public let client: GatewayClient

    private let sink = MemoryLogSink()
    let script: ScriptedModel?

    /// Starts a service with the offline model.
    ///
    /// - Parameters:
    ///   - configuration: How it is set up.
    ///   - tenants: The tenants; by default the two examples.
    public convenience init(
        configuration: EdgeConfiguration = EdgeConfiguration(),
        tenants: TenantDirectory = .builtIn
    ) throws {
        try self.init(configuration: configuration, tenants: tenants, model: OfflineModel())
    }

    /// Starts a service whose model gives these answers, one for each time it is asked.
    ///
    /// When it is asked more often, or less often, ``finish(patience:)`` fails.
    ///
    /// - Parameters:
    ///   - answers: What the model says; each element is the pieces of one answer.
    ///   - configuration: How the service is set up.
    ///   - tenants: The tenants; by default the two examples.
    public convenience init(
        answers: [[String]],
        configuration: EdgeConfiguration = EdgeConfiguration(),
        tenants: TenantDirectory = .builtIn
    ) throws {
        let scripts = answers.map { $0.map(ScriptedModel.Step.text) }
        try self.init(configuration: configuration, tenants: tenants, model: ScriptedModel(scripts))
    }

    /// Starts a service with a given model.
    package init(
        configuration: EdgeConfiguration = EdgeConfiguration(),
        tenants: TenantDirectory = .builtIn,
        model: any ChatModel,
        format: EdgeLogHandler.Format = .json,
        runtime: RoostTest? = nil
    ) throws {
        script = model as? ScriptedModel
        let runtime = try runtime ?? RoostTest { try EdgeService.register(on: $0) }
        self.runtime = runtime
        let logger = EdgeLogging.makeLogger(level: .trace, format: format, sink: sink, clock: runtime.clock)
        service = try EdgeService(
            configuration: configuration,
            roost: runtime.roost,
            tenants: tenants,
            model: model,
            logger: logger
        )
        client = GatewayClient(responder: service.makeResponder())
    }

    /// The lines that the service has logged so far.
    public var log: [String] { sink.lines }

    /// Headers that name a tenant and announce JSON.
    public func headers(tenant: String, _ more: HTTPFields = [:]) -> HTTPFields {
        var headers: HTTPFields = [.contentType: "application/json", .tenantId: tenant]
        for field in more { headers[field.name] = field.value }
        return headers
    }
}
