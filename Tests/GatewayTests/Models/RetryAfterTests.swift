import NIOHTTP1
import Testing

@testable import RoostGateway

/// How long a provider asks us to wait.
struct RetryAfterTests {
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    private func retryAfter(_ text: String, date: String? = nil) -> Duration? {
        var headers = HTTPHeaders([("retry-after", text)])
        if let date { headers.add(name: "date", value: date) }
        return ModelError(refusal: .tooManyRequests, headers: headers).retryAfter
    }

    @Test func `a date is measured by the provider's own clock`() {
        #expect(retryAfter("Sun, 06 Nov 1994 09:49:38 GMT", date: Self.date) == .seconds(3601))
        #expect(retryAfter(Self.date, date: Self.date) == .zero)
        #expect(retryAfter("Sat, 05 Nov 1994 08:49:38 GMT", date: Self.date) == .zero)
        #expect(retryAfter("Sat, 06 Nov 2094 08:49:38 GMT", date: Self.date) == nil)
        #expect(retryAfter("Sun, 06 Nov 1994 09:49:38 GMT") == nil)
        #expect(retryAfter("Sun, 06 Nov 1994 09:49:38 GMT", date: "now") == nil)
    }

    @Test func `seconds are seconds, and anything else is nothing`() {
        #expect(retryAfter("0") == .zero)
        #expect(retryAfter("86400", date: Self.date) == .seconds(86_400))
        for text in ["86401", "-1", "1.5", "soon", ""] { #expect(retryAfter(text, date: Self.date) == nil) }
    }
}
