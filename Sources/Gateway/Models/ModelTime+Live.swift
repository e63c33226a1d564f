extension ModelTime {
    /// The machine's own clock and random generator.
    package static let live: ModelTime = {
        let start = ContinuousClock().now
        return ModelTime(
            now: { ContinuousClock().now - start },
            sleep: { try await Task.sleep(for: $0) },
            random: { Double.random(in: 0..<1) }
        )
    }()
}
