import RoostRuntime

extension LogLine {
    /// An error as it may stand in a log.
    ///
    /// Our own errors are written so that they quote nothing a client sent; of any other only the type is told.
    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as RoostError: error.description
        case let error as ModelError: error.description
        case let error as KeySetError: error.description
        default: "\(type(of: error))"
        }
    }
}
