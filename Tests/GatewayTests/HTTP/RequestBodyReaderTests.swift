import Hummingbird
import NIOCore
import Testing

@testable import RoostGateway

struct RequestBodyReaderTests {
    private func request(_ body: RequestBody, length: String?) -> Request {
        var headers: HTTPFields = [.contentType: "application/json"]
        headers[.contentLength] = length
        return Request(
            head: HTTPRequest(method: .post, scheme: "http", authority: "x", path: "/", headerFields: headers),
            body: body
        )
    }

    @Test(.timeLimit(.minutes(10))) func `a body is whole when as much is there as was declared`() async throws {
        let (body, source) = RequestBody.makeStream()
        await source.yield(ByteBuffer(string: "{"))
        await source.yield(ByteBuffer(string: "}"))
        let read = try await RequestBodyReader.collectJSON(request(body, length: "2"), limit: 10)
        #expect(read.map { String(buffer: $0) } == "{}")
        source.finish()
    }

    @Test(arguments: [nil, "x", "1", "3"])
    func `a body of another length than was declared, or of none, goes on to its end`(length: String?) async throws {
        let (body, source) = RequestBody.makeStream()
        await source.yield(ByteBuffer(string: "{}"))
        source.finish()
        let read = try await RequestBodyReader.collectJSON(request(body, length: length), limit: 10)
        #expect(read.map { String(buffer: $0) } == "{}")
    }

    @Test func `the limit holds whatever was declared`() async throws {
        let (body, source) = RequestBody.makeStream()
        await source.yield(ByteBuffer(string: "{          }"))
        source.finish()
        let error = await #expect(throws: EdgeError.self) {
            try await RequestBodyReader.collectJSON(request(body, length: "12"), limit: 10)
        }
        #expect(error?.code == .payloadTooLarge)
    }
}
